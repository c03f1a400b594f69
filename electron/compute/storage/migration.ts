/**
 * Moves the data to another folder: checks the destination and copies the data folder. The copy is read back and compared
 * before it gets its final name, so that an incomplete copy is never mistaken for a complete one.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { message, MessageError, type Text } from '../../../renderer/messages/message';
import type { Destination } from '../../contract/contract';
import { errorText } from '../../contract/error-message';
import { hashFile } from '../../../datasets/formats/hash-file';
import type { Job } from '../job';
import { hasMarker, isDataFolder, isMigrated, writeMarker } from './data-folder';
import type { FileEntry, FileTree, FreeBytes } from './disk-usage';
import { freeBytesFor, readTree, toMegabytes, totalBytes } from './disk-usage';
import { ifExists } from './missing-files';

const NAME = 'TRM Puzzle Lab';

/** Disk space in bytes that stays free for the file system and for further work. */
const SPARE = 64 << 20;

interface DestinationOptions {
  readonly dataFolder: string;
  readonly freeBytes: FreeBytes;
  readonly signal?: AbortSignal;
}

/** Checks whether a folder can become the data folder. */
export async function checkDestination(
  chosen: string,
  { dataFolder, freeBytes, signal }: DestinationOptions,
): Promise<Destination> {
  const folder = isDataFolder(chosen) || basename(chosen) === NAME ? resolve(chosen) : join(resolve(chosen), NAME);
  const content = isDataFolder(folder) ? 'dataFolder' : 'empty';
  const bytes = totalBytes(await readTree(dataFolder, { wanted: isMigrated, ...(signal && { signal }) }));
  const free = await freeBytesFor(folder, freeBytes);
  const reason = await checkPath(folder, dataFolder, content);
  const copyReason =
    reason ?? (content === 'dataFolder' ? message('storage.move.existingData') : checkSpace(bytes, free));
  return { folder, content, bytes, freeBytes: free, reason, copyReason };
}

async function checkPath(folder: string, dataFolder: string, content: Destination['content']): Promise<Text | null> {
  if (!isAbsolute(folder)) return message('storage.move.relativePath', { path: folder });
  const [target, present] = [await resolveLinks(folder), await resolveLinks(dataFolder)];
  if (target === present) return message('storage.move.sameFolder');
  if (isInside(target, present)) return message('storage.move.insideDataFolder', { folder });
  if (content === 'empty' && (await readdir(folder).catch((): string[] => [])).length > 0)
    return message('storage.move.notEmpty', { folder });
  return checkWritable(folder);
}

function checkSpace(bytes: number, free: number | null): Text | null {
  if (free === null || free >= bytes + SPARE) return null;
  return message('storage.move.space', { needed: toMegabytes(bytes + SPARE), free: toMegabytes(free) });
}

/** Writes a probe file: permissions can be expressed in many ways. Its name cannot be guessed, for folders that others can write to. */
async function checkWritable(folder: string): Promise<Text | null> {
  const above = await nearestExisting(folder);
  if (!(await stat(above)).isDirectory()) return message('storage.move.notFolder', { path: above });
  const probe = join(above, `.trm-lab-${randomUUID()}.tmp`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    return null;
  } catch (error) {
    return errorText(Object.assign(error as NodeJS.ErrnoException, { path: above }));
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** The path itself, or its nearest existing parent. */
async function nearestExisting(folder: string): Promise<string> {
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

/** The path with links resolved, also where its last parts do not exist yet. */
async function resolveLinks(folder: string): Promise<string> {
  const above = await nearestExisting(folder);
  return join(await realpath(above), relative(above, folder));
}

function isInside(target: string, folder: string): boolean {
  const inside = relative(folder, target);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

interface CopyOptions {
  readonly from: string;
  /** Absent or empty. */
  readonly to: string;
  readonly job: Job;
}

/** @throws MessageError if a file changed during the copy or differs when it is read back; errors of the disk; the signal's reason */
export async function copyData({
  from,
  to,
  job,
}: CopyOptions): Promise<{ readonly files: number; readonly bytes: number }> {
  const { signal } = job;
  const tree = await readTree(from, { signal, wanted: isMigrated });
  if (tree.others.length > 0) throw new MessageError('storage.move.special', { path: join(from, tree.others[0]!) });
  await removeInterrupted(to);
  const draft = `${to}.${randomUUID()}.moving`;
  try {
    await mkdir(draft, { recursive: true });
    writeMarker(draft);
    for (const folder of tree.folders) await mkdir(join(draft, folder), { recursive: true });
    await copyFiles({ from, to: draft, job }, tree);
    requireUnchanged(tree, await readTree(from, { signal, wanted: isMigrated }), from);
    signal.throwIfAborted();
    await renameIntoPlace(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { files: tree.files.length, bytes: totalBytes(tree) };
}

/** Removes what killed processes have left of earlier copies to the same place; the marker tells them from the user's folders. */
async function removeInterrupted(to: string): Promise<void> {
  const parent = dirname(to);
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const isDraft = name.startsWith(`${basename(to)}.`) && name.endsWith('.moving');
    if (isDraft && hasMarker(join(parent, name))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function copyFiles({ from, to, job }: CopyOptions, tree: FileTree): Promise<void> {
  const total = totalBytes(tree);
  let done = 0;
  for (const [i, { path, bytes }] of tree.files.entries()) {
    const report = (copied: number) =>
      job.advance(done + copied, total, () =>
        message('storage.move.progress', { number: i + 1, total: tree.files.length }),
      );
    const hash = await copyFile(join(from, path), join(to, path), report);
    if ((await hashFile(join(to, path), job.signal)) !== hash)
      throw new MessageError('storage.move.verificationFailed', { path: join(to, path) });
    done += bytes;
    await report(0);
  }
}

/** @returns the hash of the bytes read */
async function copyFile(from: string, to: string, did: (bytes: number) => Promise<void> | undefined): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(to, 'wx');
  try {
    let copied = 0;
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      await file.writeFile(chunk);
      copied += chunk.length;
      await did(copied);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** @throws MessageError naming the first file that was added, removed or changed */
function requireUnchanged(before: FileTree, after: FileTree, folder: string): void {
  const known = new Map(before.files.map((leaf) => [leaf.path, leaf]));
  const isSame = (leaf: FileEntry) =>
    known.get(leaf.path)?.bytes === leaf.bytes && known.get(leaf.path)?.modified === leaf.modified;
  const changed =
    after.files.find((leaf) => !isSame(leaf)) ??
    (after.files.length < before.files.length
      ? before.files.find(({ path }) => !after.files.some((leaf) => leaf.path === path))
      : undefined);
  if (changed) throw new MessageError('storage.move.changed', { path: join(folder, changed.path) });
}

/** Windows cannot rename onto an existing folder, even an empty one. */
async function renameIntoPlace(draft: string, to: string): Promise<void> {
  await ifExists(rmdir(to));
  await rename(draft, to);
  if (process.platform === 'win32') return;
  const above = await open(dirname(to), 'r');
  await above.sync().catch(() => undefined);
  await above.close();
}
