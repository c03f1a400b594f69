/** Checkpoints since PyTorch 1.6: a zip archive of one folder, with the pickle in data.pkl and each storage in data/<key>. */
import { FormatError } from '../../../datasets/formats/format-error';
import type { ZipArchive } from '../zip';
import { constructors, storageOf } from './constructors';
import type { Container } from './container';
import { MOST_PICKLE_BYTES } from './container';
import { readPickle } from './pickle';

/** @throws FormatError */
export async function zipContainer(archive: ZipArchive, file: string): Promise<Container> {
  const root = rootOf(archive, file);
  await expectLittleEndian(archive, { root, file });
  const pickle = `${root}data.pkl`;
  const size = archive.size(pickle) ?? 0;
  if (size > MOST_PICKLE_BYTES)
    throw new FormatError(`${file}, ${pickle}`, `at most ${MOST_PICKLE_BYTES} bytes`, `${size}`);
  const { value } = readPickle({
    bytes: await archive.read(pickle),
    file: `${file}, data.pkl`,
    constructors,
    persistent: storageOf,
  });
  return {
    value,
    async storage({ key, bytes }) {
      const name = `${root}data/${key}`;
      const found = archive.size(name);
      if (found !== undefined && found !== bytes)
        throw new FormatError(`${file}, ${name}`, `${bytes} bytes, as its tensors take`, `${found}`);
      return archive.read(name);
    },
  };
}

/** The folder's name is that of the file when it was saved. */
function rootOf(archive: ZipArchive, file: string): string {
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/u.test(name));
  if (pickles.length !== 1)
    throw new FormatError(
      file,
      'a PyTorch checkpoint with one data.pkl',
      pickles.length === 0 ? 'a zip archive without it' : `${pickles.length} of them`,
    );
  return pickles[0]!.slice(0, -'data.pkl'.length);
}

/** Absent before PyTorch 2.1. */
async function expectLittleEndian(
  archive: ZipArchive,
  { root, file }: { readonly root: string; readonly file: string },
): Promise<void> {
  const name = `${root}byteorder`;
  const size = archive.size(name);
  if (size === undefined) return;
  const order = size > 16 ? 'something else' : new TextDecoder().decode(await archive.read(name));
  if (order !== 'little') throw new FormatError(`${file}, ${name}`, 'numbers in little-endian order', order);
}
