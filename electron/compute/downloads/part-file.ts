/**
 * The beginning of a file, `<name>.part`, and what is known of the whole, `<name>.part.json`. Both survive a crash at
 * any moment: the bytes on the disk are always the first ones of the file that is described beside them.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { formatDiskSpace, type FreeBytes } from '../storage/disk-usage';
import { DownloadError } from './connection';

/** SHA-256 of what lies on the disk, in hexadecimal digits; some 2 s for a gigabyte. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

const knownSchema = z.object({
  url: z.string(),
  /** Changes when the file does; only a strong one can vouch for a continuation. */
  etag: z.string().nullable(),
  bytes: z.int().min(0).nullable(),
  sha256: z.string().nullable(),
});

export type Known = Readonly<z.infer<typeof knownSchema>>;

export class PartFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private size: number,
    private about: Known | null,
  ) {}

  /** What an earlier attempt has left of this address, or nothing. */
  static async open(path: string, url: string): Promise<PartFile> {
    const about = await readKnown(path);
    const isContinued = about?.url === url && (await lstat(path).catch(() => null))?.isFile() === true;
    // Not `a`: a file opened to append cannot be cut on Windows.
    const handle = await open(path, isContinued ? 'r+' : 'w+');
    const { size } = await handle.stat();
    return new PartFile(path, handle, size, isContinued ? about : null);
  }

  /** Bytes that are there. */
  get length(): number {
    return this.size;
  }

  get known(): Known | null {
    return this.about;
  }

  /** Whether all bytes are there; they may still be the wrong ones. */
  get isWhole(): boolean {
    return this.about !== null && this.about.bytes === this.size;
  }

  /** Forgets what was there, for a file that begins anew. */
  async restart(known: Known | null): Promise<void> {
    if (this.size > 0) await this.handle.truncate(0);
    this.size = 0;
    this.about = known;
    if (known) await writeAtomically(descriptionOf(this.path), JSON.stringify(known));
  }

  /** @throws the disk's error; what was written of the chunk counts */
  async append(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const { bytesWritten } = await this.handle.write(chunk, from, chunk.length - from, this.size);
      from += bytesWritten;
      this.size += bytesWritten;
    }
  }

  sha256(signal?: AbortSignal): Promise<string> {
    return sha256Of(this.path, signal);
  }

  /** Gives the file its name, once all of it is on the disk. */
  async finish(target: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.path, target);
    await rm(descriptionOf(this.path), { force: true });
  }

  /** Leaves everything for a later attempt; harmless after `finish`. */
  close(): Promise<void> {
    return this.handle.close().catch(() => undefined);
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await rm(descriptionOf(this.path), { force: true });
  }
}

const descriptionOf = (path: string) => `${path}.json`;

async function readKnown(path: string): Promise<Known | null> {
  try {
    return knownSchema.parse(JSON.parse(await readFile(descriptionOf(path), 'utf8')));
  } catch {
    return null;
  }
}

// Room on the disk, looked at before a download fills it.

/** Other programs need some too, and a file system its books. */
const SPARE = 32 << 20;

/** @throws DownloadError where `bytes` more do not fit */
export async function requireSpace(
  { folder, freeBytes }: { readonly folder: string; readonly freeBytes: FreeBytes },
  bytes: number,
): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes + SPARE) return;
  throw new DownloadError(
    'full',
    `expected ${formatDiskSpace(bytes + SPARE)} free for ${folder}, found ${formatDiskSpace(free)}; make room and go on`,
  );
}

/** Errors of the disk during a download. */
export function diskFailure(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new DownloadError('full', `the disk of ${folder} is full; make room and go on`, { cause: error });
}
