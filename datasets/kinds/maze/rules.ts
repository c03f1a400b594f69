/** What the rules of mazes say of an answer. */
import type { RuleReport } from '../puzzle-kind';
import { addressIn, ruleReport, type Violation } from '../../violations';
import { GOAL, mazeSymbols, OPEN, PATH, requireMaze, START, type MazeBoard } from './board';
import { distancesFrom, surveyed } from './paths';

/**
 * Rules are: one start and one goal; walls, start and goal stay, and open cells stay open or join the
 * path; the path cells lead from start to goal in as few steps as there are. An answer without any path
 * cell breaks no rule, but is not legal unless goal and start are neighbours.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkMaze(board: MazeBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireMaze(board, inputs);
  requireMaze(board, answer);
  const ends = [...notOnce(board, inputs, START), ...notOnce(board, inputs, GOAL)];
  const violations = [
    ...ends,
    ...changedCells(board, inputs, answer),
    ...(ends.length > 0 ? [] : pathFlaws(board, inputs, answer)),
  ];
  return ruleReport(violations, violations.length === 0 && isComplete(board, inputs, answer));
}

const nameOf: Record<number, string> = { [START]: 'start (S)', [GOAL]: 'goal (G)' };

/** More than one start or goal; a maze without any is unfinished, which breaks no rule. */
function notOnce({ cells }: MazeBoard, inputs: Uint8Array, token: number): Violation[] {
  const places = Array.from({ length: cells }, (_, cell) => cell).filter((cell) => inputs[cell] === token);
  return places.length > 1 ? [{ sentence: `there is more than one ${nameOf[token]}`, cells: places }] : [];
}

function changedCells({ side }: MazeBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const isOpen = (token: number) => token === OPEN || token === PATH;
  const changed = [...inputs.keys()].filter(
    (cell) => answer[cell] !== inputs[cell] && !(isOpen(inputs[cell]!) && isOpen(answer[cell]!)),
  );
  return changed.map((cell) => ({
    sentence: `${spoken(inputs[cell]!)} at ${addressIn(side, cell)} became ${spoken(answer[cell]!)}`,
    cells: [cell],
  }));
}

const words = ['nothing', 'a wall', 'an open cell', 'the start', 'the goal', 'a path cell'];
const spoken = (token: number) => words[token] ?? mazeSymbols[0];

function pathFlaws(board: MazeBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const marked = [...answer.keys()].filter((cell) => answer[cell] === PATH);
  const survey = surveyed(board, inputs);
  if (marked.length === 0 || !survey) return [];
  const { start, goal, toGoal } = survey;
  const fromStart = distancesFrom(board, start, (cell) => answer[cell] === PATH || cell === goal);
  const cut = marked.filter((cell) => fromStart[cell]! < 0);
  if (cut.length > 0) return [{ sentence: `${counted(cut.length)} not joined to the start`, cells: cut }];
  if (fromStart[goal]! < 0) return [{ sentence: 'the path does not reach the goal', cells: [goal] }];
  const shortest = toGoal[start]!;
  if (marked.length === shortest - 1) return [];
  return [
    {
      sentence: `the path has ${marked.length} cells where ${shortest - 1} do`,
      cells: detours(board, start, survey, marked, inputs),
    },
  ];
}

const counted = (cells: number) => (cells === 1 ? '1 path cell is' : `${cells} path cells are`);

/** Path cells that lie on no shortest path; all of them when each lies on one. */
function detours(
  board: MazeBoard,
  start: number,
  { toGoal }: { toGoal: Int16Array },
  marked: readonly number[],
  inputs: Uint8Array,
): readonly number[] {
  const fromStart = distancesFrom(
    board,
    start,
    (cell) => inputs[cell] === OPEN || inputs[cell] === PATH || inputs[cell] === GOAL,
  );
  const off = marked.filter((cell) => fromStart[cell]! + toGoal[cell]! !== toGoal[start]);
  return off.length > 0 ? off : marked;
}

/** Without a flaw the path is complete when it has as many cells as the shortest. */
function isComplete(board: MazeBoard, inputs: Uint8Array, answer: Uint8Array): boolean {
  const survey = surveyed(board, inputs);
  return survey !== null && answer.filter((token) => token === PATH).length === survey.toGoal[survey.start]! - 1;
}
