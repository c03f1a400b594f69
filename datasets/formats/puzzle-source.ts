/** Sources of puzzles: built-in datasets, folders in the reference's format, CSV files. */
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { isText } from '../../renderer/messages/format-message';
import { message, type Message, type Text } from '../../renderer/messages/message';
import { isInMemory, loadBuiltInDataset, type Dataset } from '../catalog';
import type { SplitName } from '../puzzle-address';
import { KindDetectionError, UnknownIdError, type KindDetector } from '../kinds/kind-family';
import { detectKindsByShape, detectKindsByText, findDetector, getKind } from '../kinds/registry';
import { verifyDigest, verifyDigests } from './digests';
import { FormatError } from './format-error';
import { readPuzzleCsv } from './puzzle-csv';
import { readJson, ReferenceSplit } from './reference-folder';
import { PuzzleTextError, type RatedPuzzle, type PuzzleKind } from '../kinds/puzzle-kind';

export interface PuzzleSource {
  /** e.g. `reference folder` */
  readonly form: Message;
  readonly kind: PuzzleKind;
  /** Number of puzzles in each split; null when it is known only after reading. */
  readonly counts: Readonly<Partial<Record<SplitName, number | null>>>;
  /** The puzzles of a split, in order. @throws FormatError at the first invalid one */
  read(split: SplitName): AsyncGenerator<RatedPuzzle>;
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
 * Opens a dataset by its id, or from a folder or CSV file. `kind` selects among several kinds with such grids.
 * @throws FormatError when the path contains no dataset; UnknownIdError for an unknown kind
 */
export async function openSource(path: string, kind?: string): Promise<PuzzleSource> {
  if (isInMemory(path)) return createMemorySource(loadBuiltInDataset(path));
  const stat = await lstat(path).catch(() => null);
  if (stat?.isDirectory()) return (await holdsCsv(path)) ? csvFolderSource(path, kind) : folderSource(path, kind);
  if (stat?.isFile() && path.toLowerCase().endsWith('.csv')) return csvSource(path, kind);
  throw new FormatError(
    path,
    message('formats.dataset.any'),
    message(stat ? 'formats.dataset.other' : 'formats.missing'),
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
  return { form: message('formats.dataset.referenceForm'), kind, counts, read: (split) => readFolder(folder, split) };
}

async function withSplit<T>(folder: string, name: SplitName, use: (split: ReferenceSplit) => Promise<T>): Promise<T> {
  const split = await ReferenceSplit.open(folder, name);
  return use(split).finally(() => split.close());
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

/** Whether a folder contains `train.csv` or `test.csv`, and is not in the reference's format. */
async function holdsCsv(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return (
    !names.includes('train') && !names.includes('test') && (names.includes('train.csv') || names.includes('test.csv'))
  );
}

async function csvFolderSource(folder: string, kindId?: string): Promise<PuzzleSource> {
  const names = await readdir(folder);
  const splits = (['train', 'test'] as const).filter((split) => names.includes(`${split}.csv`));
  const path = (split: SplitName) => join(folder, `${split}.csv`);
  const kind = await detectCsvKind(path(splits[0]!), kindId);
  const counts = Object.fromEntries(splits.map((split) => [split, null]));
  return {
    form: message('formats.dataset.csvFolderForm'),
    kind,
    counts,
    read: (split) => readCsv(path(split), kind, splits.includes(split)),
  };
}

/** A CSV file is one split: the one in its name, else `train`. */
async function csvSource(path: string, kindId?: string): Promise<PuzzleSource> {
  const only: SplitName = basename(path).toLowerCase().startsWith('test') ? 'test' : 'train';
  const kind = await detectCsvKind(path, kindId);
  return {
    form: message('formats.dataset.csvForm'),
    kind,
    counts: { [only]: null },
    read: (split) => readCsv(path, kind, split === only),
  };
}

async function detectCsvKind(path: string, id?: string): Promise<PuzzleKind> {
  if (id !== undefined) {
    const detector = findDetector(id);
    return detector ? detectKind(path, detector, id) : getKind(id);
  }
  for await (const { question, answer, line } of readPuzzleCsv(path)) {
    const [kind] = detectKindsByText(question, answer);
    if (kind) return kind;
    throw new FormatError(
      message('formats.place.line', { file: basename(path), line }),
      message('formats.dataset.knownPuzzle'),
      message('formats.dataset.cells', {
        count: [...question].length,
        text: JSON.stringify(question.slice(0, 40)),
      }),
    );
  }
  throw new FormatError(basename(path), message('formats.dataset.puzzles'), message('formats.none'));
}

/** Reads the file once to find the kind that fits all its grids. @throws FormatError if there is none */
async function detectKind(path: string, detector: KindDetector, wanted: string): Promise<PuzzleKind> {
  const file = basename(path);
  const collector = detector.collect(wanted);
  let line: number | null = null;
  try {
    for await (const puzzle of readPuzzleCsv(path)) {
      ({ line } = puzzle);
      collector.add(puzzle);
    }
    line = null;
    const id = collector.id();
    if (id !== null) return getKind(id);
  } catch (reason) {
    if (!(reason instanceof KindDetectionError)) throw reason;
    const { part, expected, found } = reason;
    throw new FormatError(describePlace(file, line, part), expected, found);
  }
  throw new FormatError(file, message('formats.dataset.puzzles'), message('formats.none'));
}

function describePlace(file: string, line: number | null, part: KindDetectionError['part']): Text {
  if (line === null) return file;
  return part === null
    ? message('formats.place.line', { file, line })
    : message('formats.place.linePart', { file, line, part });
}

async function* readCsv(path: string, kind: PuzzleKind, isWanted: boolean): AsyncGenerator<RatedPuzzle> {
  if (!isWanted) return;
  for await (const { question, answer, rating, line } of readPuzzleCsv(path)) {
    try {
      yield {
        inputs: kind.parse(question),
        labels: kind.parse(answer),
        ...(/^\d{1,9}$/u.test(rating) && { rating: Number(rating) }),
      };
    } catch (reason) {
      if (!(reason instanceof PuzzleTextError)) throw reason;
      throw new FormatError(
        message('formats.place.line', { file: basename(path), line }),
        message('formats.dataset.puzzleOf', { kind: kind.name }),
        message('formats.dataset.unreadable', { reason: reason.text }),
      );
    }
  }
}
