/** ARC tasks to learn from without a folder: made in memory, the same every time. */
import type { Dataset, DatasetFacts } from '../../catalog';
import type { IdentifiedPuzzle } from '../../identified';
import { arc } from './arc';
import { arcIdentifiers, arcTestGroups, arcTrainGroups, planArcSet, type ArcPuzzle } from './build';
import type { ArcTask } from './task';

/** The set's own, not the run's: every run and every evaluation names the same copies by the same identifiers. */
const SEED = 0;

/**
 * The examples of the tasks with so many augmented copies of each are learnt, and their tests are what is measured.
 * @throws RangeError when two tasks have one name
 */
export function arcDataset(
  tasks: readonly ArcTask[],
  { augmentations, ...facts }: Omit<DatasetFacts, 'kind'> & { readonly augmentations: number },
): Dataset {
  const set = planArcSet([{ tasks, setAside: true }], { augmentations, seed: SEED });
  const [train, test] = [flat(arcTrainGroups(set)), flat(arcTestGroups(set))];
  return {
    spec: { ...facts, kind: arc.id },
    kind: arc,
    identified: { names: arcIdentifiers(set), train, test },
    train,
    test,
    trainClasses: null,
    testClasses: null,
  };
}

function flat(groups: Iterable<readonly ArcPuzzle[]>): IdentifiedPuzzle[] {
  return [...groups].flatMap((puzzles, group) =>
    puzzles.flatMap(({ identifier, examples }) => examples.map((example) => ({ ...example, identifier, group }))),
  );
}
