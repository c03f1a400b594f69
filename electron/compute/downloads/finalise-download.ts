/** Finalises a download: unpacks an archive, writes the record, and renames the folder. */
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { message } from '../../../renderer/messages/message';
import { FormatError, numberText } from '../../../datasets/formats/format-error';
import { hashFile } from '../../../datasets/formats/hash-file';
import { parseUndamaged, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import { readTasks } from '../../../datasets/kinds/arc/read-tasks';
import type { ZipArchive } from '../../../models/checkpoint/zip';
import { withZip } from '../../../models/checkpoint/zip';
import { DownloadError } from './connection';
import type { ArchiveSpec, DownloadSpec } from './download-specs';

/** Names the sources and files of a download; the folder is checked against it later. Not `.json`, which importers read as tasks. */
const RECORD = 'download.record';

const recordSchema = z.object({
  id: z.string(),
  fetchedAt: z.iso.datetime(),
  /** Where the bytes came from. */
  sources: z.array(z.object({ url: z.string(), sha256: z.string() })),
  /** Records of earlier versions have no hashes. */
  files: z.array(z.object({ path: z.string(), bytes: z.int().min(0), sha256: z.string().optional() })),
});

type DownloadRecord = Readonly<z.infer<typeof recordSchema>>;

/** @param hashes of files that were hashed already, by path @throws the disk's error; the signal's reason */
async function writeRecord(
  folder: string,
  { id, sources }: Pick<DownloadRecord, 'id' | 'sources'>,
  { hashes, signal }: { readonly hashes: ReadonlyMap<string, string>; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const files: DownloadRecord['files'] = [];
  for (const file of await listFiles(folder))
    files.push({ ...file, sha256: hashes.get(file.path) ?? (await hashFile(join(folder, file.path), signal)) });
  const record: DownloadRecord = { id, fetchedAt: new Date().toISOString(), sources, files };
  const handle = await open(join(folder, RECORD), 'w');
  try {
    await handle.writeFile(stringifyWithChecksum(record));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Returns null for a folder that is missing or has changed since it was downloaded, as far as names and sizes tell. */
export async function readRecord(folder: string, id: string): Promise<DownloadRecord | null> {
  try {
    const record = parseUndamaged(await readFile(join(folder, RECORD), 'utf8'), recordSchema);
    if (record === null) return null;
    const stats = await Promise.all(record.files.map(({ path }) => lstat(join(folder, path))));
    const isUnchanged = record.files.every(({ bytes }, i) => stats[i]!.isFile() && stats[i]!.size === bytes);
    return isUnchanged && record.id === id ? record : null;
  } catch {
    return null;
  }
}

interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called before each file, with its number from 1. */
  readonly onFile: (path: string, fileNumber: number, fileCount: number) => void;
}

/** Whether the files have the recorded hashes: takes about 2 s for a gigabyte. @throws errors of the disk; the signal's reason */
export async function matchesRecord(
  folder: string,
  { files }: DownloadRecord,
  { signal, onFile }: VerifyOptions,
): Promise<boolean> {
  for (const [i, { path, sha256 }] of files.entries()) {
    if (sha256 === undefined) continue;
    onFile(path, i + 1, files.length);
    if ((await hashFile(join(folder, path), signal)) !== sha256) return false;
  }
  return true;
}

/** All files below the folder except the record, by path with `/`. */
async function listFiles(folder: string, below = ''): Promise<DownloadRecord['files']> {
  const files: DownloadRecord['files'] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) files.push(...(await listFiles(folder, path)));
    else if (path !== RECORD) files.push({ path, bytes: (await lstat(join(folder, path))).size });
  }
  return files;
}

/** Limits of an archive; the repositories have some 1,300 files of less than 20 MB. */
const limits = { maxEntries: 5000, maxBytes: 128 << 20 };
const MAX_TASK_BYTES = 1 << 20;
const MAX_DEPTH = 8;

const taskName = /^[^/]+\/data\/(training|evaluation)\/([0-9a-f]{8}\.json)$/u;
const taskFolders = ['training', 'evaluation'] as const;

/**
 * Extracts the task files of a GitHub archive into the folders training and evaluation of `into`, which must be new
 * and may be left incomplete. Each file is parsed as a task; other files are skipped.
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
    for (const part of taskFolders) {
      await mkdir(join(into, part), { recursive: true });
      const names = archive.names.filter((name) => taskName.exec(name)?.[1] === part);
      if (names.length !== tasks[part])
        throw new FormatError(
          basename(path),
          message('downloads.archive.tasks', { count: tasks[part], part }),
          numberText(names.length),
        );
      for (const name of names) {
        signal?.throwIfAborted();
        await unpackTask(archive, name, join(into, part));
      }
    }
  });
}

/** `git archive` writes the commit at the end of the file, as the comment of the archive. */
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
        message('downloads.archive.commit', { commit }),
        /^[0-9a-f]{40}$/u.test(found)
          ? message('downloads.archive.otherCommit', { commit: found })
          : message('downloads.archive.noCommit'),
      );
  } finally {
    await handle.close();
  }
}

function requireOneFolder(names: readonly string[], file: string): void {
  const roots = new Set(names.map((name) => name.split('/')[0]));
  if (roots.size !== 1)
    throw new FormatError(
      file,
      message('downloads.archive.oneFolder'),
      message('downloads.archive.roots', { count: roots.size }),
    );
  const deepest = Math.max(...names.map((name) => name.split('/').length));
  if (deepest > MAX_DEPTH)
    throw new FormatError(file, message('downloads.archive.depth', { max: MAX_DEPTH }), String(deepest));
}

async function unpackTask(archive: ZipArchive, name: string, folder: string): Promise<void> {
  const file = basename(name);
  const size = archive.size(name) ?? 0;
  if (size > MAX_TASK_BYTES)
    throw new FormatError(file, message('downloads.archive.maxTask', { max: MAX_TASK_BYTES }), numberText(size));
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

interface FinaliseOptions {
  /** Folder of the downloaded files. */
  readonly part: string;
  /** Folder of the complete dataset. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
  readonly onUnpacking: (file: string) => void;
}

/** @throws DownloadError for a wrong archive, which is removed: downloading the rest again would not repair it */
export async function finaliseDownload(
  spec: DownloadSpec,
  { part, target, signal, onUnpacking }: FinaliseOptions,
): Promise<void> {
  const sources: DownloadRecord['sources'] = [];
  // Files with a known checksum were verified by the download.
  for (const { name, url, sha256 } of spec.files)
    sources.push({ url, sha256: sha256 ?? (await hashFile(join(part, name), signal)) });
  const ready = spec.archive ? join(part, 'unpacked') : part;
  if (spec.archive) {
    const archive = join(part, spec.files[0]!.name);
    onUnpacking(basename(archive));
    await rm(ready, { recursive: true, force: true });
    await unpackTasks(archive, ready, { ...spec.archive, signal }).catch((error: unknown) =>
      discardInvalid(error, part, spec),
    );
  }
  if (!spec.archive)
    await tidy(
      part,
      spec.files.map(({ name }) => name),
    );
  const hashes = new Map(spec.archive ? [] : spec.files.map(({ name }, i) => [name, sources[i]!.sha256]));
  await writeRecord(ready, { id: spec.id, sources }, { hashes, signal });
  await rename(ready, target);
  await rm(part, { recursive: true, force: true });
}

/** Removes other files, which a killed process may have left. */
async function tidy(folder: string, kept: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !kept.includes(name));
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function discardInvalid(error: unknown, part: string, { name, files }: DownloadSpec): Promise<never> {
  if (!(error instanceof FormatError)) throw error;
  await rm(part, { recursive: true, force: true });
  const host = new URL(files[0]!.url).hostname;
  throw new DownloadError('wrong', 'downloads.error.invalid', { name, host, reason: error.text }).causedBy(error);
}
