/** Zip archives that are the same, byte for byte, whenever and wherever they are written. */
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { writeAtomically } from './atomic-file';

export interface ZipContent {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface ZipOptions {
  /** Deflated; else stored as it is. */
  readonly compressed?: boolean;
}

/** The earliest time a zip can tell, in the fields that know no time zone. */
const always = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/** Whole or not at all; contents are not copied. @throws Error for a name that leads out of the archive */
export async function writeZip(
  path: string,
  contents: Iterable<ZipContent>,
  { compressed = false }: ZipOptions = {},
): Promise<void> {
  const zip = new ZipFile();
  const stream = zip.outputStream as Readable;
  zip.on('error', (reason: Error) => stream.destroy(reason));
  for (const { name, content } of contents) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    zip.addBuffer(bytes, name, { ...always, compress: compressed });
  }
  zip.end();
  await writeAtomically(path, stream);
}
