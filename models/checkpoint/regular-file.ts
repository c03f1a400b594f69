/** Regular files: their size, and reading them whole. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../datasets/formats/format-error';
import { message } from '../../renderer/messages/message';

/**
 * Returns the size of a regular file in bytes. Refuses pipes and devices, whose reading would never end.
 * @throws FormatError unless the path is a regular file or a link to one
 */
export async function expectRegularFile(path: string): Promise<number> {
  const found = await stat(path).catch((reason: NodeJS.ErrnoException) => {
    throw new FormatError(
      basename(path),
      message('checkpoint.file.expected'),
      reason.code === 'ENOENT' || reason.code === 'ENOTDIR'
        ? message('checkpoint.file.missing')
        : message('checkpoint.file.unreadable', { code: reason.code ?? reason.message }),
    );
  });
  if (!found.isFile())
    throw new FormatError(
      basename(path),
      message('checkpoint.file.regular'),
      found.isDirectory() ? message('checkpoint.file.folder') : message('checkpoint.file.special'),
    );
  return found.size;
}

/** Limit of one read in Node. */
const MAX_BYTES = 2 ** 31 - 1;

/** @param where file, and place in it @throws FormatError when it has more than `max` bytes */
export function requireSize(bytes: number, max: number, where: string): void {
  if (bytes > max)
    throw new FormatError(
      where,
      message('checkpoint.atMostBytes', { count: max }),
      message('checkpoint.bytes', { count: bytes }),
    );
}

/** Reads a regular file. @throws FormatError when it does not exist or has more than `max` bytes, by default the most that can be read at once */
export async function readRegularFile(path: string, max = MAX_BYTES): Promise<Uint8Array> {
  const size = await expectRegularFile(path);
  requireSize(size, max, basename(path));
  return readFile(path);
}
