/** Room on a disk. */
import * as fs from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

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
