/** Folders that a process has begun to write and left when it was killed, see `writeNewFolder`. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findWriter } from '../../../datasets/formats/atomic-write';
import { message, type Text } from '../../../renderer/messages/message';
import { readTree, totalBytes } from './disk-usage';
import { isRunning } from './lock-file';

/** A removed folder, and what it contained. */
export interface RemovedFolder {
  readonly folder: string;
  readonly reason: Text;
}

const libraryFolders = ['runs', 'datasets', 'experiments'] as const;

/** Removes what ended processes have left in the library. What cannot be removed stays. */
export async function removePartialFolders(dataFolder: string): Promise<RemovedFolder[]> {
  const removed = await Promise.all(libraryFolders.map((name) => removeAbandoned(join(dataFolder, name))));
  return removed.flat();
}

/** @returns an empty list for a folder that does not exist */
export async function removeAbandoned(folder: string): Promise<RemovedFolder[]> {
  const removed: RemovedFolder[] = [];
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const path = join(folder, name);
    if (!(await isAbandoned(path))) continue;
    const bytes = await readTree(path).then(totalBytes, () => 0);
    const isRemoved = await rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (isRemoved) removed.push({ folder: name, reason: message('storage.partial.removed', { bytes }) });
  }
  return removed;
}

async function isAbandoned(path: string): Promise<boolean> {
  const writer = findWriter(path);
  if (writer === null) return false;
  if (writer.isElsewhere) return (await idleTime(path)) > MAX_IDLE_ELSEWHERE;
  if (writer.pid !== process.pid) return !isRunning(writer.pid);
  // Process ids are used again: a folder of before this process is not its own.
  return (await idleTime(path)) > process.uptime() * 1000;
}

/** Milliseconds after which a folder counts as left, where only another computer knows whether its writer runs: a day. */
const MAX_IDLE_ELSEWHERE = 24 * 3600 * 1000;

/** Milliseconds since the folder or a file in it was written; 0 where that is not known. */
async function idleTime(path: string): Promise<number> {
  const own = await lstat(path).catch(() => null);
  if (own === null) return 0;
  const files = own.isDirectory()
    ? await readTree(path).then(
        (tree) => tree.files,
        () => null,
      )
    : [];
  if (files === null) return 0;
  return Date.now() - files.reduce((newest, { modified }) => Math.max(newest, modified), own.mtimeMs);
}
