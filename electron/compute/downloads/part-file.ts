/**
 * The received beginning of a file, `<name>.part`, and the metadata of the whole file, `<name>.part.json`. Both survive
 * a crash at any time: the bytes are always the first bytes of the file in the metadata.
 */
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { hashFile } from '../../../datasets/formats/hash-file';
import type { FreeBytes } from '../storage/disk-usage';
import { DownloadError } from './connection';

const metadataSchema = z.object({
  url: z.string(),
  /** Changes when the file does; only strong ETags allow a resumed download. */
  etag: z.string().nullable(),
  bytes: z.int().min(0).nullable(),
  sha256: z.string().nullable(),
  /** Of the beginning that an attempt has received, where the checksum of the whole file is unknown; absent after a crash. */
  received: z.object({ bytes: z.int().min(1), sha256: z.string() }).exactOptional(),
});

export type FileMetadata = Readonly<z.infer<typeof metadataSchema>>;

export class PartFile {
  private isClosed = false;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private size: number,
    private stored: FileMetadata | null,
  ) {}

  /** Opens the bytes of an earlier attempt from this URL, else an empty file. */
  static async open(path: string, url: string): Promise<PartFile> {
    const stored = await loadMetadata(path);
    const isContinued = stored?.url === url && (await isIntact(path, stored));
    // Not `a`: a file opened to append cannot be cut on Windows.
    const handle = await open(path, isContinued ? 'r+' : 'w+');
    const { size } = await handle.stat();
    return new PartFile(path, handle, size, isContinued ? stored : null);
  }

  /** Bytes received. */
  get length(): number {
    return this.size;
  }

  get metadata(): FileMetadata | null {
    return this.stored;
  }

  /** Whether all bytes were received; they are not verified yet. */
  get isWhole(): boolean {
    return this.stored !== null && this.stored.bytes === this.size;
  }

  /** Discards received bytes. */
  async restart(metadata: FileMetadata | null): Promise<void> {
    if (this.size > 0) await this.handle.truncate(0);
    this.size = 0;
    this.stored = metadata;
    if (metadata) await writeAtomically(metadataFile(this.path), JSON.stringify(metadata));
  }

  /** @throws the disk's error; bytes written before it count */
  async append(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const { bytesWritten } = await this.handle.write(chunk, from, chunk.length - from, this.size);
      from += bytesWritten;
      this.size += bytesWritten;
    }
  }

  sha256(signal?: AbortSignal): Promise<string> {
    return hashFile(this.path, signal);
  }

  /** Flushes the file and renames it to its final name. */
  async finish(target: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    this.isClosed = true;
    await rename(this.path, target);
    await rm(metadataFile(this.path), { force: true });
  }

  /** Keeps the files for a later attempt; does nothing after `finish`. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.handle.close().catch(() => undefined);
    // Where it cannot be written, on a full disk, the beginning counts as after a crash.
    await this.recordReceived().catch(() => undefined);
  }

  private async recordReceived(): Promise<void> {
    if (this.stored?.sha256 !== null || this.size === 0) return;
    const received = { bytes: this.size, sha256: await hashFile(this.path, undefined, this.size) };
    await writeAtomically(metadataFile(this.path), JSON.stringify({ ...this.stored, received }));
  }

  async discard(): Promise<void> {
    this.isClosed = true;
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
    await rm(metadataFile(this.path), { force: true });
  }
}

const metadataFile = (path: string) => `${path}.json`;

/** Whether a file can be continued: its checksum is compared at the end, or its beginning is the one that was received. */
async function isIntact(path: string, { sha256, received }: FileMetadata): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() !== true) return false;
  if (sha256 !== null || !received) return true;
  return found.size >= received.bytes && (await hashFile(path, undefined, received.bytes)) === received.sha256;
}

async function loadMetadata(path: string): Promise<FileMetadata | null> {
  try {
    return metadataSchema.parse(JSON.parse(await readFile(metadataFile(path), 'utf8')));
  } catch {
    return null;
  }
}

/** Disk space in bytes left for other programs and the file system. */
const SPARE = 32 << 20;

/** @throws DownloadError where `bytes` more do not fit */
export async function requireSpace(
  { folder, freeBytes }: { readonly folder: string; readonly freeBytes: FreeBytes },
  bytes: number,
): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes + SPARE) return;
  throw new DownloadError('full', 'downloads.error.needsSpace', { folder, needed: bytes + SPARE, free });
}

/** Turns an error of a full disk into a DownloadError; returns other errors as they are. */
export function toDiskError(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new DownloadError('full', 'downloads.error.diskFull', { folder }).causedBy(error);
}
