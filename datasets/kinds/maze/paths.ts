/** Shortest paths by breadth-first search. */
import type { SearchLimits, SearchResult } from '../../puzzle';
import { GOAL, OPEN, PATH, requireMaze, START, WALL, type MazeBoard } from './board';

/** Distances from a cell in steps, -1 where it cannot be reached; cells for which `isFree` is false are walls. */
export function distancesFrom({ neighbours, cells }: MazeBoard, from: number, isFree: (cell: number) => boolean): Int16Array {
  const distances = new Int16Array(cells).fill(-1);
  const queue = new Uint16Array(cells);
  distances[from] = 0;
  queue[0] = from;
  for (let head = 0, tail = 1; head < tail; head++)
    for (const next of neighbours[queue[head]]) {
      if (distances[next] >= 0 || !isFree(next)) continue;
      distances[next] = distances[queue[head]] + 1;
      queue[tail++] = next;
    }
  return distances;
}

/** Start, goal and the distances of all cells from the goal; null unless there is one start and one goal. */
export function surveyed(board: MazeBoard, inputs: Uint8Array): { start: number; goal: number; toGoal: Int16Array } | null {
  const start = inputs.indexOf(START);
  const goal = inputs.indexOf(GOAL);
  if (start < 0 || goal < 0 || inputs.lastIndexOf(START) !== start || inputs.lastIndexOf(GOAL) !== goal) return null;
  return { start, goal, toGoal: distancesFrom(board, goal, (cell) => inputs[cell] !== WALL && inputs[cell] !== 0) };
}

/**
 * Every shortest path from start to goal, first steps in the order of the cells. A guess is a step
 * where several neighbours lead on equally fast. Path marks in the clues are read as open cells.
 * @throws RangeError when `inputs` is not a whole maze of this size
 */
export function solveMaze(board: MazeBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireMaze(board, inputs);
  const survey = surveyed(board, inputs);
  const search = { solutions: [] as Uint8Array[], guesses: 0, gaveUp: false };
  if (!survey || survey.toGoal[survey.start] < 0) return search;
  const blank = inputs.map((token) => (token === PATH ? OPEN : token));
  const walk = (cell: number): void => {
    if (search.gaveUp || search.solutions.length >= limits.solutions) return;
    if (cell === survey.goal) return void search.solutions.push(blank.slice());
    const nearer = board.neighbours[cell].filter((next) => survey.toGoal[next] === survey.toGoal[cell] - 1);
    for (const next of nearer) {
      search.gaveUp ||= nearer.length > 1 && search.guesses >= (limits.guesses ?? Infinity);
      if (search.gaveUp || search.solutions.length >= limits.solutions) return;
      if (nearer.length > 1) search.guesses++;
      const was = blank[next];
      if (next !== survey.goal) blank[next] = PATH;
      walk(next);
      blank[next] = was;
    }
  };
  walk(survey.start);
  return search;
}
