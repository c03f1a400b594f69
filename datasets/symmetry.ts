/**
 * Symmetries of puzzles: applying, inverting and composing them, and the subgroups that kinds share. A symmetry g acts on
 * tokens x by `(g·x)[i] = g.tokens[x[g.cells[i]]]`.
 *
 * The eight symmetries of a square also act on rectangular grids. Their ids are those of the reference: 0 identity; 1, 2, 3
 * rotations by 90°, 180°, 270° counter-clockwise; 4 mirrored left to right; 5 mirrored top to bottom; 6 transposed;
 * 7 transposed along the other diagonal.
 */
import { message } from '../renderer/messages/message';
import type { Puzzle, PuzzleKind, Symmetry, SymmetrySubgroup } from './kinds/puzzle-kind';

/** The identity for `cells` cells and `vocabulary` tokens. */
export function identitySymmetry(cells: number, vocabulary: number): Symmetry {
  return {
    cells: Uint16Array.from({ length: cells }, (_, i) => i),
    tokens: Uint8Array.from({ length: vocabulary }, (_, t) => t),
  };
}

/**
 * `g·x`, as a new array of the same length as `x`.
 * @throws RangeError when the symmetry is for a grid of another size
 */
export function applySymmetry(symmetry: Symmetry, x: Uint8Array): Uint8Array {
  const { cells, tokens } = symmetry;
  if (cells.length !== x.length)
    throw new RangeError(`a symmetry of ${cells.length} cells cannot move ${x.length} cells`);
  const moved = new Uint8Array(x.length);
  for (let i = 0; i < moved.length; i++) moved[i] = tokens[x[cells[i]!]!]!;
  return moved;
}

/** Applies a symmetry to a puzzle and to its solution. */
export function applyToPuzzle(symmetry: Symmetry, puzzle: Puzzle): Puzzle {
  return { inputs: applySymmetry(symmetry, puzzle.inputs), labels: applySymmetry(symmetry, puzzle.labels) };
}

/** `g⁻¹`: the permutations of cells and of tokens are independent, so each is inverted separately. */
export function invertSymmetry({ cells, tokens }: Symmetry): Symmetry {
  const inverse = { cells: new Uint16Array(cells.length), tokens: new Uint8Array(tokens.length) };
  cells.forEach((from, to) => (inverse.cells[from] = to));
  tokens.forEach((to, from) => (inverse.tokens[to] = from));
  return inverse;
}

/** `then ∘ first`: `applySymmetry(composeSymmetries(first, then), x)` is `then·(first·x)`. */
export function composeSymmetries(first: Symmetry, then: Symmetry): Symmetry {
  return {
    // (then·(first·x))[i] reads x at first.cells[then.cells[i]]: cells compose in the opposite order to tokens.
    cells: then.cells.map((cell) => first.cells[cell]!),
    tokens: first.tokens.map((token) => then.tokens[token]!),
  };
}

export const dihedralIds = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Id of the inverse of each dihedral symmetry. */
export const dihedralInverse: readonly number[] = [0, 3, 2, 1, 4, 5, 6, 7];

interface DihedralImage {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: image cell i is cell `cells[i]` of the grid. */
  readonly cells: Uint16Array;
}

/** By id: the cell of a rows × columns grid that moves to (row, column) of the image. */
const origins: readonly ((row: number, column: number, rows: number, columns: number) => readonly [number, number])[] =
  [
    (row, column) => [row, column],
    (row, column, _, columns) => [column, columns - 1 - row],
    (row, column, rows, columns) => [rows - 1 - row, columns - 1 - column],
    (row, column, rows) => [rows - 1 - column, row],
    (row, column, _, columns) => [row, columns - 1 - column],
    (row, column, rows) => [rows - 1 - row, column],
    (row, column) => [column, row],
    (row, column, rows, columns) => [rows - 1 - column, columns - 1 - row],
  ];

/** Whether the image has rows and columns swapped. */
const swapsSides = (id: number) => [1, 3, 6, 7].includes(id);

/** @throws RangeError for an id outside 0..7 */
export function dihedralImage(id: number, rows: number, columns: number): DihedralImage {
  const origin = origins[id];
  if (!origin) throw new RangeError(`dihedral symmetry must be 0–7, got ${id}`);
  const image = swapsSides(id) ? { rows: columns, columns: rows } : { rows, columns };
  const cells = new Uint16Array(rows * columns);
  for (let i = 0; i < cells.length; i++) {
    const [row, column] = origin(Math.floor(i / image.columns), i % image.columns, rows, columns);
    cells[i] = row * columns + column;
  }
  return { ...image, cells };
}

/** The eight symmetries of a square grid, which keep all tokens. */
export function squareSymmetries(side: number, vocabulary: number): readonly Symmetry[] {
  const tokens = Uint8Array.from({ length: vocabulary }, (_, token) => token);
  return dihedralIds.map((id) => ({ cells: dihedralImage(id, side, side).cells, tokens }));
}

/** The smallest text of a grid under the given symmetries, which must form a group: equal for symmetric grids. */
export function canonicalForm(
  symmetries: readonly Symmetry[],
  grid: Uint8Array,
  format: (image: Uint8Array) => string,
): string {
  const texts = symmetries.map((symmetry) => format(applySymmetry(symmetry, grid)));
  return texts.reduce((first, text) => (text < first ? text : first));
}

type Named = Pick<SymmetrySubgroup, 'id' | 'name'>;

/** A subgroup with a list of all its symmetries, the identity first. */
export function enumeratedSubgroup({ id, name }: Named, symmetries: readonly Symmetry[]): SymmetrySubgroup {
  return {
    id,
    name,
    order: symmetries.length,
    generators: symmetries.slice(1),
    relabels: null,
    draw: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
  };
}

/** The eight symmetries of a square, in the order of `dihedralIds`, as two subgroups: four rotations, then a mirror or none. */
export function dihedralSubgroups(eight: readonly Symmetry[]): readonly SymmetrySubgroup[] {
  return [
    enumeratedSubgroup({ id: 'turn', name: message('kinds.symmetry.turn') }, eight.slice(0, 4)),
    enumeratedSubgroup({ id: 'mirror', name: message('kinds.symmetry.mirror') }, [eight[0]!, eight[4]!]),
  ];
}

interface RelabellingOptions extends Named {
  /** Number of cells. */
  readonly cells: number;
  readonly vocabulary: number;
  /** First of the tokens that are permuted. */
  readonly from: number;
  /** Number of tokens that are permuted. */
  readonly count: number;
}

/** All permutations of `count` consecutive tokens; cells stay in place. */
export function relabellingSubgroup({
  id,
  name,
  cells,
  vocabulary,
  from,
  count,
}: RelabellingOptions): SymmetrySubgroup {
  const identity = identitySymmetry(cells, vocabulary);
  const renamed = (names: readonly number[]): Symmetry => {
    const tokens = identity.tokens.slice();
    tokens.set(
      names.map((at) => from + at),
      from,
    );
    return { cells: identity.cells, tokens };
  };
  return {
    id,
    name,
    order: factorial(count),
    generators: adjacentSwaps(count).map(renamed),
    relabels: range(count).map((at) => from + at),
    draw: (random) => renamed(random.shuffle(range(count))),
  };
}

/** Composes symmetries of a kind in order; the identity for an empty list. */
export function composeAllSymmetries(
  { rows, columns, symbols }: Pick<PuzzleKind, 'rows' | 'columns' | 'symbols'>,
  symmetries: readonly Symmetry[],
): Symmetry {
  return symmetries.reduce(
    (first, then) => composeSymmetries(first, then),
    identitySymmetry(rows * columns, symbols.length),
  );
}

/** Permutations of `count` items that swap two adjacent ones; they generate all permutations. */
export function adjacentSwaps(count: number): number[][] {
  return range(count - 1).map((at) => range(count).map((i) => (i === at ? at + 1 : i === at + 1 ? at : i)));
}

export function factorial(count: number): number {
  return range(count).reduce((product, i) => product * (i + 1), 1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
