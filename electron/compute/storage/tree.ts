/** The files of a folder, with what tells whether they changed. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

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
export async function treeOf(
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
