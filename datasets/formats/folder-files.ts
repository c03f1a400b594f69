/** Lists the files of a folder and of the folders in it. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { belongsTo } from './folder-links';

/** Levels of folders; the published collections have three. */
const MAX_DEPTH = 8;

/** Folders that archives of macOS and package managers create. */
const ignoredFolders = ['__MACOSX', 'node_modules'];

/** Paths inside the folder, with `/` between folders, in order. Passes over hidden files and links to outside. */
export async function* listFiles(root: string, inside = '', visited = new Set<string>()): AsyncGenerator<string> {
  const folder = await realpath(join(root, inside));
  // A link can lead back to a folder above.
  if (visited.has(folder) || inside.split('/').length > MAX_DEPTH) return;
  visited.add(folder);
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith('.') || ignoredFolders.includes(name)) continue;
    const path = `${inside}${name}`;
    const found = (await belongsTo(root, join(root, path))) ? await stat(join(root, path)) : null;
    if (found?.isDirectory()) yield* listFiles(root, `${path}/`, visited);
    else if (found?.isFile()) yield path;
  }
}

/** Whether a file is in a folder for held-out puzzles, by the path inside the dataset. */
export const isInTestFolder = (path: string): boolean =>
  path
    .split('/')
    .slice(0, -1)
    .some((name) => /^(?:evaluation|eval|test|validation)$/iu.test(name));
