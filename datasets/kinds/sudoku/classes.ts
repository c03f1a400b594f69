/**
 * One puzzle of each symmetry class among those with one solution and a number of givens:
 * all of them where that can be counted through (4×4), else as many as are asked for.
 */
import type { Puzzle } from '../puzzle-kind';
import { generateSudoku, isUnique, type SudokuDraw } from './generate';
import { BLANK, requireGivens } from './shape';
import type { SudokuKind } from './sudoku';

/**
 * Every class, by exhaustion: a symmetry carries any puzzle to one whose solution is a chosen grid
 * of its own class, so it is enough to try all clue sets of one grid of each class of full grids.
 * For 4×4: 2 grids out of 288, C(16, givens) sets each. Larger sides have far too many.
 */
export function everyClass(kind: SudokuKind, givens: number): Puzzle[] {
  requireGivens(kind.shape, givens);
  const classes = new Map<string, Puzzle>();
  for (const labels of gridsByClass(kind))
    for (const cells of subsets(kind.shape.cells, givens)) {
      const inputs = new Uint8Array(labels.length).fill(BLANK);
      for (const cell of cells) inputs[cell] = labels[cell]!;
      if (isUnique(kind.shape, inputs)) keepFirst(kind, classes, { inputs, labels });
    }
  return [...classes.values()];
}

/** One full grid of each symmetry class. */
export function gridsByClass(kind: SudokuKind): Uint8Array[] {
  const grids = kind.solve(new Uint8Array(kind.shape.cells).fill(BLANK), { solutions: Infinity }).solutions;
  return [...new Map(grids.map((grid) => [kind.classKey(grid), grid])).values()];
}

export interface ClassDraw extends SudokuDraw {
  /** How many classes to collect. */
  readonly count: number;
}

/**
 * `count` different classes from the seeded generator, in order of appearance.
 * @throws RangeError when a thousand puzzles in a row bring no new class
 */
export function drawClasses(kind: SudokuKind, draw: ClassDraw): Puzzle[] {
  const classes = new Map<string, Puzzle>();
  for (let misses = 0; classes.size < draw.count;) {
    const isNew = keepFirst(kind, classes, generateSudoku(kind.shape, draw));
    misses = isNew ? 0 : misses + 1;
    if (misses === 1000)
      throw new RangeError(
        `found only ${classes.size} of ${draw.count} classes of ${kind.name} with ${draw.givens} givens`,
      );
  }
  return [...classes.values()];
}

/** Whether the puzzle was the first of its class. */
function keepFirst(kind: SudokuKind, classes: Map<string, Puzzle>, puzzle: Puzzle): boolean {
  const key = kind.classKey(puzzle.inputs);
  if (classes.has(key)) return false;
  classes.set(key, puzzle);
  return true;
}

/** All sets of `size` numbers below `below`, each ascending. */
function* subsets(below: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let least = from; least <= below - size; least++)
      for (const rest of subsets(below, size - 1, least + 1)) yield [least, ...rest];
}
