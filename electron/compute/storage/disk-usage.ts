/** Disk usage of the user's data, and free space on a disk. */
import * as fs from 'node:fs/promises';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DiskUsage } from '../../contract/contract';
import { isMigrated } from './data-folder';
import { dataFolders } from '../../contract/storage';
import { isId } from './ids';

/** Free bytes on the disk of a folder; null where unknown. */
export type FreeBytes = (folder: string) => Promise<number | null>;

export const freeBytes: FreeBytes = async (folder) => {
  // Available since Node 18.15; fails on some network drives.
  const stat = typeof fs.statfs === 'function' ? await fs.statfs(folder).catch(() => null) : null;
  return stat && stat.bavail * stat.bsize;
};

/** Free bytes for a folder that may not exist yet: of its nearest parent where they are known. */
export async function freeBytesFor(folder: string, free: FreeBytes = freeBytes): Promise<number | null> {
  const path = resolve(folder);
  const bytes = await free(path);
  return bytes !== null || dirname(path) === path ? bytes : freeBytesFor(dirname(path), free);
}

export interface FileEntry {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

export interface FileTree {
  readonly files: readonly FileEntry[];
  /** Relative to the folder, parents first. */
  readonly folders: readonly string[];
  /** Neither files nor folders, e.g. links and pipes. */
  readonly others: readonly string[];
}

/**
 * Lists a folder recursively.
 * @param wanted filters the entries at the top
 * @throws the signal's reason; errors of the disk
 */
export async function readTree(
  folder: string,
  { signal, wanted = () => true }: { readonly signal?: AbortSignal; readonly wanted?: (name: string) => boolean } = {},
): Promise<FileTree> {
  const tree = { files: [] as FileEntry[], folders: [] as string[], others: [] as string[] };
  const visit = async (path: string): Promise<void> => {
    signal?.throwIfAborted();
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : join(path, entry.name);
      if (path === '' && !wanted(entry.name)) continue;
      if (entry.isDirectory()) {
        tree.folders.push(inside);
        await visit(inside);
      } else if (entry.isFile()) tree.files.push(await statFile(folder, inside));
      else tree.others.push(inside);
    }
  };
  await visit('');
  return tree;
}

async function statFile(folder: string, path: string): Promise<FileEntry> {
  const { size, mtimeMs } = await lstat(join(folder, path));
  return { path, bytes: size, modified: mtimeMs };
}

export const totalBytes = ({ files }: Pick<FileTree, 'files'>): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** Disk usage by folder. Retries once where a file disappears meanwhile. @throws the signal's reason; errors of the disk */
export async function getDiskUsage(dataFolder: string, freeBytes: FreeBytes, signal: AbortSignal): Promise<DiskUsage> {
  const measured = () => readTree(dataFolder, { signal, wanted: isMigrated });
  const tree = await measured().catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? measured() : Promise.reject(error),
  );
  const folders = dataFolders.map(async (folder) => {
    const inside = tree.files.filter(({ path }) => path.startsWith(join(folder, '/')));
    return {
      folder,
      bytes: totalBytes({ files: inside }),
      entries: await countEntries(join(dataFolder, folder), folder),
    };
  });
  return { folders: await Promise.all(folders), bytes: totalBytes(tree), freeBytes: await freeBytes(dataFolder) };
}

/** Counts the items of a folder; names in the trash are not ids. */
async function countEntries(path: string, folder: string): Promise<number> {
  const names = await readdir(path).catch((): string[] => []);
  return names.filter((name) => folder === 'trash' || isId(name)).length;
}

/** Disk space in decimal megabytes, rounded up. */
export const toMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
