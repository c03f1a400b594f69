/**
 * The arithmetic of symmetries, the same for every kind. A symmetry g acts on tokens x by
 * `(g·x)[i] = g.tokens[x[g.cells[i]]]`; how one is drawn is each kind's own affair.
 */
import type { Puzzle, Symmetry } from './kinds/puzzle-kind';

/** The symmetry that changes nothing, for `cells` cells and `vocabulary` tokens. */
export function identitySymmetry(cells: number, vocabulary: number): Symmetry {
  return {
    cells: Uint16Array.from({ length: cells }, (_, i) => i),
    tokens: Uint8Array.from({ length: vocabulary }, (_, t) => t),
  };
}

/**
 * `g·x`, as a new array of the same length as `x`.
 * @throws RangeError when the symmetry is one of a grid of another size
 */
export function applySymmetry(symmetry: Symmetry, x: Uint8Array): Uint8Array {
  const { cells, tokens } = symmetry;
  if (cells.length !== x.length)
    throw new RangeError(`a symmetry of ${cells.length} cells cannot move ${x.length} cells`);
  const moved = new Uint8Array(x.length);
  for (let i = 0; i < moved.length; i++) moved[i] = tokens[x[cells[i]!]!]!;
  return moved;
}

/** The same symmetry on a puzzle and on its solution. */
export function applyToPuzzle(symmetry: Symmetry, puzzle: Puzzle): Puzzle {
  return { inputs: applySymmetry(symmetry, puzzle.inputs), labels: applySymmetry(symmetry, puzzle.labels) };
}

/** `g⁻¹`: cells and tokens act on different things, so each is inverted by itself. */
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
