/**
 * Symbolic links in a folder to import. They are followed within the folder, and to the files of a Hugging Face cache: a folder of someone
 * else's could otherwise lead to any file of the user, a part of which an error message would show.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

/** @param root of the import; itself it may be a link @returns whether the path, with all links followed, belongs to it; false where nothing is there */
export async function belongsTo(root: string, path: string): Promise<boolean> {
  const folder = await realpath(root);
  const target = await realpath(path).catch(() => null);
  const owned = [folder, findBlobs(folder)];
  return target !== null && owned.some((each) => each !== null && (target === each || target.startsWith(each + sep)));
}

/** The folder of the files that `snapshots/<revision>` of a Hugging Face cache links to; null in other places. */
function findBlobs(folder: string): string | null {
  const snapshots = dirname(folder);
  return basename(snapshots) === 'snapshots' ? join(dirname(snapshots), 'blobs') : null;
}
