/** What the tests of downloads share: a folder, a set of one file, and the bytes of it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Downloads, type DownloadsOptions } from '../../../../electron/compute/downloads/downloads';
import type { DownloadSpec, FileSpec } from '../../../../electron/compute/downloads/download-specs';

export const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'downloads-'));

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** No stretch of it comes twice, so that nothing out of place goes unnoticed. */
export const someBytes = (count = 100_000): Buffer => randomBytes(count);

export function setOf(
  files: readonly (Partial<FileSpec> & { readonly url: string })[],
  other: Partial<DownloadSpec> = {},
): DownloadSpec {
  return {
    id: 'set',
    name: 'The set',
    summary: 'For tests.',
    homepage: 'https://example.org',
    licence: 'none',
    kind: 'sudoku-9x9',
    result: 'puzzle csv',
    files: files.map((file, i) => ({ name: i === 0 ? 'train.csv' : 'test.csv', bytes: null, sha256: null, ...file })),
    ...other,
  };
}

/** Quick to give up, so that tests are. */
export function downloadsOf(folder: string, spec: DownloadSpec, other: Partial<DownloadsOptions> = {}): Downloads {
  return new Downloads({
    folder,
    specs: [spec],
    allowLoopback: true,
    stallAfter: 400,
    retryAfter: [1, 1, 1],
    ...other,
  });
}

/** The message with which a promise is rejected. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => Promise.reject(new Error(`it was fulfilled: ${String(value)}`)),
    (error: Error) => error.message,
  );

/** Every name in the folder and in those below. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries.map(async (entry) =>
      entry.isDirectory()
        ? (await namesIn(join(folder, entry.name))).map((name) => `${entry.name}/${name}`)
        : [entry.name],
    ),
  );
  return below.flat().sort();
}
