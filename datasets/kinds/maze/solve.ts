/** Shortest paths through a maze by breadth-first search: exact solutions, the rules of answers, and the search in waves. */
import { message, type Message } from '../../../renderer/messages/message';
import { describeContradiction, MAX_GUESSES, createRuleReport, SolutionSearch, type Violation } from '../rules';
import type { ClassicalSolution, ClassicalStep, RuleReport, SearchLimits, SearchResult } from '../puzzle-kind';
import { describeCell } from '../text';
import { GOAL, mazeTokenNames, OPEN, PATH, requireMaze, START, WALL, type MazeBoard } from './board';

/** Distances from a cell in steps, -1 where it cannot be reached; cells for which `isFree` is false are walls. */
export function computeDistances(
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

interface Survey {
  readonly start: number;
  readonly goal: number;
  /** Distances of all cells from the goal. */
  readonly toGoal: Int16Array;
}

/** Null unless there is one start and one goal. */
export function surveyMaze(board: MazeBoard, inputs: Uint8Array): Survey | null {
  const start = inputs.indexOf(START);
  const goal = inputs.indexOf(GOAL);
  if (start < 0 || goal < 0 || inputs.lastIndexOf(START) !== start || inputs.lastIndexOf(GOAL) !== goal) return null;
  return { start, goal, toGoal: computeDistances(board, goal, (cell) => inputs[cell] !== WALL && inputs[cell] !== 0) };
}

/**
 * Every shortest path from start to goal, first steps in the order of the cells. A guess is a step
 * where several neighbours lead on equally fast. Path marks in the clues are read as open cells.
 * @throws RangeError when `inputs` is not a whole maze of this size
 */
export function solveMaze(board: MazeBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireMaze(board, inputs);
  const search = new SolutionSearch(limits);
  const survey = surveyMaze(board, inputs);
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

/** Why a maze has no path, or no single shortest one. */
export function explainPaths(inputs: Uint8Array, solutions: 'none' | 'several'): Message {
  if (solutions === 'several') return message('kinds.maze.severalPaths');
  if (!inputs.includes(START)) return message('kinds.maze.noStart');
  return message(inputs.includes(GOAL) ? 'kinds.maze.noPath' : 'kinds.maze.noGoal');
}

/**
 * Rules are: one start and one goal; walls, start and goal stay, and open cells stay open or join the
 * path; the path cells lead from start to goal in as few steps as there are; padding may become anything. An answer without any path
 * cell breaks no rule, but is not legal unless goal and start are neighbours.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkMaze(board: MazeBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireMaze(board, inputs);
  requireMaze(board, answer);
  const ends = [...findRepeated(inputs, START), ...findRepeated(inputs, GOAL)];
  const marked = findCells(answer, (token) => token === PATH);
  const survey = surveyMaze(board, inputs);
  const violations = [
    ...ends,
    ...findChangedCells(board, inputs, answer),
    ...(marked.length > 0 && survey ? findPathErrors(board, { inputs, marked, survey }) : []),
  ];
  // Without violations a path is complete when it has as many cells as a shortest one.
  const isComplete = survey !== null && marked.length === survey.toGoal[survey.start]! - 1;
  return createRuleReport(violations, violations.length === 0 && isComplete);
}

/** Ascending. A loop: evaluations check hundreds of answers between two tasks of the process. */
function findCells(tokens: Uint8Array, isFound: (token: number, cell: number) => boolean): number[] {
  const found: number[] = [];
  for (let cell = 0; cell < tokens.length; cell++) if (isFound(tokens[cell]!, cell)) found.push(cell);
  return found;
}

/** More than one start or goal; a maze without any is unfinished, which breaks no rule. */
function findRepeated(inputs: Uint8Array, token: number): Violation[] {
  const places = findCells(inputs, (each) => each === token);
  return places.length > 1
    ? [
        {
          describe: () => message(token === START ? 'kinds.maze.severalStarts' : 'kinds.maze.severalGoals'),
          cells: places,
        },
      ]
    : [];
}

function findChangedCells({ side }: MazeBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const isOpen = (token: number) => token === OPEN || token === PATH;
  const changed = findCells(
    inputs,
    (token, cell) => token !== 0 && answer[cell] !== token && !(isOpen(token) && isOpen(answer[cell]!)),
  );
  return changed.map((cell) => new ChangedCell(side, cell, inputs[cell]!, answer[cell]!));
}

/** A class, since an untrained model changes hundreds of cells of each answer: closures take three times as long. */
class ChangedCell implements Violation {
  constructor(
    private readonly side: number,
    private readonly cell: number,
    private readonly before: number,
    private readonly after: number,
  ) {}

  get cells(): readonly number[] {
    return [this.cell];
  }

  describe(): Message {
    return message('kinds.maze.cellChanged', {
      cell: describeCell(this.side, this.cell),
      before: describeToken(this.before),
      after: describeToken(this.after),
    });
  }
}

const describeToken = (token: number): Message => mazeTokenNames[token] || message('kinds.token.padding');

interface MarkedPath {
  readonly inputs: Uint8Array;
  /** Path cells of the answer, at least one. */
  readonly marked: readonly number[];
  readonly survey: Survey;
}

function findPathErrors(board: MazeBoard, { inputs, marked, survey }: MarkedPath): Violation[] {
  const { start, goal, toGoal } = survey;
  const onPath = new Set(marked);
  const fromStart = computeDistances(board, start, (cell) => onPath.has(cell) || cell === goal);
  const cut = marked.filter((cell) => fromStart[cell]! < 0);
  if (cut.length > 0) return [{ describe: () => message('kinds.maze.notJoined', { count: cut.length }), cells: cut }];
  if (fromStart[goal]! < 0) return [{ describe: () => message('kinds.maze.goalNotReached'), cells: [goal] }];
  const shortest = toGoal[start]!;
  if (marked.length === shortest - 1) return [];
  return [
    {
      describe: () => message('kinds.maze.tooLong', { count: marked.length, shortest: shortest - 1 }),
      cells: findDetours(board, start, survey, marked, inputs),
    },
  ];
}

/** Path cells that lie on no shortest path; all of them when each lies on one. */
function findDetours(
  board: MazeBoard,
  start: number,
  { toGoal }: { toGoal: Int16Array },
  marked: readonly number[],
  inputs: Uint8Array,
): readonly number[] {
  const fromStart = computeDistances(
    board,
    start,
    (cell) => inputs[cell] === OPEN || inputs[cell] === PATH || inputs[cell] === GOAL,
  );
  const off = marked.filter((cell) => fromStart[cell]! + toGoal[cell]! !== toGoal[start]);
  return off.length > 0 ? off : marked;
}

export function solveBreadthFirst(board: MazeBoard, inputs: Uint8Array): ClassicalSolution {
  const contradiction = describeContradiction(checkMaze(board, inputs, inputs));
  if (contradiction) return contradiction;
  const method = message('kinds.classical.breadthFirst');
  const survey = surveyMaze(board, inputs);
  if (!survey) return { method, steps: [], summary: message('kinds.maze.noEnds'), note: null };
  const distances = computeDistances(board, survey.start, (cell) => inputs[cell] !== WALL && inputs[cell] !== 0);
  const length = distances[survey.goal] ?? -1;
  const steps = listWaves(distances, length < 0 ? Math.max(...distances) : length);
  const effort = { waves: steps.length, cells: steps.reduce((sum, { cells }) => sum + cells.length, 0) };
  if (length < 0) return { method, steps, summary: message('kinds.maze.unreachable', effort), note: null };
  const { solutions } = solveMaze(board, inputs, { maxSolutions: 2, maxGuesses: MAX_GUESSES });
  const back = traceBack(survey, solutions[0] ?? inputs);
  const note = solutions.length > 1 ? message('kinds.maze.anotherPath') : null;
  const summary = message('kinds.maze.found', { ...effort, length: length + 1 });
  return { method, steps: [...steps, back], summary, note };
}

/** One step for each distance from the start, up to that of the goal. */
function listWaves(distances: Int16Array, last: number): ClassicalStep[] {
  const waves = Array.from({ length: last }, (): number[] => []);
  distances.forEach((distance, cell) => {
    if (distance > 0) waves[distance - 1]?.push(cell);
  });
  return waves.map((cells, index) => ({
    name: message('kinds.maze.wave', { number: index + 1 }),
    message: message('kinds.maze.waveCells', { count: cells.length, steps: index + 1 }),
    cells,
    placed: [],
  }));
}

function traceBack(
  { start, goal }: { readonly start: number; readonly goal: number },
  solution: Uint8Array,
): ClassicalStep {
  const path = [...solution.keys()].filter((cell) => solution[cell] === PATH);
  return {
    name: message('kinds.maze.traceBack'),
    message: message('kinds.maze.traceBackHint'),
    cells: [start, ...path, goal],
    placed: path.map((cell) => ({ cell, token: PATH })),
  };
}
