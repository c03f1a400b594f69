/** Shared by the download tests: folders, specifications and file contents. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Downloads, type DownloadsOptions } from '../../../../electron/compute/downloads/downloads';
import type { DatasetSpec, FileSpec } from '../../../../electron/compute/downloads/download-specs';

export const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'downloads-'));

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Random bytes, so that no two parts are equal and misplaced parts are noticed. */
export const someBytes = (count = 100_000): Buffer => randomBytes(count);

export function createSpec(
  files: readonly (Partial<FileSpec> & { readonly url: string })[],
  other: Partial<DatasetSpec> = {},
): DatasetSpec {
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

/** Downloads with short timeouts, to keep the tests fast. */
export function createDownloads(
  folder: string,
  spec: DatasetSpec,
  other: Partial<DownloadsOptions<DatasetSpec>> = {},
): Downloads<DatasetSpec> {
  return new Downloads({
    folder,
    specs: [spec],
    allowLoopback: true,
    stallAfter: 400,
    retryAfter: [1, 1, 1],
    ...other,
  });
}

/** Returns the message that a promise is rejected with; rejects if it is fulfilled. */
export const rejectionMessage = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => Promise.reject(new Error(`expected a rejection, got ${String(value)}`)),
    (error: Error) => error.message,
  );

/** Returns the relative paths of all files in a folder. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) =>
      entry.isDirectory()
        ? (await listFiles(join(folder, entry.name))).map((name) => `${entry.name}/${name}`)
        : [entry.name],
    ),
  );
  return nested.flat().sort();
}
