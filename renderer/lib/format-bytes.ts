/** Room on a disk as people read it: also of little things, which in megabytes would be nothing. */
import { bytes, integer } from './format';

/** `0` → `empty`, `900` → `under 1 kB`, `24_000` → `23 kB`, `424e6` → `404 MB` */
export function roomWords(count: number): string {
  if (count === 0) return 'empty';
  if (count < 1024) return 'under 1 kB';
  return count < 2 ** 20 ? `${integer(count / 1024)} kB` : bytes(count);
}
