/** Breadth-first search in waves: all cells as far from the start, then the way back from the goal. */
import { describeContradiction, formatCount, formatInteger, MAX_GUESSES } from '../classical';
import type { ClassicalSolution, ClassicalStep } from '../puzzle-kind';
import { PATH, WALL, type MazeBoard } from './board';
import { distancesFrom, solveMaze, surveyed } from './paths';
import { checkMaze } from './rules';

export function solveInWaves(board: MazeBoard, inputs: Uint8Array): ClassicalSolution {
  const contradiction = describeContradiction(checkMaze(board, inputs, inputs));
  if (contradiction) return contradiction;
  const method = 'Breadth-first search';
  const survey = surveyed(board, inputs);
  if (!survey)
    return { method, steps: [], summary: 'Without one start and one goal there is nothing to search for.', note: null };
  const distances = distancesFrom(board, survey.start, (cell) => inputs[cell] !== WALL && inputs[cell] !== 0);
  const length = distances[survey.goal] ?? -1;
  const steps = wavesUpTo(distances, length < 0 ? Math.max(...distances) : length);
  const reached = steps.reduce((sum, { cells }) => sum + cells.length, 0);
  const waves = `${formatCount(steps.length, 'wave')} over ${formatCount(reached, 'cell')}`;
  if (length < 0) return { method, steps, summary: `${waves}: no way leads to the goal.`, note: null };
  const { solutions } = solveMaze(board, inputs, { solutions: 2, guesses: MAX_GUESSES });
  const back = wayBack(survey, solutions[0] ?? inputs);
  const note = solutions.length > 1 ? 'Another way is as short.' : null;
  return { method, steps: [...steps, back], summary: `${waves}, a path of ${formatInteger(length + 1)} cells`, note };
}

/** One step for each distance from the start, up to that of the goal. */
function wavesUpTo(distances: Int16Array, last: number): ClassicalStep[] {
  const waves = Array.from({ length: last }, (): number[] => []);
  distances.forEach((distance, cell) => {
    if (distance > 0) waves[distance - 1]?.push(cell);
  });
  return waves.map((cells, index) => ({
    name: `wave ${index + 1}`,
    sentence: `${formatCount(cells.length, 'cell')} ${cells.length === 1 ? 'is' : 'are'} ${formatCount(index + 1, 'step')} from the start.`,
    cells,
    placed: [],
  }));
}

function wayBack(
  { start, goal }: { readonly start: number; readonly goal: number },
  solution: Uint8Array,
): ClassicalStep {
  const path = [...solution.keys()].filter((cell) => solution[cell] === PATH);
  return {
    name: 'way back',
    sentence: 'From the goal, always to a cell one step nearer the start.',
    cells: [start, ...path, goal],
    placed: path.map((cell) => ({ cell, token: PATH })),
  };
}
