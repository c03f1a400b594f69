/** Loads sets to train and evaluate on: the lab's own by id, those in folders by path, with their identifiers. */
import { basename } from 'node:path';
import { datasetSpecs, loadDataset, type Dataset } from '../catalog';
import type { IdentifiedPuzzle, IdentifiedSet } from '../catalog';
import type { Puzzle } from '../kinds/puzzle-kind';
import { FormatError } from './format-error';
import { openSource, readSourceFile, type PuzzleSource, type SplitName } from './puzzle-source';
import { readIdentifiers, ReferenceSplit } from './reference-folder';

/**
 * The examples of a folder with the splits named, a split that is not there being empty; null where there is the
 * blank identifier only.
 * @throws FormatError
 */
async function readIdentified(folder: string, splits: readonly ('train' | 'test')[]): Promise<IdentifiedSet | null> {
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
        `${name}/dataset.json, num_puzzle_identifiers`,
        `${names.length}, the names in identifiers.json`,
        String(count),
      );
  return { names, train: read.train?.puzzles ?? [], test: read.test?.puzzles ?? [] };
}

interface ReadSplit {
  /** Identifiers that there are, the blank one included. */
  readonly count: number;
  readonly puzzles: readonly IdentifiedPuzzle[];
}

async function readIdentifiedSplit(
  folder: string,
  name: 'train' | 'test',
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
    const [first, end] = await split.readPuzzles(group);
    const [from] = await split.examplesOf(first);
    const [, to] = await split.examplesOf(end - 1);
    for (const { inputs, labels, identifier } of await split.read(from, to))
      puzzles.push({ inputs, labels, identifier, group });
  }
  return puzzles;
}

/** More puzzles than these are not sorted into classes only to count them. */
const MAX_COUNTED = 100_000;

/**
 * The puzzles of an id or of a folder in the reference's format, all of them in memory.
 * @param name what the set is called from then on
 * @throws FormatError for what is no set, or has nothing to learn from or to measure on; UnknownIdError as `loadDataset`
 */
export async function loadSet(id: string, name = id): Promise<Dataset> {
  // A name without a path that is no folder either is meant as an id.
  if (datasetSpecs.some((spec) => spec.id === id)) return loadDataset(id);
  const source = await openSource(id).catch((reason: unknown) => {
    if (reason instanceof FormatError && reason.found === 'nothing of this name' && !/[\\/]/u.test(id))
      return loadDataset(id);
    throw reason;
  });
  return 'spec' in source ? source : toDataset({ path: id, id: name }, source);
}

async function toDataset(
  { path, id }: { readonly path: string; readonly id: string },
  source: PuzzleSource,
): Promise<Dataset> {
  const identified = source.form === 'reference folder' ? await readIdentified(path, listSplits(source)) : null;
  const [train, test] = [
    identified?.train ?? (await puzzlesOf(source, 'train')),
    identified?.test ?? (await puzzlesOf(source, 'test')),
  ];
  requirePuzzles(path, { train, test });
  const { kind } = source;
  const isCounted = (puzzles: readonly Puzzle[]) => !identified && puzzles.length <= MAX_COUNTED;
  const classes = (puzzles: readonly Puzzle[]) =>
    isCounted(puzzles) ? new Set(puzzles.map(({ inputs }) => kind.classHash(inputs))).size : null;
  const { name = basename(path) } = (await readSourceFile(path)) ?? {};
  return {
    spec: { id, name, summary: `${kind.name} from ${name}`, kind: kind.id },
    kind,
    identified,
    train,
    test,
    trainClasses: classes(train),
    testClasses: classes(test),
  };
}

const listSplits = ({ counts }: PuzzleSource) =>
  (['train', 'test'] as const).filter((split) => counts[split] !== undefined);

async function puzzlesOf(source: PuzzleSource, split: SplitName): Promise<Puzzle[]> {
  const puzzles: Puzzle[] = [];
  if (source.counts[split] !== undefined) for await (const puzzle of source.read(split)) puzzles.push(puzzle);
  return puzzles;
}

function requirePuzzles(path: string, splits: Readonly<Record<SplitName, readonly Puzzle[]>>): void {
  for (const [split, puzzles] of Object.entries(splits))
    if (puzzles.length === 0)
      throw new FormatError(
        path,
        `puzzles in the ${split} split`,
        'none (dataset import makes a set with both splits)',
      );
}
