/** Downloads one file of a set: retries broken connections, resumes, and verifies the checksum. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FreeBytes } from '../storage/disk-usage';
import type { FileResponse, Connection } from './connection';
import { request, readChunks, DownloadError, parseLength, statusError } from './connection';
import type { FileSpec } from './download-specs';
import type { FileMetadata } from './part-file';
import { toDiskError, PartFile, requireSpace } from './part-file';
import type { DownloadProgress } from './downloads';

/** Maximum bytes from a server that states no length. */
const MAX_UNANNOUNCED = 256 << 20;

interface ReceiveOptions extends Connection {
  readonly file: FileSpec;
  /** Its disk must have enough free space. */
  readonly folder: string;
  readonly freeBytes: FreeBytes;
  readonly onBytes: (received: number, total: number | null) => void;
}

/**
 * Requests the rest of a file (RFC 9110, range requests) and appends it to `part` until it is complete.
 * @throws DownloadError; after `broken`, another call continues from there
 */
async function receive(part: PartFile, options: ReceiveOptions): Promise<void> {
  const { file, onBytes } = options;
  if (part.isWhole) return;
  const response = await request(file.url, { ...options, method: 'GET', headers: rangeHeaders(part) });
  const isAccepted = await accept(response, part, options).catch((error: unknown) => abandon(response, error));
  if (!isAccepted) {
    response.body.destroy();
    return receive(part, options);
  }
  const bytes = part.metadata?.bytes ?? null;
  onBytes(part.length, bytes);
  await requireSpace(options, (bytes ?? part.length) - part.length).catch((error: unknown) => abandon(response, error));
  for await (const chunk of readChunks(response, options)) await appendChunk(chunk, part, options);
  if (bytes === null) requireRoughSize(file, part.length, response.host);
  if (bytes !== null && part.length < bytes)
    throw new DownloadError('broken', 'downloads.error.ended', {
      host: response.host,
      file: file.name,
      received: part.length,
      total: bytes,
    });
}

function abandon({ body }: FileResponse, error: unknown): never {
  body.destroy();
  throw error;
}

/** Requests the rest only if the file has not changed since its beginning was received. */
function rangeHeaders({ length, metadata }: PartFile): Record<string, string> {
  if (length === 0 || !metadata || (metadata.etag === null && metadata.sha256 === null)) return {};
  return { range: `bytes=${length}-`, ...(metadata.etag !== null && { 'if-range': metadata.etag }) };
}

/** Prepares the part for the body of the response; false where a new request is needed. */
async function accept(response: FileResponse, part: PartFile, { file }: ReceiveOptions): Promise<boolean> {
  const { status, host, headers } = response;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new DownloadError('wrong', 'downloads.error.encoded', { host, file: file.name, encoding });
  if (status === 416 && part.length > 0) return restartBeyondEnd(response, part);
  if (status === 206 && part.length > 0) return acceptPartial(response, part, file);
  if (status !== 200) throw statusError(host, status);
  await part.restart(readMetadata(response, file, parseLength(headers['content-length'])));
  return true;
}

/** The server has no bytes beyond those received although more were announced: starts anew. */
async function restartBeyondEnd({ host, headers }: FileResponse, part: PartFile): Promise<false> {
  const total = parseLength(/^bytes \*\/(\d+)$/u.exec(headers['content-range'] ?? '')?.[1]);
  const bytes = part.metadata?.bytes ?? null;
  if (total !== null && bytes !== null && total < bytes)
    throw new DownloadError('wrong', 'downloads.error.tooShort', { host, announced: bytes, total });
  await part.restart(null);
  return false;
}

async function acceptPartial(response: FileResponse, part: PartFile, file: FileSpec): Promise<boolean> {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/u.exec(response.headers['content-range'] ?? '') ?? [];
  const { metadata } = part;
  const now = readMetadata(response, file, parseLength(total));
  const isSame = <T>(before: T | null | undefined, after: T | null) =>
    before == null || after === null || before === after;
  if (
    parseLength(start) === part.length &&
    isSame(metadata?.bytes, now.bytes) &&
    isSame(metadata?.etag, now.etag) &&
    isSame(metadata?.sha256, now.sha256)
  )
    return true;
  await part.restart(null);
  return false;
}

/** @throws DownloadError where the server contradicts the spec or itself */
function readMetadata({ host, headers, announced }: FileResponse, file: FileSpec, length: number | null): FileMetadata {
  const [bytes = null, otherBytes] = listDistinct([file.bytes, announced.bytes, length]);
  if (bytes !== null && otherBytes !== undefined)
    throw new DownloadError('wrong', 'downloads.error.otherLength', {
      host,
      file: file.name,
      expected: bytes,
      found: otherBytes,
    });
  requireRoughSize(file, bytes, host);
  const [sha256 = null, otherHash] = listDistinct([file.sha256, announced.sha256]);
  if (sha256 !== null && otherHash !== undefined)
    throw new DownloadError('wrong', 'downloads.error.otherHash', {
      host,
      file: file.name,
      expected: sha256,
      found: otherHash,
    });
  const { etag = null } = headers;
  return {
    url: file.url,
    etag: etag?.startsWith('"') ? etag : null,
    bytes,
    sha256,
  };
}

/** Share by which a file may be shorter or longer than its rough size. */
const TOLERANCE = 0.1;

/** @throws DownloadError for a file of another size than the spec's rough one */
function requireRoughSize({ name, roughBytes }: FileSpec, bytes: number | null, host: string): void {
  if (roughBytes === undefined || bytes === null || Math.abs(bytes - roughBytes) <= TOLERANCE * roughBytes) return;
  throw new DownloadError('wrong', 'downloads.error.otherRoughLength', {
    host,
    file: name,
    expected: roughBytes,
    found: bytes,
  });
}

/** The different values that are stated, in order. */
const listDistinct = <T>(values: readonly (T | null)[]): T[] => [...new Set(values.filter((value) => value !== null))];

async function appendChunk(chunk: Uint8Array, part: PartFile, { file, onBytes }: ReceiveOptions): Promise<void> {
  const bytes = part.metadata?.bytes ?? null;
  const maxBytes = bytes ?? MAX_UNANNOUNCED;
  if (part.length + chunk.length > maxBytes)
    throw new DownloadError('wrong', bytes === null ? 'downloads.error.aboveLimit' : 'downloads.error.tooLong', {
      file: file.name,
      max: maxBytes,
    });
  await part.append(chunk);
  onBytes(part.length, bytes);
}

interface DownloadOptions extends Omit<ReceiveOptions, 'onBytes'> {
  /** Milliseconds before each retry. */
  readonly retryAfter: readonly number[];
  readonly onStage: (stage: DownloadProgress['stage'], received: number, total: number | null) => void;
}

/** Bytes of progress after which the count of failures restarts. */
const PROGRESS = 1 << 20;

/**
 * Downloads and verifies the file, or leaves its beginning for the next call.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const target = join(options.folder, options.file.name);
  if ((await lstat(target).catch(() => null))?.isFile()) return;
  const part = await PartFile.open(`${target}.part`, options.file.url);
  try {
    await receiveVerified(part, options);
    await part.finish(target);
  } catch (error) {
    if (error instanceof DownloadError && !error.isResumable) await part.discard();
    throw toDiskError(error, options.folder);
  } finally {
    await part.close();
  }
}

/** Downloads the file once more where an old beginning does not match its end. */
async function receiveVerified(part: PartFile, options: DownloadOptions): Promise<void> {
  const isContinued = part.length > 0;
  await receiveAll(part, options);
  const problem = await checksumError(part, options);
  if (!problem) return;
  if (!isContinued) throw problem;
  await part.restart(null);
  await receiveVerified(part, options);
}

async function receiveAll(part: PartFile, options: DownloadOptions): Promise<void> {
  const { onStage, retryAfter, signal } = options;
  for (let failures = 0; ; failures++) {
    const before = part.length;
    onStage(failures === 0 ? 'connecting' : 'waiting', part.length, part.metadata?.bytes ?? null);
    try {
      return await receive(part, { ...options, onBytes: (received, total) => onStage('receiving', received, total) });
    } catch (error) {
      if (part.length - before >= PROGRESS) failures = 0;
      // Offline at the start is final; a connection lost later may return.
      const isPassing =
        error instanceof DownloadError && (error.kind === 'broken' || (error.kind === 'offline' && part.length > 0));
      if (!isPassing) throw error;
      if (failures >= retryAfter.length) throw retriesError(error, part);
      await delay(retryAfter[failures], undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
    }
  }
}

function retriesError(error: DownloadError, part: PartFile): DownloadError {
  const { kind, text: reason } = error;
  const { length: received, metadata } = part;
  const total = metadata?.bytes ?? null;
  const failure =
    received === 0
      ? new DownloadError(kind, 'downloads.error.gaveUp', { reason })
      : total === null
        ? new DownloadError(kind, 'downloads.error.gaveUpPartly', { reason, received })
        : new DownloadError(kind, 'downloads.error.gaveUpOfTotal', { reason, received, total });
  return failure.causedBy(error);
}

/** @returns an error where the bytes on the disk do not match the checksum, else null */
async function checksumError(
  part: PartFile,
  { file, onStage, signal }: DownloadOptions,
): Promise<DownloadError | null> {
  const expected = part.metadata?.sha256 ?? null;
  if (expected === null) return null;
  onStage('checking', part.length, part.length);
  const found = await part.sha256(signal);
  if (found === expected) return null;
  return new DownloadError('wrong', 'downloads.error.checksum', {
    file: file.name,
    host: new URL(file.url).hostname,
    expected,
    found,
  });
}
