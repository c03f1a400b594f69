import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * SHA-256 of a file in hexadecimal digits; takes about 2 s for a gigabyte.
 * @param bytes of its beginning; all by default
 * @throws errors of the disk; the signal's reason
 */
export async function hashFile(path: string, signal?: AbortSignal, bytes = Infinity): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, {
    highWaterMark: 1 << 20,
    end: bytes - 1,
  }) as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
