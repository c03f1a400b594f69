/** Sources of puzzles: built-in datasets, folders in the reference's format, files of puzzles. */
import { lstat, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { isText } from '../../renderer/messages/format-message';
import { message, type Message, type Text } from '../../renderer/messages/message';
import { isInMemory, loadBuiltInDataset, type Dataset } from '../catalog';
import type { SplitName } from '../puzzle-address';
import { UnknownIdError } from '../kinds/kind-family';
import { detectKindsByShape, findDetector, getKind } from '../kinds/registry';
import { detectKind } from './detect-kind';
import { verifyDigest, verifyDigests } from './digests';
import { FormatError } from './format-error';
import { findFormat, formatNames, readPuzzleFiles, type FileFormat } from './puzzle-file';
import { findPuzzleFiles, type FolderFiles } from './puzzle-folder';
import { readRows, RowReport, type SkipOptions } from './read-rows';
import type { NamedFile } from './text-file';
import { readJson, ReferenceSplit } from './reference-folder';
import type { RatedPuzzle, PuzzleKind } from '../kinds/puzzle-kind';

export interface PuzzleSource {
  /** e.g. `reference folder` */
  readonly form: Message;
  readonly kind: PuzzleKind;
  /** Number of puzzles in each split; null when it is known only after reading. */
  readonly counts: Readonly<Partial<Record<SplitName, number | null>>>;
  /** The puzzles of a split, in order. @throws FormatError at the first invalid one */
  read(split: SplitName): AsyncGenerator<RatedPuzzle>;
  /** A folder in the reference's format, whose groups and identifiers `reference-groups.ts` reads. */
  readonly folder?: string;
  /** What the last passes over the splits skipped, added or lost; none where absent. */
  notes?(): readonly Message[];
}

const MAX_ORIGIN_CHARACTERS = 2000;

/** Schema of `source.json`, which the lab writes beside `identifiers.json`; other programs ignore it. */
export const sourceFileSchema = z.object({
  kind: z.string().max(700),
  name: z.string().max(200).optional(),
  /** A string in folders of earlier versions. */
  origin: z.custom<Text>((value) => isText(value) && JSON.stringify(value).length <= MAX_ORIGIN_CHARACTERS),
  /** Of a stored built-in dataset: its id, and the version of its recipe. */
  builtIn: z.object({ id: z.string().max(120), version: z.number().int() }).optional(),
});

/** Reads the `source.json` of a folder; null when there is none. @throws FormatError */
export async function readSourceFile(folder: string): Promise<z.infer<typeof sourceFileSchema> | null> {
  const written = await lstat(join(folder, 'source.json')).catch(() => null);
  return written && readJson(folder, 'source.json', sourceFileSchema);
}

/**
 * Opens a dataset by its id, or from a folder or a file of puzzles. `kind` selects among several kinds with such grids.
 * Links to files and folders are followed.
 * @throws FormatError when the path contains no dataset; UnknownIdError for an unknown kind
 */
export async function openSource(path: string, kind?: string, options: SkipOptions = {}): Promise<PuzzleSource> {
  if (isInMemory(path)) return createMemorySource(loadBuiltInDataset(path));
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    const files = await findPuzzleFiles(path);
    return files ? openFolderFiles(path, files, { ...options, kind }) : folderSource(path, kind);
  }
  const format = found?.isFile() ? await findFormat(path) : null;
  if (format) return openFile(path, format, { ...options, kind });
  throw new FormatError(
    path,
    message('formats.dataset.any'),
    message(found ? 'formats.dataset.other' : 'formats.missing'),
  );
}

/** A built-in dataset that is in memory. */
export function createMemorySource({ kind, train, test }: Dataset): PuzzleSource {
  const puzzles = { train, test };
  return {
    form: message('formats.dataset.builtInForm'),
    kind,
    counts: { train: train.length, test: test.length },
    async *read(split) {
      yield* puzzles[split];
    },
  };
}

/** Puzzles read at a time. */
const CHUNK = 256;

async function folderSource(folder: string, kindId?: string): Promise<PuzzleSource> {
  const names: SplitName[] = [];
  for (const split of ['train', 'test'] as const)
    if (await lstat(join(folder, split)).catch(() => null)) names.push(split);
  if (names.length === 0)
    throw new FormatError(basename(folder), message('formats.folder.splits'), message('formats.neither'));
  const counts: Partial<Record<SplitName, number>> = {};
  for (const name of names) counts[name] = await withSplit(folder, name, (split) => Promise.resolve(split.examples));
  const kind = await withSplit(folder, names[0]!, ({ meta }) =>
    detectFolderKind(folder, meta.seq_len, meta.vocab_size, kindId),
  );
  const form = message('formats.dataset.referenceForm');
  return { form, kind, counts, folder, read: (split) => readFolder(folder, split) };
}

async function withSplit<T>(folder: string, name: SplitName, use: (split: ReferenceSplit) => Promise<T>): Promise<T> {
  const split = await ReferenceSplit.open(folder, name);
  try {
    return await use(split);
  } finally {
    await split.close();
  }
}

async function detectFolderKind(
  folder: string,
  cells: number,
  vocabulary: number,
  kindId?: string,
): Promise<PuzzleKind> {
  const written = kindId === undefined ? (await readSourceFile(folder))?.kind : undefined;
  const id = kindId ?? written;
  const findKind = (known: string) => getKind(findDetector(known)?.idOfNumbers(cells, vocabulary) ?? known);
  const [kind] = id
    ? [written === undefined ? findKind(id) : inSourceFile(() => findKind(written))]
    : detectKindsByShape(cells, vocabulary);
  if (kind && kind.rows * kind.columns === cells && kind.symbols.length >= vocabulary) return kind;
  // A damaged file has named another kind.
  if (written !== undefined) await verifyDigest(folder, 'source.json');
  throw new FormatError(
    basename(folder),
    id ? message('formats.folder.gridsOf', { kind: id }) : message('formats.folder.knownGrids'),
    message('formats.folder.grids', { cells, tokens: vocabulary }),
  );
}

/** @throws FormatError for a kind that does not exist */
function inSourceFile(findKind: () => PuzzleKind): PuzzleKind {
  try {
    return findKind();
  } catch (error) {
    if (!(error instanceof UnknownIdError)) throw error;
    const where = message('formats.place.key', { file: 'source.json', key: 'kind' });
    throw new FormatError(where, message('formats.otherValue'), error.text);
  }
}

async function* readFolder(folder: string, name: SplitName): AsyncGenerator<RatedPuzzle> {
  await verifyDigests(folder);
  const split = await ReferenceSplit.open(folder, name);
  try {
    for (let from = 0; from < split.examples; from += CHUNK)
      yield* await split.read(from, Math.min(from + CHUNK, split.examples));
  } finally {
    await split.close();
  }
}

/** A file is one split: the one in its name, else `train`. */
function openFile(path: string, format: FileFormat, options: FileOptions): Promise<PuzzleSource> {
  const name = basename(path);
  const only: SplitName = name.toLowerCase().startsWith('test') ? 'test' : 'train';
  return openFiles({ name, files: { [only]: [{ path, name }] }, form: formatNames[format], ignored: [] }, options);
}

interface FileOptions extends SkipOptions {
  readonly kind: string | undefined;
}

const openFolderFiles = (
  folder: string,
  { files, ...found }: FolderFiles,
  options: FileOptions,
): Promise<PuzzleSource> =>
  openFiles(
    {
      ...found,
      name: basename(folder),
      files: Object.fromEntries(
        Object.entries(files).map(([split, names]) => [
          split,
          names.map((name) => ({ path: join(folder, name), name })),
        ]),
      ),
    },
    options,
  );

interface PuzzleFiles {
  /** Of the file or folder, for errors. */
  readonly name: string;
  readonly files: Readonly<Partial<Record<SplitName, readonly NamedFile[]>>>;
  readonly form: Message;
  /** Names of files in the same folder that are not read. */
  readonly ignored: readonly string[];
}

async function openFiles({ name, files, form, ignored }: PuzzleFiles, options: FileOptions): Promise<PuzzleSource> {
  const kind = await detectFileKind(name, Object.values(files).flat(), options.kind);
  const reports: Partial<Record<SplitName, RowReport>> = {};
  return {
    form,
    kind,
    counts: Object.fromEntries(Object.keys(files).map((split) => [split, null])),
    async *read(split) {
      const report = (reports[split] = new RowReport());
      yield* readRows(files[split] ?? [], { ...options, kind, report });
    },
    notes: () => [
      ...(ignored.length > 0 ? [message('datasets.note.ignoredFiles', { files: ignored })] : []),
      ...Object.values(reports).flatMap((report) => report.notes()),
    ],
  };
}

function detectFileKind(name: string, files: readonly NamedFile[], id?: string): Promise<PuzzleKind> {
  // Bad rows are named when the puzzles are read.
  const rows = readPuzzleFiles(files, () => undefined);
  return detectKind(rows, { file: name, extension: sharedExtension(files), id });
}

/** Some extensions are of one kind only. '' for files of several. */
function sharedExtension(files: readonly NamedFile[]): string {
  const [extension = '', ...others] = new Set(files.map(({ name }) => extname(name).toLowerCase()));
  return others.length === 0 ? extension : '';
}
