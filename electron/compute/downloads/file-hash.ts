import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of what lies on the disk, in hexadecimal digits; some 2 s for a gigabyte. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
