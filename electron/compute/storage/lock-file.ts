/** One process at a time: the window and the command line share a folder, and two writers would spoil a file. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';

/** Locks of this process, by the path of their file. */
const held = new Set<string>();

/** A process writes its number at once after it has made the file, in milliseconds. */
const WRITTEN_WITHIN = 2000;

/**
 * Locks with a file that names this process; a file left by a process that is gone is ignored.
 * @returns the function that unlocks
 * @throws the error of `refusal` where another process has the lock
 */
export async function acquireLock(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (held.has(path)) break;
    held.add(path);
    try {
      await writeFile(path, [process.pid, await beginningOf(process.pid)].join(' ').trim(), { flag: 'wx' });
      return releaseOf(path);
    } catch (error) {
      held.delete(path);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isHeldElsewhere(path)) break;
    await rm(path, { force: true });
  }
  throw refusal();
}

/** Unlocks once: a later call must not take the lock from whoever has it by then. */
function releaseOf(path: string): () => Promise<void> {
  let isOurs = true;
  return async () => {
    if (!isOurs) return;
    isOurs = false;
    await rm(path, { force: true });
    held.delete(path);
  };
}

async function isHeldElsewhere(path: string): Promise<boolean> {
  const [text, made] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => null)]);
  if (made === null) return false;
  const [, pid, beginning = ''] = /^([1-9]\d{0,9})(?: (\d+))?$/u.exec(text) ?? [];
  if (pid === undefined) return Date.now() - made.mtimeMs < WRITTEN_WITHIN;
  if (Number(pid) === process.pid || made.mtimeMs < Date.now() - uptime() * 1000) return false;
  return isRunning(Number(pid)) && (beginning === '' || (await beginningOf(Number(pid))) === beginning);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * When a process began, where the system tells (Linux): its number may be another's by now. Empty for one that has
 * ended and only waits to be taken note of, and on other systems.
 */
async function beginningOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, which may hold anything, ends at the last bracket.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '');
}
