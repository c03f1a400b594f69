import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../datasets/formats/format-error';

/** The file's size in bytes. Reading a pipe or a device would never end. @throws FormatError when there is no plain file, or no link to one */
export async function expectPlainFile(path: string): Promise<number> {
  const found = await stat(path).catch((reason: NodeJS.ErrnoException) => {
    throw new FormatError(
      basename(path),
      'a file',
      reason.code === 'ENOENT' || reason.code === 'ENOTDIR'
        ? 'none of this name'
        : `one that cannot be read (${reason.code})`,
    );
  });
  if (!found.isFile())
    throw new FormatError(basename(path), 'a plain file', found.isDirectory() ? 'a folder' : 'something else');
  return found.size;
}

/** What Node reads in one piece. */
const MAX_BYTES = 2 ** 31 - 1;

/** The whole of a plain file. @throws FormatError when there is none, or one too large to be held */
export async function readPlainFile(path: string): Promise<Uint8Array> {
  const size = await expectPlainFile(path);
  if (size > MAX_BYTES) throw new FormatError(basename(path), `at most ${MAX_BYTES} bytes`, `${size}`);
  return readFile(path);
}
