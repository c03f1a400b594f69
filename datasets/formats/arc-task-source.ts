/** The tasks of files as a source of puzzles, one for each pair, to compare them with other datasets. */
import { message, MessageError } from '../../renderer/messages/message';
import { arc, arcFamily } from '../kinds/arc/arc';
import { hashPuzzle, placeOnCanvas, unshifted, type ArcGrid, type ArcPair } from '../kinds/arc/grid';
import { requireTaskFits, testPairs, type ArcTask } from '../kinds/arc/task';
import type { PuzzleKind } from '../kinds/puzzle-kind';
import { getKind } from '../kinds/registry';
import type { SplitName } from '../puzzle-address';
import type { ArcTaskSet } from './arc-task-set';
import type { PuzzleSource } from './puzzle-source';

/**
 * The kind on whose canvas the tasks of files are placed: that of 30×30 by default.
 * @throws UnknownIdError; MessageError for another kind than ARC's
 */
export function getTaskKind(id: string = arc.id): PuzzleKind {
  const kind = getKind(id);
  if (kind.augmentation === 'copies') return kind;
  throw new MessageError('formats.task.notArc', { kind: kind.id, known: arcFamily.ids });
}

/**
 * Examples are the training split, tests the test split.
 * @throws MessageError for a grid larger than the canvas of the kind
 */
export function createTaskSource({ tasks }: Pick<ArcTaskSet, 'tasks'>, kind: PuzzleKind = arc): PuzzleSource {
  for (const task of tasks) requireTaskFits(task, kind.rows);
  const place = (grid: ArcGrid) => placeOnCanvas(grid, unshifted, kind.rows);
  const pairs: Record<SplitName, ArcPair[]> = {
    train: tasks.flatMap(({ train }) => train),
    test: tasks.flatMap(testPairs),
  };
  return {
    form: message('formats.dataset.tasksForm'),
    kind,
    counts: { train: pairs.train.length, test: pairs.test.length },
    async *read(split) {
      yield* pairs[split].map(({ input, output }) => ({ inputs: place(input), labels: place(output) }));
    },
  };
}

/** Counts the tasks of `other` with the examples and test inputs of a task of `one`, whatever their names: outputs may be unknown in one. */
export function countSharedTasks(one: readonly ArcTask[], other: readonly ArcTask[]): number {
  const hash = ({ train, test }: ArcTask) =>
    hashPuzzle([...train, ...test.map(({ input }) => ({ input, output: input }))]);
  const known = new Set(one.map(hash));
  return other.filter((task) => known.has(hash(task))).length;
}
