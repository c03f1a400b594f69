/** The tasks of files as a source of puzzles, one for each pair, to compare them with other datasets. */
import { message } from '../../renderer/messages/message';
import { arc } from '../kinds/arc/arc';
import { hashPuzzle, placeOnCanvas, type ArcPair } from '../kinds/arc/grid';
import { testPairs, type ArcTask } from '../kinds/arc/task';
import type { Puzzle } from '../kinds/puzzle-kind';
import type { SplitName } from '../puzzle-address';
import type { ArcTaskSet } from './arc-task-set';
import type { PuzzleSource } from './puzzle-source';

/** Examples are the training split, tests the test split. */
export function createTaskSource({ tasks }: Pick<ArcTaskSet, 'tasks'>): PuzzleSource {
  const pairs: Record<SplitName, ArcPair[]> = {
    train: tasks.flatMap(({ train }) => train),
    test: tasks.flatMap(testPairs),
  };
  return {
    form: message('formats.dataset.tasksForm'),
    kind: arc,
    counts: { train: pairs.train.length, test: pairs.test.length },
    async *read(split) {
      yield* pairs[split].map(toPuzzle);
    },
  };
}

const toPuzzle = ({ input, output }: ArcPair): Puzzle => ({
  inputs: placeOnCanvas(input),
  labels: placeOnCanvas(output),
});

/** Counts the tasks of `other` with the examples and test inputs of a task of `one`, whatever their names: outputs may be unknown in one. */
export function countSharedTasks(one: readonly ArcTask[], other: readonly ArcTask[]): number {
  const hash = ({ train, test }: ArcTask) =>
    hashPuzzle([...train, ...test.map(({ input }) => ({ input, output: input }))]);
  const known = new Set(one.map(hash));
  return other.filter((task) => known.has(hash(task))).length;
}
