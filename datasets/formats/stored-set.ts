/** Sets to train and measure on: the lab's own by id, and those in folders by path. */
import { basename } from 'node:path';
import { datasetSpecs, loadDataset, type Dataset } from '../catalog';
import type { Puzzle } from '../puzzle';
import { FormatError } from './format-error';
import { openSource, type PuzzleSource, type SplitName } from './puzzle-source';

/** More puzzles than these are not sorted into classes only to count them. */
const MOST_COUNTED = 100_000;

/**
 * The puzzles of an id or of a folder in the reference's format, all of them in memory.
 * @param name what the set is called from then on
 * @throws FormatError for what is no set, or has nothing to learn from or to measure on; UnknownIdError as `loadDataset`
 */
export async function loadSet(id: string, name = id): Promise<Dataset> {
  // A name without a path that is no folder either is meant as an id.
  if (datasetSpecs.some((spec) => spec.id === id)) return loadDataset(id);
  const source = await openSource(id).catch((reason: unknown) => {
    if (reason instanceof FormatError && reason.found === 'nothing of this name' && !/[\\/]/u.test(id)) return loadDataset(id);
    throw reason;
  });
  return 'spec' in source ? source : datasetOf({ path: id, id: name }, source);
}

async function datasetOf({ path, id }: { readonly path: string; readonly id: string }, source: PuzzleSource): Promise<Dataset> {
  const [train, test] = [await puzzlesOf(path, source, 'train'), await puzzlesOf(path, source, 'test')];
  const { kind } = source;
  const classes = (puzzles: readonly Puzzle[]) => (puzzles.length > MOST_COUNTED ? null : new Set(puzzles.map(({ inputs }) => kind.classHash(inputs))).size);
  const name = basename(path);
  return { spec: { id, name, summary: `${kind.name} from ${name}`, kind: kind.id }, kind, train, test, trainClasses: classes(train), testClasses: classes(test) };
}

async function puzzlesOf(path: string, source: PuzzleSource, split: SplitName): Promise<Puzzle[]> {
  const puzzles: Puzzle[] = [];
  if (source.counts[split] !== undefined) for await (const puzzle of source.read(split)) puzzles.push(puzzle);
  if (puzzles.length > 0) return puzzles;
  throw new FormatError(path, `puzzles in the ${split} split`, 'none (dataset import makes a set with both splits)');
}
