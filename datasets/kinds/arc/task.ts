/** Tasks of ARC: a few pairs that show a rule, and inputs whose outputs are to be found. */
import type { ArcGrid, ArcPair } from './grid';

/** Rows and columns of the largest grid. */
export const MOST_SIDE = 30;
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

export function isKnown(pair: ArcTest): pair is ArcPair {
  return pair.output !== null;
}

/** Stands in for an output that nobody knows, as in the reference. */
const unknownOutput: ArcGrid = { rows: 1, columns: 1, cells: Uint8Array.of(0) };

/** The tests of a task, each with an output: one black cell where it is not known. */
export function testPairs({ test }: ArcTask): ArcPair[] {
  return test.map(({ input, output }) => ({ input, output: output ?? unknownOutput }));
}

/** Whether a text can name a task. */
export function isTaskName(name: string): boolean {
  return /^[^|<>\p{C}]{1,200}$/u.test(name) && name !== '__proto__';
}
