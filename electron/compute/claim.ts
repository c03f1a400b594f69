/** One process at a time: the window and the command line share a folder, and two writers would spoil a file. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** Claims of this process, by the path of their file. */
const held = new Set<string>();

/** A process writes its number at once after it has made the file, in milliseconds. */
const WRITTEN_WITHIN = 2000;

/**
 * Claims by a file that names this process; one left by a process that is gone counts for nothing.
 * @returns what gives the claim back
 * @throws what `refusal` makes where another has it
 */
export async function claim(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (held.has(path)) break;
    held.add(path);
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => release(path);
    } catch (error) {
      held.delete(path);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isHeldElsewhere(path)) break;
    await rm(path, { force: true });
  }
  throw refusal();
}

async function release(path: string): Promise<void> {
  await rm(path, { force: true });
  held.delete(path);
}

async function isHeldElsewhere(path: string): Promise<boolean> {
  const [text, made] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => null)]);
  const pid = Number(text);
  if (!/^[1-9]\d{0,9}$/u.test(text)) return made !== null && Date.now() - made.mtimeMs < WRITTEN_WITHIN;
  return pid !== process.pid && isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
