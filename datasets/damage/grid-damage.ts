/** Damages to whole grids: moved, or of another size than those of training. */
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import { kindFamilies, listSizes } from '../kinds/registry';
import { padGrid } from '../mixed-sizes';
import type { Random } from '../random';

const directions = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Moves the grid by `count` rows or columns. Blanks without a label come in; what leaves the grid is lost. */
export function shift(kind: PuzzleKind, { inputs, labels }: Puzzle, count: number, random: Random): Puzzle {
  const [down, right] = directions[random.integer(0, directions.length - 1)]!;
  const move = (tokens: Uint8Array, fill: number) =>
    tokens.map((_, cell) => {
      const row = Math.floor(cell / kind.columns) - count * down;
      const column = (cell % kind.columns) - count * right;
      const isInside = row >= 0 && row < kind.rows && column >= 0 && column < kind.columns;
      return isInside ? tokens[row * kind.columns + column]! : fill;
    });
  return { inputs: move(inputs, kind.blank), labels: move(labels, 0) };
}

/** The kinds of the same family that fit onto the canvas of this one and can be generated, from small to large. */
function smallerKinds(kind: PuzzleKind): PuzzleKind[] {
  const takesSmaller = kindFamilies.some((family) => family.takesSmallerGrids && family.create(kind.id) !== null);
  return takesSmaller ? listSizes(kind).filter(({ rows, generator }) => rows < kind.rows && generator !== null) : [];
}

/** Rows by which a grid of the kind can be smaller. */
export const maxShrink = (kind: PuzzleKind): number => smallerKinds(kind).length;

/** Another puzzle, with `count` rows and columns fewer, in the corner of the grid. */
export function shrink(kind: PuzzleKind, _: Puzzle, count: number, random: Random): Puzzle {
  const size = smallerKinds(kind).at(-count);
  if (!size?.generator) throw new RangeError(`no puzzle of ${kind.id} has ${count} rows fewer`);
  const { inputs, labels } = size.generator.generate(random);
  return { inputs: padGrid(inputs, size, kind), labels: padGrid(labels, size, kind) };
}
