/** Every file of a set is here: the folder is made ready, recorded, and takes its name. */
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { FormatError } from '../../../datasets/formats/format-error';
import { readTasks } from '../../../datasets/kinds/arc/task';
import type { ZipArchive } from '../../../models/checkpoint/zip';
import { withZip } from '../../../models/checkpoint/zip';
import { DownloadError } from './connection';
import type { ArchiveSpec, DownloadSpec } from './download-specs';
import { sha256Of } from './part-file';

// What was fetched, from where and when, written into the folder last of all; the folder is held against it later.

/** Not `.json`, which importers take for tasks. */
const RECORD = 'download.record';

const recordSchema = z.object({
  id: z.string(),
  fetchedAt: z.iso.datetime(),
  /** Where the bytes came from. */
  sources: z.array(z.object({ url: z.string(), sha256: z.string() })),
  files: z.array(z.object({ path: z.string(), bytes: z.int().min(0) })),
});

type DownloadRecord = Readonly<z.infer<typeof recordSchema>>;

/** @throws the disk's error */
async function writeRecord(folder: string, { id }: DownloadSpec, sources: DownloadRecord['sources']): Promise<void> {
  const record: DownloadRecord = { id, fetchedAt: new Date().toISOString(), sources, files: await filesOf(folder) };
  const handle = await open(join(folder, RECORD), 'w');
  try {
    await handle.writeFile(`${JSON.stringify(record, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Null for a folder that is not there or no longer as it was fetched. */
export async function readRecord(folder: string, id: string): Promise<DownloadRecord | null> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')));
    const stats = await Promise.all(record.files.map(({ path }) => lstat(join(folder, path))));
    const isUnchanged = record.files.every(({ bytes }, i) => stats[i]!.isFile() && stats[i]!.size === bytes);
    return isUnchanged && record.id === id ? record : null;
  } catch {
    return null;
  }
}

/** Every file below the folder but the record, by its path with `/`. */
async function filesOf(folder: string, below = ''): Promise<DownloadRecord['files']> {
  const files: DownloadRecord['files'] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) files.push(...(await filesOf(folder, path)));
    else if (path !== RECORD) files.push({ path, bytes: (await lstat(join(folder, path))).size });
  }
  return files;
}

// Task files out of a GitHub archive of one commit: those and nothing else, each read through as the task it says it is.

/** The repositories have some 1,300 files of less than 20 MB; whatever has more is another thing. */
const limits = { maxEntries: 5000, maxBytes: 128 << 20 };
const MAX_TASK_BYTES = 1 << 20;
const MAX_DEPTH = 8;

const taskName = /^[^/]+\/data\/(training|evaluation)\/([0-9a-f]{8}\.json)$/u;
const parts = ['training', 'evaluation'] as const;

/**
 * Writes the folders training and evaluation into `into`, which must be new and may be left half filled.
 * @throws FormatError for an archive of another commit, with tricks in it, or with other than the expected tasks
 */
export async function unpackTasks(
  path: string,
  into: string,
  { commit, tasks, signal }: ArchiveSpec & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await requireCommit(path, commit);
  await withZip(path, limits, async (archive) => {
    requireOneFolder(archive.names, basename(path));
    for (const part of parts) {
      await mkdir(join(into, part), { recursive: true });
      const names = archive.names.filter((name) => taskName.exec(name)?.[1] === part);
      if (names.length !== tasks[part])
        throw new FormatError(basename(path), `${tasks[part]} tasks in data/${part}`, String(names.length));
      for (const name of names) {
        signal?.throwIfAborted();
        await unpackTask(archive, name, join(into, part));
      }
    }
  });
}

/** `git archive` puts the commit at the very end, as the comment of the archive. */
async function requireCommit(path: string, commit: string): Promise<void> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(commit.length),
      0,
      commit.length,
      Math.max(0, size - commit.length),
    );
    const found = buffer.toString('latin1', 0, bytesRead);
    if (found !== commit)
      throw new FormatError(
        basename(path),
        `an archive of commit ${commit}`,
        /^[0-9a-f]{40}$/u.test(found) ? `one of ${found}` : 'none that names its commit',
      );
  } finally {
    await handle.close();
  }
}

function requireOneFolder(names: readonly string[], file: string): void {
  const roots = new Set(names.map((name) => name.split('/')[0]));
  if (roots.size !== 1) throw new FormatError(file, 'everything in one folder', `${roots.size} names at the top`);
  const deepest = Math.max(...names.map((name) => name.split('/').length));
  if (deepest > MAX_DEPTH) throw new FormatError(file, `folders at most ${MAX_DEPTH} deep`, String(deepest));
}

async function unpackTask(archive: ZipArchive, name: string, folder: string): Promise<void> {
  const file = basename(name);
  const size = archive.size(name) ?? 0;
  if (size > MAX_TASK_BYTES) throw new FormatError(file, `a task of at most ${MAX_TASK_BYTES} bytes`, String(size));
  const bytes = await archive.read(name);
  readTasks({ file: name, text: new TextDecoder().decode(bytes) });
  const handle = await open(join(folder, file), 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Completing {
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
