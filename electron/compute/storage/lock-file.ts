/** Locks between processes, as files that name the process: of the data folder, and of each run. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { MessageError, type Text } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';

/** Locks of this process, by the path of their file. */
const heldPaths = new Set<string>();

/** Milliseconds within which a process writes its id after creating the file. */
const WRITE_TIMEOUT = 2000;

/**
 * Locks with a file that names this process. A lock file of a process that has ended is ignored.
 * @param refusal creates the error for a lock of another process
 * @returns the function that unlocks
 */
export async function acquireLock(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (heldPaths.has(path)) break;
    heldPaths.add(path);
    try {
      await writeFile(path, [process.pid, await getStartTime(process.pid)].join(' ').trim(), { flag: 'wx' });
      return createRelease(path);
    } catch (error) {
      heldPaths.delete(path);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isHeldElsewhere(path)) break;
    await rm(path, { force: true });
  }
  throw refusal();
}

/** Unlocks once: a later call must not remove the lock of another process. */
function createRelease(path: string): () => Promise<void> {
  let isOurs = true;
  return async () => {
    if (!isOurs) return;
    isOurs = false;
    await rm(path, { force: true });
    heldPaths.delete(path);
  };
}

async function isHeldElsewhere(path: string): Promise<boolean> {
  const [text, made] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => null)]);
  if (made === null) return false;
  const [, pid, startTime = ''] = /^([1-9]\d{0,9})(?: (\d+))?$/u.exec(text) ?? [];
  if (pid === undefined) return Date.now() - made.mtimeMs < WRITE_TIMEOUT;
  if (Number(pid) === process.pid || made.mtimeMs < Date.now() - uptime() * 1000) return false;
  return isRunning(Number(pid)) && (startTime === '' || (await getStartTime(Number(pid))) === startTime);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Start time of a process on Linux, since process ids are reused. Empty for a zombie process and on other
 * systems.
 */
async function getStartTime(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program name, which may contain any character, ends at the last bracket.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '');
}

/** Locks the data folder for this process. @returns null, or the reason why it is read-only */
export async function lockDataFolder(dataFolder: string): Promise<Text | null> {
  try {
    await mkdir(dataFolder, { recursive: true });
    await acquireLock(join(dataFolder, 'lab.lock'), () => new MessageError('storage.locked'));
    return null;
  } catch (error) {
    return errorText(error);
  }
}
