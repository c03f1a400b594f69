/** Room on the disk, looked at before a download fills it. */
import type { FreeBytes } from '../storage/free-bytes';
import { DownloadError } from './download-error';

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
    `expected ${megabytes(bytes + SPARE)} free for ${folder}, found ${megabytes(free)}; make room and go on`,
  );
}

/** Errors of the disk during a download. */
export function diskFailure(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new DownloadError('full', `the disk of ${folder} is full; make room and go on`, { cause: error });
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
