/** One file of a set, from its address to its name: tried again where a connection breaks, and verified. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FreeBytes } from '../storage/disk-usage';
import type { Answer, Connection } from './connection';
import { ask, chunksOf, DownloadError, lengthOf, refusedBy } from './connection';
import type { FileSpec } from './download-specs';
import type { Known } from './part-file';
import { diskFailure, PartFile, requireSpace } from './part-file';
import type { DownloadProgress } from './downloads';

// One request for the rest of a file (RFC 9110, range requests): what comes is appended, what cannot be right ends it.

/** More than this is not taken from a server that does not say how much it will be. */
const MAX_UNANNOUNCED = 256 << 20;

interface Receiving extends Connection {
  readonly file: FileSpec;
  /** Where there must be room for what comes. */
  readonly folder: string;
  readonly freeBytes: FreeBytes;
  readonly onBytes: (received: number, total: number | null) => void;
}

/**
 * Appends to `part` until it is whole.
 * @throws DownloadError; where it is `broken`, asking again goes on from where it broke
 */
async function receive(part: PartFile, receiving: Receiving): Promise<void> {
  const { file, onBytes } = receiving;
  if (part.isWhole) return;
  const answer = await ask(file.url, { ...receiving, method: 'GET', headers: continuation(part) });
  const isAccepted = await accept(answer, part, receiving).catch((error: unknown) => abandon(answer, error));
  if (!isAccepted) {
    answer.body.destroy();
    return receive(part, receiving);
  }
  const bytes = part.known?.bytes ?? null;
  onBytes(part.length, bytes);
  await requireSpace(receiving, (bytes ?? part.length) - part.length).catch((error: unknown) => abandon(answer, error));
  for await (const chunk of chunksOf(answer, receiving)) await take(chunk, part, receiving);
  if (bytes !== null && part.length < bytes)
    throw new DownloadError('broken', `${answer.host} ended ${file.name} after ${part.length} of ${bytes} bytes`);
}

function abandon({ body }: Answer, error: unknown): never {
  body.destroy();
  throw error;
}

/** Asks for the rest only if the file is still the one whose beginning is here. */
function continuation({ length, known }: PartFile): Record<string, string> {
  if (length === 0 || !known || (known.etag === null && known.sha256 === null)) return {};
  return { range: `bytes=${length}-`, ...(known.etag !== null && { 'if-range': known.etag }) };
}

/** Makes the part ready for the bytes that follow; false where it has to be asked for anew. */
async function accept(answer: Answer, part: PartFile, { file }: Receiving): Promise<boolean> {
  const { status, host, headers } = answer;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new DownloadError('wrong', `${host}: expected ${file.name} as it is, found it encoded as ${encoding}`);
  if (status === 416 && part.length > 0) return beyondEnd(answer, part);
  if (status === 206 && part.length > 0) return continues(answer, part, file);
  if (status !== 200) throw refusedBy(host, status);
  await part.restart(knownOf(answer, file, lengthOf(headers['content-length'])));
  return true;
}

/** Nothing follows what is here, though it was said to. */
async function beyondEnd({ host, headers }: Answer, part: PartFile): Promise<false> {
  const total = lengthOf(/^bytes \*\/(\d+)$/u.exec(headers['content-range'] ?? '')?.[1]);
  const bytes = part.known?.bytes ?? null;
  if (total !== null && bytes !== null && total < bytes)
    throw new DownloadError('wrong', `${host} announced ${bytes} bytes and has only ${total}`);
  await part.restart(null);
  return false;
}

async function continues(answer: Answer, part: PartFile, file: FileSpec): Promise<boolean> {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/u.exec(answer.headers['content-range'] ?? '') ?? [];
  const { known } = part;
  const now = knownOf(answer, file, lengthOf(total));
  const isSame = <T>(before: T | null | undefined, after: T | null) =>
    before == null || after === null || before === after;
  if (
    lengthOf(start) === part.length &&
    isSame(known?.bytes, now.bytes) &&
    isSame(known?.etag, now.etag) &&
    isSame(known?.sha256, now.sha256)
  )
    return true;
  await part.restart(null);
  return false;
}

/** @throws DownloadError where what the server says is not what is known of the file, or not one thing */
function knownOf({ host, headers, announced }: Answer, file: FileSpec, length: number | null): Known {
  const agreed = <T>(name: string, values: readonly (T | null)[]): T | null => {
    const said = [...new Set(values.filter((value) => value !== null))];
    if (said.length > 1)
      throw new DownloadError(
        'wrong',
        `${host}: expected ${file.name} with ${name} ${said[0]}, found ${said[1]} announced`,
      );
    return said[0] ?? null;
  };
  const { etag = null } = headers;
  return {
    url: file.url,
    etag: etag?.startsWith('"') ? etag : null,
    bytes: agreed('a length in bytes of', [file.bytes, announced.bytes, length]),
    sha256: agreed('a sha256 of', [file.sha256, announced.sha256]),
  };
}

async function take(chunk: Uint8Array, part: PartFile, { file, onBytes }: Receiving): Promise<void> {
  const bytes = part.known?.bytes ?? null;
  const most = bytes ?? MAX_UNANNOUNCED;
  if (part.length + chunk.length > most)
    throw new DownloadError(
      'wrong',
      `${file.name}: expected ${bytes === null ? 'at most ' : ''}${most} bytes, found more`,
    );
  await part.append(chunk);
  onBytes(part.length, bytes);
}

interface Fetching extends Omit<Receiving, 'onBytes'> {
  /** Milliseconds before each further attempt. */
  readonly retryAfter: readonly number[];
  readonly onStage: (stage: DownloadProgress['stage'], received: number, total: number | null) => void;
}

/** An attempt that brought as much as this was worth it: the count of failures begins anew. */
const PROGRESS = 1 << 20;

/**
 * Puts the whole, verified file into the folder under its name, or leaves its beginning for the next time.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function fetchFile(fetching: Fetching): Promise<void> {
  const target = join(fetching.folder, fetching.file.name);
  if ((await lstat(target).catch(() => null))?.isFile()) return;
  const part = await PartFile.open(`${target}.part`, fetching.file.url);
  try {
    await receiveVerified(part, fetching);
    await part.finish(target);
  } catch (error) {
    if (error instanceof DownloadError && !error.keepsPart) await part.discard();
    throw diskFailure(error, fetching.folder);
  } finally {
    await part.close();
  }
}

/** A beginning of long ago that does not fit its end is no reason to give up: the file is fetched once more. */
async function receiveVerified(part: PartFile, fetching: Fetching): Promise<void> {
  const isContinued = part.length > 0;
  await receiveAll(part, fetching);
  const problem = await wrongBytes(part, fetching);
  if (!problem) return;
  if (!isContinued) throw problem;
  await part.restart(null);
  await receiveVerified(part, fetching);
}

async function receiveAll(part: PartFile, fetching: Fetching): Promise<void> {
  const { onStage, retryAfter, signal } = fetching;
  for (let failures = 0; ; failures++) {
    const before = part.length;
    onStage(failures === 0 ? 'connecting' : 'waiting', part.length, part.known?.bytes ?? null);
    try {
      return await receive(part, { ...fetching, onBytes: (received, total) => onStage('receiving', received, total) });
    } catch (error) {
      if (part.length - before >= PROGRESS) failures = 0;
      // Without a network from the first there is nothing to wait for; one that was there may come back.
      const isPassing =
        error instanceof DownloadError &&
        (error.problem === 'broken' || (error.problem === 'offline' && part.length > 0));
      if (!isPassing) throw error;
      if (failures >= retryAfter.length) throw exhausted(error, part);
      await delay(retryAfter[failures], undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
    }
  }
}

function exhausted(error: DownloadError, { length, known }: PartFile): DownloadError {
  const kept =
    length === 0
      ? 'nothing has come so far'
      : `${length}${known?.bytes ? ` of ${known.bytes}` : ''} bytes are kept, and the download can be taken up again`;
  return new DownloadError(error.problem, `${error.message}, several times over; ${kept}`, { cause: error });
}

/** @returns what is wrong with the bytes on the disk, or null */
async function wrongBytes(part: PartFile, { file, onStage, signal }: Fetching): Promise<DownloadError | null> {
  const expected = part.known?.sha256 ?? null;
  if (expected === null) return null;
  onStage('checking', part.length, part.length);
  const found = await part.sha256(signal);
  if (found === expected) return null;
  return new DownloadError(
    'wrong',
    `${file.name} from ${new URL(file.url).hostname}: expected sha256 ${expected}, found ${found}; nothing of it was kept`,
  );
}
