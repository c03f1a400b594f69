/** Disk usage of the user's data, and free space on a disk. */
import * as fs from 'node:fs/promises';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Storage } from '../../contract/contract';
import { isMigrated } from './data-folder';
import { formatInteger } from '../../contract/format';
import { dataParts } from '../../contract/storage';
import { isId } from './new-id';

/** Bytes free for us on the disk of a folder; null where that cannot be told. */
export type FreeBytes = (folder: string) => Promise<number | null>;

export const freeBytes: FreeBytes = async (folder) => {
  // Came with Node 18.15, and fails on some network drives.
  const stat = typeof fs.statfs === 'function' ? await fs.statfs(folder).catch(() => null) : null;
  return stat && stat.bavail * stat.bsize;
};

/** The same for a folder that may not have been made yet: of the nearest one above it that tells. */
export async function freeBytesFor(folder: string, free: FreeBytes = freeBytes): Promise<number | null> {
  const path = resolve(folder);
  const bytes = await free(path);
  return bytes !== null || dirname(path) === path ? bytes : freeBytesFor(dirname(path), free);
}

// The files of a folder, with what tells whether they changed.

export interface Leaf {
  /** From the folder on. */
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

export interface Tree {
  readonly files: readonly Leaf[];
  /** From the folder on, those above first. */
  readonly folders: readonly string[];
  /** Whatever is neither: links, pipes. */
  readonly others: readonly string[];
}

/**
 * @param wanted of the folder's own entries
 * @throws the signal's reason; errors of the disk
 */
export async function readTree(
  folder: string,
  { signal, wanted = () => true }: { readonly signal?: AbortSignal; readonly wanted?: (name: string) => boolean } = {},
): Promise<Tree> {
  const tree = { files: [] as Leaf[], folders: [] as string[], others: [] as string[] };
  const visit = async (path: string): Promise<void> => {
    signal?.throwIfAborted();
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : join(path, entry.name);
      if (path === '' && !wanted(entry.name)) continue;
      if (entry.isDirectory()) {
        tree.folders.push(inside);
        await visit(inside);
      } else if (entry.isFile()) tree.files.push(await leafOf(folder, inside));
      else tree.others.push(inside);
    }
  };
  await visit('');
  return tree;
}

async function leafOf(folder: string, path: string): Promise<Leaf> {
  const { size, mtimeMs } = await lstat(join(folder, path));
  return { path, bytes: size, modified: mtimeMs };
}

export const bytesOf = ({ files }: Pick<Tree, 'files'>): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** What is looked at may go away meanwhile: then it is looked at once more. @throws the signal's reason; errors of the disk */
export async function getDiskUsage(dataFolder: string, freeBytes: FreeBytes, signal: AbortSignal): Promise<Storage> {
  const measured = () => readTree(dataFolder, { signal, wanted: isMigrated });
  const tree = await measured().catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? measured() : Promise.reject(error),
  );
  const parts = dataParts.map(async (part) => {
    const inside = tree.files.filter(({ path }) => path.startsWith(join(part, '/')));
    return { part, bytes: bytesOf({ files: inside }), entries: await entriesOf(join(dataFolder, part), part) };
  });
  return { parts: await Promise.all(parts), bytes: bytesOf(tree), freeBytes: await freeBytes(dataFolder) };
}

/** The trash names its things in its own way. */
async function entriesOf(folder: string, part: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => part === 'trash' || isId(name)).length;
}

/** Free and needed disk space in decimal megabytes, rounded up: `1,234 MB`. */
export const formatDiskSpace = (bytes: number): string => `${formatInteger(Math.ceil(bytes / 1e6))} MB`;
