import type { ByteSource } from '../../../models/checkpoint/byte-source';

/** A source of the given parts, one after the other. */
export function inMemory(...parts: readonly Uint8Array[]): ByteSource {
  const bytes = Buffer.concat(parts);
  return {
    size: bytes.length,
    async read(target, position) {
      const found = bytes.subarray(position, position + target.length);
      if (found.length < target.length) throw new Error(`the bytes end after ${bytes.length}`);
      target.set(found);
    },
  };
}
