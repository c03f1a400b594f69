/** Sets to train and measure on: the lab's own by id, and those in folders by path. */
import { basename } from 'node:path';
import { datasetSpecs, loadDataset, type Dataset } from '../catalog';
import type { Puzzle } from '../kinds/puzzle-kind';
import { FormatError } from './format-error';
import { readIdentified } from './identified-set';
import { openSource, readSourceFile, type PuzzleSource, type SplitName } from './puzzle-source';

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
    if (reason instanceof FormatError && reason.found === 'nothing of this name' && !/[\\/]/u.test(id))
      return loadDataset(id);
    throw reason;
  });
  return 'spec' in source ? source : datasetOf({ path: id, id: name }, source);
}

async function datasetOf(
  { path, id }: { readonly path: string; readonly id: string },
  source: PuzzleSource,
): Promise<Dataset> {
  const identified = source.form === 'reference folder' ? await readIdentified(path, splitsOf(source)) : null;
  const [train, test] = [
    identified?.train ?? (await puzzlesOf(source, 'train')),
    identified?.test ?? (await puzzlesOf(source, 'test')),
  ];
  requirePuzzles(path, { train, test });
  const { kind } = source;
  const isCounted = (puzzles: readonly Puzzle[]) => !identified && puzzles.length <= MOST_COUNTED;
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

const splitsOf = ({ counts }: PuzzleSource) =>
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
