/**
 * A checksum in the metadata of a safetensors file: the SHA-256 of the file with zeros in its place. The format has no checksum of its own,
 * and a changed bit in a value is a valid file.
 */
import { createHash } from 'node:crypto';
import type { ByteSource } from './byte-source';
import { LENGTH_BYTES, SafetensorsError, SafetensorsReader, type SafetensorsFile } from './safetensors';

const KEY = 'sha256';
const BLANK = '0'.repeat(64);

/** Metadata that reserves the place of the checksum, which `addChecksum` fills. */
export const withChecksum = (metadata: SafetensorsFile['metadata'] = {}): SafetensorsFile['metadata'] => ({
  ...metadata,
  [KEY]: BLANK,
});

/** Bytes that are hashed at a time, in a few milliseconds; the thread serves others in between. */
const SLICE = 2 ** 22;

/** The parts of a file, its header with the checksum where `withChecksum` has reserved a place; the other parts are not copied. */
export async function addChecksum(parts: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const [header, ...values] = parts;
  const place = header ? findPlace(header, BLANK) : null;
  if (!header || place === null) return parts;
  const hash = createHash('sha256');
  for (const part of parts)
    for (let from = 0; from < part.length; from += SLICE) {
      hash.update(part.subarray(from, from + SLICE));
      if (part.length > SLICE) await new Promise((resolve) => setImmediate(resolve));
    }
  const sealed = header.slice();
  sealed.set(new TextEncoder().encode(hash.digest('hex')), place);
  return [sealed, ...values];
}

/**
 * Compares a file with its checksum; a file without one, or with its place only, is accepted: of an earlier version or another program.
 * @param headerEnd where the values start
 * @throws SafetensorsError when they differ; errors of the source
 */
export async function verifyChecksum(
  source: ByteSource,
  { metadata, headerEnd }: Pick<SafetensorsFile, 'metadata'> & { readonly headerEnd: number },
): Promise<void> {
  const expected = metadata[KEY];
  if (expected === undefined || expected === BLANK) return;
  const header = new Uint8Array(headerEnd);
  await source.read(header, 0);
  const place = findPlace(header, expected);
  if (place === null) throw new SafetensorsError('safetensors.checksum');
  header.set(new TextEncoder().encode(BLANK), place);
  const hash = createHash('sha256').update(header);
  const slice = new Uint8Array(Math.min(SLICE, source.size - headerEnd));
  for (let from = headerEnd; from < source.size; from += slice.length) {
    const part = slice.subarray(0, Math.min(slice.length, source.size - from));
    await source.read(part, from);
    hash.update(part);
  }
  if (hash.digest('hex') !== expected) throw new SafetensorsError('safetensors.checksum');
}

/** The checksum of a file; null for one without. @throws SafetensorsError for a header that cannot be read; errors of the source */
export async function readChecksum(source: ByteSource): Promise<string | null> {
  const { metadata } = await SafetensorsReader.open(source);
  return metadata[KEY] ?? null;
}

/** Where the checksum starts in the header; null unless it is there, as the lab writes it. */
function findPlace(header: Uint8Array, checksum: string): number | null {
  if (checksum.length !== BLANK.length) return null;
  // One character for each byte, so that the place is that of the byte.
  const text = Buffer.from(header.buffer, header.byteOffset, header.length).toString('latin1', LENGTH_BYTES);
  const at = text.indexOf(`"${KEY}":"${checksum}"`);
  return at < 0 ? null : LENGTH_BYTES + at + KEY.length + 4;
}
