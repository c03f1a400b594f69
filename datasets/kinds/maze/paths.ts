/** Shortest paths by breadth-first search. */
import type { SearchLimits, SearchResult } from '../puzzle-kind';
import { Search } from '../search';
import { GOAL, OPEN, PATH, requireMaze, START, WALL, type MazeBoard } from './board';

/** Distances from a cell in steps, -1 where it cannot be reached; cells for which `isFree` is false are walls. */
export function distancesFrom(
  { neighbours, cells }: MazeBoard,
  from: number,
  isFree: (cell: number) => boolean,
): Int16Array {
  const distances = new Int16Array(cells).fill(-1);
  const queue = new Uint16Array(cells);
  distances[from] = 0;
  queue[0] = from;
  for (let head = 0, tail = 1; head < tail; head++)
    for (const next of neighbours[queue[head]!]!) {
      if (distances[next]! >= 0 || !isFree(next)) continue;
      distances[next] = distances[queue[head]!]! + 1;
      queue[tail++] = next;
    }
  return distances;
}

/** Start, goal and the distances of all cells from the goal; null unless there is one start and one goal. */
export function surveyed(
  board: MazeBoard,
  inputs: Uint8Array,
): { start: number; goal: number; toGoal: Int16Array } | null {
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
  const search = new Search(limits);
  const survey = surveyed(board, inputs);
  if (!survey || survey.toGoal[survey.start]! < 0) return search.result();
  const { start, goal, toGoal } = survey;
  const answer = inputs.map((token) => (token === PATH ? OPEN : token));
  const walk = (cell: number): void => {
    if (cell === goal) return search.found(answer.slice());
    const nearer = board.neighbours[cell]!.filter((next) => toGoal[next] === toGoal[cell]! - 1);
    search.branch(nearer, (next) => {
      if (next !== goal) answer[next] = PATH;
      walk(next);
      if (next !== goal) answer[next] = OPEN;
    });
  };
  walk(start);
  return search.result();
}
