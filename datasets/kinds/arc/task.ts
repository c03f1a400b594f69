/** Tasks of ARC: a few pairs that show a rule, and inputs whose outputs are to be found. `read-tasks.ts` reads them from files. */
import { MessageError } from '../../../renderer/messages/message';
import { toLists, type ArcGrid, type ArcPair } from './grid';

/** Rows and columns of the largest grid. */
export const MAX_SIDE = 30;
export const COLOURS = 10;

/** A question, with its answer where that is known. */
export interface ArcTest {
  readonly input: ArcGrid;
  readonly output: ArcGrid | null;
}

export interface ArcTask {
  /** Its identifier: no bars, which divide the names of augmented copies, and no control characters. */
  readonly name: string;
  /** At least one. */
  readonly train: readonly ArcPair[];
  /** At least one. */
  readonly test: readonly ArcTest[];
}

/** The pairs of a task that have both grids, the examples first. */
export function knownPairs({ train, test }: ArcTask): ArcPair[] {
  return [...train, ...test.filter(isKnown)];
}

function isKnown(pair: ArcTest): pair is ArcPair {
  return pair.output !== null;
}

/** Placeholder for an unknown output, as in the reference. */
const unknownOutput: ArcGrid = { rows: 1, columns: 1, cells: Uint8Array.of(0) };

/** The tests of a task, each with an output: one black cell where it is not known. */
export function testPairs({ test }: ArcTask): ArcPair[] {
  return test.map(({ input, output }) => ({ input, output: output ?? unknownOutput }));
}

/** @throws MessageError naming the task when one of its grids is larger than a canvas of `side` rows and columns */
export function requireTaskFits({ name, train, test }: ArcTask, side: number): void {
  const grids = [...train, ...test].flatMap(({ input, output }) => (output ? [input, output] : [input]));
  const large = grids.find(({ rows, columns }) => Math.max(rows, columns) > side);
  if (large)
    throw new MessageError('formats.task.doesNotFit', { name, rows: large.rows, columns: large.columns, side });
}

/** Whether a text can name a task. */
export function isTaskName(name: string): boolean {
  return /^[^|<>\p{C}]{1,200}$/u.test(name) && name !== '__proto__';
}

/** One task as JSON without unknown outputs. `readTasks` reads it back. */
export function writeTask({ train, test }: ArcTask): string {
  return JSON.stringify(toTaskJson({ train, test }));
}

/** A task as nested lists, the form of task files. */
export function toTaskJson({ train, test }: Pick<ArcTask, 'train' | 'test'>): { train: object[]; test: object[] } {
  const lists = (pair: ArcTest) => ({
    input: toLists(pair.input),
    ...(isKnown(pair) ? { output: toLists(pair.output) } : {}),
  });
  return { train: train.map(lists), test: test.map(lists) };
}
