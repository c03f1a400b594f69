/** Locks between processes, as files that name the process: of the data folder, and of each run. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageError, type Text } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';

/** Locks of this process, by the path of their file. */
const heldPaths = new Set<string>();

/** Milliseconds within which a process writes its name after creating the file. */
const WRITE_TIMEOUT = 2000;

/** Tries until a lock that others release meanwhile counts as held. */
const ATTEMPTS = 3;

/**
 * Locks with a file that names this process. A lock file of a process that has ended is replaced.
 * @param refusal creates the error for a lock of another process
 * @returns the function that unlocks
 */
export async function acquireLock(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (heldPaths.has(path)) break;
    heldPaths.add(path);
    try {
      await createLockFile(path);
      return createRelease(path);
    } catch (error) {
      heldPaths.delete(path);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const state = await getLockState(path);
    if (state === 'held') break;
    if (state === 'stale' && !heldPaths.has(path)) await removeStale(path);
  }
  throw refusal();
}

/** Creates a lock file of this process, which is complete when it appears. @throws an error with the code EEXIST where one exists; errors of the disk */
async function createLockFile(path: string): Promise<void> {
  const content = formatHolder(await describeProcess(process.pid));
  const draft = `${path}.${randomUUID()}.tmp`;
  await createFile(draft, content).catch((error: NodeJS.ErrnoException) => {
    // The draft would be no help in a message.
    throw Object.assign(error, { path });
  });
  try {
    await link(draft, path);
  } catch (error) {
    if (!unlinkableCodes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await createFile(path, content);
  } finally {
    // A virus scanner may hold it; the lock is complete.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Errors of file systems without hard links, such as exFAT and some network drives; `ENOENT` where another process has tidied the draft away. */
const unlinkableCodes: readonly string[] = [
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EISDIR',
  'EMLINK',
  'ENOENT',
];

/** Creates a file that does not exist; none is left where it cannot be written, e.g. on a full disk. */
async function createFile(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Removes the lock file of a process that has ended. One caller at a time does so, and checks the file again: otherwise it could remove the
 * lock of another one that has just replaced the stale file.
 */
async function removeStale(path: string): Promise<void> {
  const removal = `${path}.stale`;
  if (heldPaths.has(removal)) return delay(RETRY_INTERVAL);
  heldPaths.add(removal);
  try {
    await createLockFile(removal);
  } catch (error) {
    heldPaths.delete(removal);
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await removeIfStale(removal);
    return delay(RETRY_INTERVAL);
  }
  try {
    await removeIfStale(path);
  } finally {
    await rm(removal, { force: true }).catch(() => undefined);
    heldPaths.delete(removal);
  }
}

/** A file with the id of this process is stale only where this process does not hold the lock: process ids are reused. */
async function removeIfStale(path: string): Promise<void> {
  if ((await getLockState(path)) === 'stale' && !heldPaths.has(path)) await rm(path, { force: true });
}

/** Whether a file is a lock, or belongs to one that is being acquired or removed. */
export const isLockName = (name: string): boolean => /\.lock(\.stale)?(\.[\da-f-]{36}\.tmp)?$/u.test(name);

/** Whether this process holds the lock, and its file is still there. */
export async function isOwnLock(path: string): Promise<boolean> {
  if (!heldPaths.has(path)) return false;
  const text = await readHolder(path);
  return text === formatHolder(await describeProcess(process.pid));
}

/** Call when the file of a lock of this process has disappeared: the lock can be acquired again. */
export const forgetLock = (path: string): void => void heldPaths.delete(path);

/** Milliseconds that a short change waits for one of another process, and between two tries. */
const CHANGE_TIMEOUT = 10_000;
const RETRY_INTERVAL = 20;

/**
 * Runs a short change of a file that other processes change too: reading, changing and writing it under a lock.
 * @throws MessageError when another process holds the lock for long
 */
export async function withLock<Result>(path: string, change: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + CHANGE_TIMEOUT;
  const busy = new MessageError('storage.busy', { file: basename(path) });
  const acquire = (): Promise<() => Promise<void>> =>
    acquireLock(path, () => busy).catch(async (error: unknown) => {
      if (error !== busy || performance.now() > deadline) throw error;
      await delay(RETRY_INTERVAL);
      return acquire();
    });
  const release = await acquire();
  try {
    return await change();
  } finally {
    await release();
  }
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

/** Whether another process, which is running, holds the lock. */
export const isLockedElsewhere = async (path: string): Promise<boolean> => (await getLockState(path)) === 'held';

/** `free`: there is no file; `stale`: its process has ended. */
async function getLockState(path: string): Promise<'free' | 'held' | 'stale'> {
  const [text, made] = await Promise.all([readHolder(path), stat(path).catch(() => null)]);
  if (made === null) return 'free';
  return (await isHeld(text, made.mtimeMs)) ? 'held' : 'stale';
}

/** More than a process can be described with. */
const MAX_BYTES = 200;

/** Empty for what is no lock, such as a pipe, which would be read without end. */
async function readHolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() || found.size > MAX_BYTES) return '';
  return readFile(path, 'utf8').catch(() => '');
}

/** @param madeAt time of the last change of the file, in milliseconds */
async function isHeld(text: string, madeAt: number): Promise<boolean> {
  const holder = parseHolder(text);
  if (holder === null) return Date.now() - madeAt < WRITE_TIMEOUT;
  if (holder.pid === process.pid || !isRunning(holder.pid)) return false;
  const now = await describeProcess(holder.pid);
  // Process ids are reused, also after a restart of the computer; clocks can be changed, and do not count where the rest is known.
  if (holder.boot !== '' && now.boot !== '') return holder.boot === now.boot && holder.start === now.start;
  if (madeAt < Date.now() - uptime() * 1000) return false;
  return holder.start === '' || holder.start === now.start;
}

/** A process: when it started, and the boot of the computer since then; both empty on systems that do not tell. */
interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
}

const formatHolder = ({ pid, start, boot }: Holder): string => [pid, start, boot].join(' ').trim();

/** Null for a file that is still being written, or damaged. Earlier versions wrote no boot. */
function parseHolder(text: string): Holder | null {
  const [, pid, start = '', boot = ''] = /^([1-9]\d{0,9})(?: (\d+)(?: ([\da-f-]{36}))?)?$/u.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), start, boot };
}

const describeProcess = async (pid: number): Promise<Holder> => ({
  pid,
  start: await getStartTime(pid),
  boot: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim(),
});

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Start time of a process on Linux, in ticks since boot. Empty for a zombie process and on other systems. */
async function getStartTime(pid: number): Promise<string> {
  const { isZombie, fields } = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
  return isZombie ? '' : (fields[18] ?? '');
}

/** Parses `/proc/<pid>/stat`. A zombie has ended, but its parent has not taken note of it. */
export function parseStat(text: string): { readonly isZombie: boolean; readonly fields: readonly string[] } {
  // The program name, which may contain any character, ends at the last bracket.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { isZombie: state === 'Z' || state === 'X', fields };
}

/** Creates and locks the data folder for a command. @returns null, or the reason why it is read-only */
export async function lockDataFolder(dataFolder: string): Promise<Text | null> {
  try {
    await mkdir(dataFolder, { recursive: true });
    await acquireLock(join(dataFolder, 'lab.lock'), () => new MessageError('storage.locked'));
    return null;
  } catch (error) {
    return errorText(error);
  }
}
