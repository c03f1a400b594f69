/** Regular files: their size, and reading them whole. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../datasets/formats/format-error';

/**
 * Returns the size of a regular file in bytes. Refuses pipes and devices, whose reading would never end.
 * @throws FormatError unless the path is a regular file or a link to one
 */
export async function expectRegularFile(path: string): Promise<number> {
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

/** Limit of one read in Node. */
const MAX_BYTES = 2 ** 31 - 1;

/** Reads a regular file. @throws FormatError when there is none, or it is too large for memory */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  const size = await expectRegularFile(path);
  if (size > MAX_BYTES) throw new FormatError(basename(path), `at most ${MAX_BYTES} bytes`, `${size}`);
  return readFile(path);
}
