/** Task files out of a GitHub archive of one commit: those and nothing else, each read through as the task it says it is. */
import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { readTasks } from '../../../datasets/kinds/arc/task-json';
import { withZip, type ZipArchive } from '../../../models/checkpoint/zip';
import type { ArchiveSpec } from './download-specs';

/** The repositories have some 1,300 files of less than 20 MB; whatever has more is another thing. */
const limits = { mostEntries: 5000, mostBytes: 128 << 20 };
const MOST_TASK_BYTES = 1 << 20;
const MOST_DEPTH = 8;

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
  if (deepest > MOST_DEPTH) throw new FormatError(file, `folders at most ${MOST_DEPTH} deep`, String(deepest));
}

async function unpackTask(archive: ZipArchive, name: string, folder: string): Promise<void> {
  const file = basename(name);
  const size = archive.size(name) ?? 0;
  if (size > MOST_TASK_BYTES) throw new FormatError(file, `a task of at most ${MOST_TASK_BYTES} bytes`, String(size));
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
