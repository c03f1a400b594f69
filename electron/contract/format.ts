/** Numbers and errors as text, for the window and the command line. */
import { formatCount, formatInteger } from '../../datasets/kinds/text';

export { formatCount, formatInteger };

const noDigits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A share 0..1 as percent without the sign: `0.9541` → `95.4`; never rounds up to a full hundred. */
export function formatPercent(share: number): string {
  return oneDigit.format(share < 1 ? Math.min(share * 100, 99.9) : 100);
}

/** A 95 % interval of shares: `[0.931, 0.97]` → `93.1–97.0 %`. */
export function formatInterval([low, high]: readonly [number, number]): string {
  return `${formatPercent(low)}–${formatPercent(high)} %`;
}

/** Two or three significant digits, for losses and norms: `0.2137` → `0.214`, `12.3` → `12.3`. */
export function formatSignificant(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return noDigits.format(value);
  return withMinus(size >= 10 ? value.toFixed(1) : size >= 0.01 ? value.toPrecision(3) : value.toExponential(1));
}

/** A logit with its sign: `-1.84` → `−1.8`. */
export function formatSigned(value: number): string {
  return `${value > 0 ? '+' : ''}${withMinus(value.toFixed(1))}`;
}

/** Parameters of a network: `386112` → `386 k`, `7012345` → `7.0 M`. */
export function formatParameterCount(count: number): string {
  if (count >= 1e6) return `${oneDigit.format(count / 1e6)} M`;
  if (count >= 1e4) return `${noDigits.format(count / 1e3)} k`;
  return noDigits.format(count);
}

/** An amount of compute and its unit: `4.1e9` → `4.1`, `GFLOP`. */
export function formatFlop(flop: number): { readonly value: string; readonly unit: string } {
  const powers = ['MFLOP', 'GFLOP', 'TFLOP', 'PFLOP'];
  const power = Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(flop, 1)) / 3) - 2));
  return { value: formatSignificant(flop / 10 ** (6 + 3 * power)), unit: powers[power] ?? '' };
}

/** Memory or disk: `0` → `empty`, `900` → `under 1 kB`, `24_000` → `23 kB`, `424e6` → `404 MB`, `3.2e9` → `3.0 GB`. */
export function formatBytes(count: number): string {
  if (count === 0) return 'empty';
  if (count < 2 ** 10) return 'under 1 kB';
  if (count < 2 ** 20) return `${noDigits.format(count / 2 ** 10)} kB`;
  return count < 2 ** 30 ? `${noDigits.format(count / 2 ** 20)} MB` : `${oneDigit.format(count / 2 ** 30)} GB`;
}

/** Decimal megabytes of a download: `4_321_000` → `4.3 MB`. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `41` → `0:41`, `3723` → `1:02:03`. */
export function formatClock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${String(minutes).padStart(hours ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** A length of time in words: `90` → `90 seconds`, `300` → `5 minutes`. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return formatCount(Math.round(seconds), 'second');
  if (seconds < 7200) return formatCount(Math.round(seconds / 60), 'minute');
  return `${oneDigit.format(seconds / 3600)} hours`;
}

/** `3.42` → `3.4 ms`, `46.1` → `46 ms`. */
export function formatMilliseconds(value: number): string {
  return `${value < 10 ? oneDigit.format(value) : noDigits.format(value)} ms`;
}

/** How long ago, coarsely; empty for a date that cannot be parsed. @param now milliseconds since 1970 */
export function formatAgo(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${formatCount(Math.floor(seconds / 60), 'minute')} ago`;
  if (seconds < 86_400) return `${formatCount(Math.floor(seconds / 3600), 'hour')} ago`;
  return `${formatCount(Math.floor(seconds / 86_400), 'day')} ago`;
}

function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}

/** Descriptions of errors of the disk, by code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the folder is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'there is something else of this name',
  EISDIR: 'it is a folder',
  ENOENT: 'the folder above it does not exist',
};

/** The message of an error in one line; for errors of the disk the path and the reason. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !Object.hasOwn(reasons, code)) return error.message.split('\n')[0]!;
  return path ? `cannot use ${path}: ${reasons[code]}` : reasons[code]!;
}
