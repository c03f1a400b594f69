/** Generated puzzles, the same on every call. */
import { getKind } from '../../../datasets/kinds/registry';
import { placeOnCanvas } from '../../../datasets/kinds/arc/grid';
import { knownPairs } from '../../../datasets/kinds/arc/task';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';
import { Random } from '../../../datasets/random';
import type { PuzzleMessage } from '../../../electron/contract/contract';

/** @param id of a kind with a generator */
export function puzzleOf(id: string, seed = 1): PuzzleMessage {
  const kind = getKind(id);
  const puzzle = kind.generator?.generate(Random.seeded(seed));
  if (!puzzle) throw new Error(`${id} has no generator`);
  return { address: `${id}/test/${seed}`, inputs: [...puzzle.inputs], labels: [...puzzle.labels] };
}

/** An ARC pair of a generated task on the canvas. */
export function arcPuzzle(task = 0): PuzzleMessage {
  const { name, ...rest } = generateArcTasks(1)[task]!;
  const { input, output } = knownPairs({ name, ...rest })[0]!;
  return { address: `own-tasks/test/${task}`, inputs: [...placeOnCanvas(input)], labels: [...placeOnCanvas(output)] };
}

/** The answer with random errors in this share of the open cells. */
export function withErrors(puzzle: PuzzleMessage, share: number, seed = 7): number[] {
  const random = Random.seeded(seed);
  const largest = Math.max(...puzzle.labels);
  return puzzle.labels.map((label, cell) => {
    const isOpen = label !== puzzle.inputs[cell];
    return isOpen && random.uniform() < share ? random.integer(2, largest) : label;
  });
}

/** The clues with one clue repeated in its row. */
export function withContradiction(puzzle: PuzzleMessage): number[] {
  const inputs = [...puzzle.inputs];
  const clue = inputs.findIndex((token) => token > 1);
  const side = Math.sqrt(inputs.length);
  const row = Math.floor(clue / side) * side;
  const other = inputs.findIndex((token, cell) => cell >= row && cell < row + side && token === 1);
  inputs[other] = inputs[clue]!;
  return inputs;
}
