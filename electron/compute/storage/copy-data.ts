/**
 * A copy of all data in a new folder, read back and compared before it takes its name: a copy that was cancelled,
 * killed or ran out of disk leaves nothing that looks like one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Of } from '../downloads/part-file';
import type { Job } from '../job';
import { isMigrated } from './data-folder';
import type { Leaf, Tree } from './disk-usage';
import { bytesOf, readTree } from './disk-usage';

interface CopyOptions {
  readonly from: string;
  /** Absent or empty. */
  readonly to: string;
  readonly job: Job;
}

/** @throws Error where a file changed meanwhile or does not read back as it was; errors of the disk; the signal's reason */
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
    expectSame(tree, await readTree(from, { signal, wanted: isMigrated }), from);
    signal.throwIfAborted();
    await takeName(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { files: tree.files.length, bytes: bytesOf(tree) };
}

async function copyFiles({ from, to, job }: CopyOptions, tree: Tree): Promise<void> {
  const total = bytesOf(tree);
  let done = 0;
  for (const [i, { path, bytes }] of tree.files.entries()) {
    const told = (copied: number) =>
      job.did(
        done + copied,
        total,
        () => `file ${(i + 1).toLocaleString('en')} of ${tree.files.length.toLocaleString('en')}`,
      );
    const hash = await copyFile(join(from, path), join(to, path), told);
    if ((await sha256Of(join(to, path), job.signal)) !== hash)
      throw new Error(
        `${join(to, path)}: expected what was written, found something else: this disk does not keep what it is given`,
      );
    done += bytes;
    await told(0);
  }
}

/** @returns the hash of what was read */
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

/** @throws Error naming the first file that came, went or changed */
function expectSame(before: Tree, after: Tree, folder: string): void {
  const known = new Map(before.files.map((leaf) => [leaf.path, leaf]));
  const isSame = (leaf: Leaf) =>
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

/** Windows renames onto no folder, not even an empty one. */
async function takeName(draft: string, to: string): Promise<void> {
  await rmdir(to).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : Promise.reject(error),
  );
  await rename(draft, to);
  if (process.platform === 'win32') return;
  const above = await open(dirname(to), 'r');
  await above.sync().catch(() => undefined);
  await above.close();
}
/** While the data are copied nothing may change them; and what is changing them must end first. */

const words = 'the data are being moved; nothing can be changed until the lab has started anew';

export class MigrationLock {
  private changes = 0;
  private isMoving = false;

  /** Why nothing can be changed now; null where it can. */
  get reason(): string | null {
    return this.isMoving ? words : null;
  }

  /** Work that changes the data folder. @throws Error while the data are copied */
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
   * Work that needs the data as they are. Once it has succeeded they stay as they are.
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
