/** One request for the rest of a file (RFC 9110, range requests): what comes is appended, what cannot be right ends it. */
import { ask, chunksOf, lengthOf, type Answer, type Connection } from './connection';
import type { FreeBytes } from '../storage/free-bytes';
import { requireSpace } from './disk-space';
import { DownloadError } from './download-error';
import type { FileSpec } from './download-specs';
import { refusedBy } from './network-failure';
import type { Known, PartFile } from './part-file';

/** More than this is not taken from a server that does not say how much it will be. */
export const MOST_UNANNOUNCED = 256 << 20;

export interface Receiving extends Connection {
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
export async function receive(part: PartFile, receiving: Receiving): Promise<void> {
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
  const most = bytes ?? MOST_UNANNOUNCED;
  if (part.length + chunk.length > most)
    throw new DownloadError(
      'wrong',
      `${file.name}: expected ${bytes === null ? 'at most ' : ''}${most} bytes, found more`,
    );
  await part.append(chunk);
  onBytes(part.length, bytes);
}
