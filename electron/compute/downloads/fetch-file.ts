/** One file of a set, from its address to its name: tried again where a connection breaks, and verified. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { diskFailure } from './disk-space';
import { DownloadError } from './download-error';
import { PartFile } from './part-file';
import type { DownloadProgress } from './progress';
import { receive, type Receiving } from './receive';

export interface Fetching extends Omit<Receiving, 'onBytes'> {
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
