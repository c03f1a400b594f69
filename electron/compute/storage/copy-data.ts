/**
 * Copies the data folder. The copy is read back and compared before it gets its final name: a copy that was cancelled,
 * killed or ran out of disk space is never mistaken for a complete one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFile } from '../downloads/part-file';
import type { Job } from '../job';
import { isMigrated } from './data-folder';
import type { FileEntry, FileTree } from './disk-usage';
import { totalBytes, readTree } from './disk-usage';

interface CopyOptions {
  readonly from: string;
  /** Absent or empty. */
  readonly to: string;
  readonly job: Job;
}

/** @throws Error where a file changed during the copy or differs when read back; errors of the disk; the signal's reason */
export async function copyData({
  from,
  to,
  job,
}: CopyOptions): Promise<{ readonly files: number; readonly bytes: number }> {
  const { signal } = job;
  const tree = await readTree(from, { signal, wanted: isMigrated });
  if (tree.others.length > 0)
    throw new Error(
      `${join(from, tree.others[0]!)}: expected a file or a folder, found a link or something else, which cannot be copied safely`,
    );
  const draft = `${to}.moving`;
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(draft, { recursive: true });
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

async function copyFiles({ from, to, job }: CopyOptions, tree: FileTree): Promise<void> {
  const total = totalBytes(tree);
  let done = 0;
  for (const [i, { path, bytes }] of tree.files.entries()) {
    const report = (copied: number) =>
      job.did(
        done + copied,
        total,
        () => `file ${(i + 1).toLocaleString('en')} of ${tree.files.length.toLocaleString('en')}`,
      );
    const hash = await copyFile(join(from, path), join(to, path), report);
    if ((await hashFile(join(to, path), job.signal)) !== hash)
      throw new Error(
        `${join(to, path)}: expected what was written, found something else: this disk does not keep what it is given`,
      );
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

/** @throws Error naming the first file that was added, removed or changed */
function requireUnchanged(before: FileTree, after: FileTree, folder: string): void {
  const known = new Map(before.files.map((leaf) => [leaf.path, leaf]));
  const isSame = (leaf: FileEntry) =>
    known.get(leaf.path)?.bytes === leaf.bytes && known.get(leaf.path)?.modified === leaf.modified;
  const changed =
    after.files.find((leaf) => !isSame(leaf)) ??
    (after.files.length < before.files.length
      ? before.files.find(({ path }) => !after.files.some((leaf) => leaf.path === path))
      : undefined);
  if (changed)
    throw new Error(
      `${join(folder, changed.path)} changed while it was copied: is another lab or command at work there?`,
    );
}

/** Windows cannot rename onto an existing folder, even an empty one. */
async function renameIntoPlace(draft: string, to: string): Promise<void> {
  await rmdir(to).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : Promise.reject(error),
  );
  await rename(draft, to);
  if (process.platform === 'win32') return;
  const above = await open(dirname(to), 'r');
  await above.sync().catch(() => undefined);
  await above.close();
}

const words = 'the data are being moved; nothing can be changed until the lab has started anew';

/** Refuses changes of the data folder while it is copied, and a copy while it is changed. */
export class MigrationLock {
  private changes = 0;
  private isMoving = false;

  /** Why changes are refused now; null where they are not. */
  get reason(): string | null {
    return this.isMoving ? words : null;
  }

  /** Runs work that changes the data folder. @throws Error while the data are copied */
  async change<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.isMoving) throw new Error(words);
    this.changes++;
    try {
      return await work();
    } finally {
      this.changes--;
    }
  }

  /**
   * Runs work that needs unchanging data. After it has succeeded, changes stay refused.
   * @throws Error while something changes them
   */
  async copy<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isMoving) throw new Error(words);
    if (this.changes > 0)
      throw new Error('something is being made or changed right now; move the data when it is done');
    this.isMoving = true;
    try {
      return await work();
    } catch (error) {
      this.isMoving = false;
      throw error;
    }
  }
}
