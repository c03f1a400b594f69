/** Opens datasets: built-in ones by id, others by path. Loads them to train and evaluate on, or opens a split for browsing. */
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { message } from '../../renderer/messages/message';
import { SplitBrowser } from '../browse/browser';
import type { RowSource } from '../browse/scan';
import { createMemoryRows } from '../browse/scan';
import type { Dataset, IdentifiedPuzzle, IdentifiedDataset } from '../catalog';
import { findGeneratedSpec, isInMemory, loadBuiltInDataset } from '../catalog';
import { ratingFacet } from '../kinds/facets';
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import { UNKNOWN } from '../kinds/puzzle-kind';
import { verifyDigests } from './digests';
import { FormatError, numberText } from './format-error';
import type { PuzzleSource } from './puzzle-source';
import type { SplitId, SplitName } from '../puzzle-address';
import { openSource, readSourceFile } from './puzzle-source';
import { readIdentifiers, ReferenceSplit } from './reference-folder';

/** Rows of a split in a folder, read by offset: one row for each example. Closing them closes the split. */
function referenceRows(split: ReferenceSplit, kind: PuzzleKind): RowSource {
  const cells = split.meta.seq_len;
  return {
    kind,
    count: split.examples,
    facets: [
      ...kind.facets,
      ...(split.isRated && !kind.facets.some(({ isRating }) => isRating)
        ? [ratingFacet(kind.generator?.unit ?? 'rating')]
        : []),
    ],
    async read(from, to) {
      const [{ inputs, labels }, ratings] = await Promise.all([split.grids(from, to), split.ratings(from, to)]);
      return Array.from({ length: to - from }, (_, i) => ({
        inputs: inputs.subarray(i * cells, (i + 1) * cells),
        labels: labels.subarray(i * cells, (i + 1) * cells),
        // All objects have the same properties: a scan of them takes half the time of objects made by spreading.
        rating: ratings ? ratings[i]! : UNKNOWN,
      }));
    },
    close: () => split.close(),
  };
}

/** Browses a split of a dataset that is in memory. */
export function createMemoryBrowser({ kind, spec, ...splits }: Dataset, split: SplitName): SplitBrowser {
  return new SplitBrowser(createMemoryRows(kind, splits[split]), { dataset: spec.id, split });
}

interface OpenBrowserOptions extends SplitId {
  /** Path of the dataset's folder; the dataset's id when absent. */
  readonly path?: string;
  /** Id of the kind, where several kinds have such grids. */
  readonly kind?: string;
}

/**
 * Opens a split for browsing without reading its rows; keeps the files open until the browser is closed.
 * @throws FormatError when the path is not the folder of a dataset, or has no such split; UnknownIdError for an unknown kind
 */
export async function openBrowser({
  dataset: id,
  split,
  path = id,
  kind: kindId,
}: OpenBrowserOptions): Promise<SplitBrowser> {
  if (isInMemory(path)) return createMemoryBrowser(loadBuiltInDataset(path), split);
  const stat = await lstat(path).catch(() => null);
  // A CSV file has no offsets to read by.
  if (!stat?.isDirectory())
    throw new FormatError(
      path,
      message('formats.dataset.folder'),
      message(stat ? 'formats.dataset.other' : 'formats.missing'),
    );
  await verifyDigests(path);
  const { kind, counts } = await openSource(path, kindId);
  if (counts[split] === undefined)
    throw new FormatError(path, message('formats.dataset.split', { split }), message('formats.none'));
  return new SplitBrowser(referenceRows(await ReferenceSplit.open(path, split), kind), { dataset: id, split });
}

/**
 * Reads the given splits of a folder with the identifiers of their puzzles; splits not given are empty. Null when there
 * is only the blank identifier.
 * @throws FormatError
 */
async function readIdentified(folder: string, splits: readonly SplitName[]): Promise<IdentifiedDataset | null> {
  const read = {
    train: await readIdentifiedSplit(folder, 'train', splits),
    test: await readIdentifiedSplit(folder, 'test', splits),
  };
  const counts = Object.entries(read).flatMap(([name, split]) => (split ? [[name, split.count] as const] : []));
  if (counts.every(([, count]) => count === 1)) return null;
  const names = await readIdentifiers(folder);
  for (const [name, count] of counts)
    if (count !== names.length)
      throw new FormatError(
        message('formats.place.key', { file: `${name}/dataset.json`, key: 'num_puzzle_identifiers' }),
        message('formats.folder.identifierNames', { count: names.length }),
        numberText(count),
      );
  return { names, train: read.train?.puzzles ?? [], test: read.test?.puzzles ?? [] };
}

interface ReadSplit {
  /** Number of identifiers, the blank one included. */
  readonly count: number;
  readonly puzzles: readonly IdentifiedPuzzle[];
}

async function readIdentifiedSplit(
  folder: string,
  name: SplitName,
  splits: readonly string[],
): Promise<ReadSplit | null> {
  if (!splits.includes(name)) return null;
  const split = await ReferenceSplit.open(folder, name);
  try {
    const { num_puzzle_identifiers: count } = split.meta;
    return { count, puzzles: count === 1 ? [] : await readIdentifiedPuzzles(split) };
  } finally {
    await split.close();
  }
}

async function readIdentifiedPuzzles(split: ReferenceSplit): Promise<IdentifiedPuzzle[]> {
  const puzzles: IdentifiedPuzzle[] = [];
  for (let group = 0; group < split.groups; group++) {
    const [first, end] = await split.puzzleRange(group);
    const [from] = await split.exampleRange(first);
    const [, to] = await split.exampleRange(end - 1);
    for (const { inputs, labels, identifier } of await split.read(from, to))
      puzzles.push({ inputs, labels, identifier, group });
  }
  return puzzles;
}

/** The symmetry classes of more puzzles than this are not counted: it would take too long. */
const MAX_COUNTED = 100_000;

/**
 * Loads a built-in dataset by id, or the one at a path, into memory.
 * @param name id that the loaded dataset gets
 * @param needed splits that must have puzzles
 * @throws FormatError when the path contains no dataset, or a needed split is empty
 * @throws UnknownIdError for a name that is neither a path nor an id
 */
export async function loadDataset(
  id: string,
  name = id,
  needed: readonly SplitName[] = ['train', 'test'],
): Promise<Dataset> {
  if (isInMemory(id)) return loadBuiltInDataset(id);
  // A name that contains no folder and does not exist as a file is an unknown id.
  if (!/[\\/]/u.test(id) && !(await lstat(id).catch(() => null))) return loadBuiltInDataset(id);
  await verifyDigests(id);
  return toDataset({ path: id, id: name, needed }, await openSource(id));
}

async function toDataset(
  { path, id, needed }: { readonly path: string; readonly id: string; readonly needed: readonly SplitName[] },
  source: PuzzleSource,
): Promise<Dataset> {
  const identified =
    source.form.id === 'formats.dataset.referenceForm' ? await readIdentified(path, listSplits(source)) : null;
  const [train, test] = [
    identified?.train ?? (await readPuzzles(source, 'train')),
    identified?.test ?? (await readPuzzles(source, 'test')),
  ];
  for (const split of needed) requirePuzzles(path, split, { train, test }[split]);
  const { kind } = source;
  const isCounted = (puzzles: readonly Puzzle[]) => !identified && puzzles.length <= MAX_COUNTED;
  const countClasses = (puzzles: readonly Puzzle[]) =>
    isCounted(puzzles) ? new Set(puzzles.map(({ inputs }) => kind.classHash(inputs))).size : null;
  const written = await readSourceFile(path);
  const builtIn = written?.builtIn && findGeneratedSpec(written.builtIn.id);
  const name = builtIn?.name ?? written?.name ?? basename(path);
  const summary = builtIn?.summary ?? message('datasets.summary', { kind: kind.name, name });
  return {
    spec: { id, name, summary, kind: kind.id },
    kind,
    identified,
    train,
    test,
    trainClasses: builtIn ? builtIn.counts.trainClasses : countClasses(train),
    testClasses: builtIn ? builtIn.counts.testClasses : countClasses(test),
  };
}

const listSplits = ({ counts }: PuzzleSource) =>
  (['train', 'test'] as const).filter((split) => counts[split] !== undefined);

async function readPuzzles(source: PuzzleSource, split: SplitName): Promise<Puzzle[]> {
  const puzzles: Puzzle[] = [];
  if (source.counts[split] !== undefined) for await (const puzzle of source.read(split)) puzzles.push(puzzle);
  return puzzles;
}

function requirePuzzles(path: string, split: SplitName, puzzles: readonly Puzzle[]): void {
  if (puzzles.length > 0) return;
  throw new FormatError(
    path,
    message('formats.dataset.puzzlesInSplit', { split }),
    message('formats.dataset.emptySplit'),
  );
}
