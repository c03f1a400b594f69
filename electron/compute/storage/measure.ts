/** How much room the user's data take. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '../../contract/contract';
import { dataParts, movesAlong } from './data-layout';
import type { FreeBytes } from './free-bytes';
import { isId } from './new-id';
import { bytesOf, treeOf } from './tree';

/** What is looked at may go away meanwhile: then it is looked at once more. @throws the signal's reason; errors of the disk */
export async function measureData(dataFolder: string, freeBytes: FreeBytes, signal: AbortSignal): Promise<Storage> {
  const measured = () => treeOf(dataFolder, { signal, wanted: movesAlong });
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
