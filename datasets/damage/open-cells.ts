/** Solved grids with a few open cells: easier than any puzzle of the training, and unlike all of them. */
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import { Random } from '../random';

/** The solution of a puzzle with `count` of its cells left open, at most all; a larger count with the same seed opens the same cells and more. */
export function openCells(kind: PuzzleKind, { labels }: Puzzle, count: number, seed: number): Puzzle {
  const inputs = labels.slice();
  const cells = [...inputs.keys()].filter((cell) => inputs[cell] !== 0);
  for (const cell of Random.seeded(seed).shuffle(cells).slice(0, count)) inputs[cell] = kind.blank;
  return { inputs, labels };
}
