/** Every file of a set is here: the folder is made ready, recorded, and takes its name. */
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { DownloadError } from './download-error';
import type { DownloadSpec } from './download-specs';
import { sha256Of } from './file-hash';
import { writeRecord, type DownloadRecord } from './record';
import { unpackTasks } from './unpack-tasks';

export interface Completing {
  /** Where the files are. */
  readonly part: string;
  /** Where the set will be. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
  readonly onUnpacking: (file: string) => void;
}

/** @throws DownloadError for an archive that is not what it should be; it is removed, since it was fetched as announced and would stay wrong */
export async function completeSet(
  spec: DownloadSpec,
  { part, target, signal, onUnpacking }: Completing,
): Promise<void> {
  const sources: DownloadRecord['sources'] = [];
  // Those with a known checksum have just been held against it.
  for (const { name, url, sha256 } of spec.files)
    sources.push({ url, sha256: sha256 ?? (await sha256Of(join(part, name), signal)) });
  const ready = spec.archive ? join(part, 'unpacked') : part;
  if (spec.archive) {
    const archive = join(part, spec.files[0]!.name);
    onUnpacking(basename(archive));
    await rm(ready, { recursive: true, force: true });
    await unpackTasks(archive, ready, { ...spec.archive, signal }).catch((error: unknown) =>
      discardWrong(error, part, spec),
    );
  }
  if (!spec.archive)
    await tidy(
      part,
      spec.files.map(({ name }) => name),
    );
  await writeRecord(ready, spec, sources);
  await rename(ready, target);
  await rm(part, { recursive: true, force: true });
}

/** A process that was killed may have left a description half written. */
async function tidy(folder: string, kept: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !kept.includes(name));
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function discardWrong(error: unknown, part: string, { name, files }: DownloadSpec): Promise<never> {
  if (!(error instanceof FormatError)) throw error;
  await rm(part, { recursive: true, force: true });
  throw new DownloadError(
    'wrong',
    `${name} from ${new URL(files[0]!.url).hostname}: ${error.message}; nothing of it was kept`,
    { cause: error },
  );
}
