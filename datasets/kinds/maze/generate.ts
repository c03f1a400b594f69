/** New mazes with a path of a chosen length, the only one so short. */
import type { Random } from '../../random';
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import { noneFound, type Band } from '../rules';
import { GOAL, mazeName, OPEN, START, WALL, type MazeBoard } from './board';
import { computeDistances, solveMaze, surveyMaze } from './solve';

/** Share of the inner walls between two corridors that is opened. */
const OPENED_SHARE = 0.04;
/** Mean number of opened walls, unless the cap is reached: loops make large mazes hard, and small ones would hardly have any. */
const MIN_MEAN_OPENED = 2;
/** A maze with more openings has several shortest paths too often. */
const MAX_OPENED_SHARE = 0.25;

const openedShare = (walls: number): number =>
  Math.min(MAX_OPENED_SHARE, Math.max(OPENED_SHARE, MIN_MEAN_OPENED / walls));

/**
 * Corridors without start and goal: a random spanning tree carved into the cells with odd row and column (depth
 * first, which makes long winding corridors), and a few walls between corridors opened, so that ways part and meet
 * again. Of an even side the last row and column are all wall.
 */
function carveCorridors(board: MazeBoard, random: Random): Uint8Array {
  const maze = new Uint8Array(board.cells).fill(WALL);
  carveTree(board, maze, random);
  const walls = [...innerWalls(board)].filter((cell) => maze[cell] === WALL);
  const share = openedShare(walls.length);
  for (const wall of walls) if (random.uniform() < share) maze[wall] = OPEN;
  return maze;
}

function carveTree(board: MazeBoard, maze: Uint8Array, random: Random): void {
  const { side } = board;
  const rooms = Math.floor((side - 1) / 2);
  const drawn = () => 1 + 2 * random.integer(0, rooms - 1);
  const stack = [drawn() * side + drawn()];
  maze[stack[0]!] = OPEN;
  while (stack.length > 0) {
    const from = stack[stack.length - 1]!;
    const ways = neighbouringRooms(board, from).filter((to) => maze[to] === WALL);
    if (ways.length === 0) {
      stack.pop();
      continue;
    }
    const to = ways[random.integer(0, ways.length - 1)]!;
    maze[to] = maze[(from + to) / 2] = OPEN;
    stack.push(to);
  }
}

/** Rooms two cells away, inside the outer wall. */
function neighbouringRooms({ side }: MazeBoard, room: number): number[] {
  const last = 2 * Math.floor((side - 1) / 2) - 1;
  const row = Math.floor(room / side);
  const column = room % side;
  return [
    ...(row > 1 ? [room - 2 * side] : []),
    ...(column > 1 ? [room - 2] : []),
    ...(column < last ? [room + 2] : []),
    ...(row < last ? [room + 2 * side] : []),
  ];
}

/** Cells between two rooms, each once. */
function* innerWalls(board: MazeBoard): Generator<number> {
  const { side } = board;
  const last = 2 * Math.floor((side - 1) / 2) - 1;
  for (let row = 1; row <= last; row += 2)
    for (let column = 1; column <= last; column += 2) {
      const room = row * side + column;
      for (const next of neighbouringRooms(board, room)) if (next > room) yield (room + next) / 2;
    }
}

/** Mazes drawn before a band is given up. */
const MAX_TRIES = 500;

export function mazeGenerator(board: MazeBoard): PuzzleGenerator {
  return {
    unit: 'pathCells',
    difficulties: listDifficulties(board),
    rate: (inputs) => rateMaze(board, inputs),
    generate: (random, difficulty) => generateMaze(board, random, difficulty),
  };
}

/** 0 for a maze without a path. */
function rateMaze(board: MazeBoard, inputs: Uint8Array): number {
  const survey = surveyMaze(board, inputs);
  return survey ? survey.toGoal[survey.start]! + 1 : 0;
}

/** Sides below a limit have as many bands: the rooms of smaller mazes are too few for the paths of the others. */
const bandCounts = [
  [8, 1],
  [9, 2],
  [13, 3],
] as const;

/** By the length of the path against the side; a path of Maze-Hard (30×30) has more than 110 cells. */
function listDifficulties({ side }: MazeBoard): Difficulty[] {
  const bands: readonly Difficulty[] = [
    { id: 'easy', min: 3, max: side },
    { id: 'medium', min: side + 1, max: 2 * side },
    { id: 'hard', min: 2 * side + 1, max: Math.floor(3.7 * side) },
    { id: 'extreme', min: Math.floor(3.7 * side) + 1, max: Infinity },
  ];
  const count = bandCounts.find(([below]) => side < below)?.[1];
  return bands.slice(0, count);
}

function generateMaze(board: MazeBoard, random: Random, band: Band = { id: 'any', min: 3, max: Infinity }): Puzzle {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const inputs = carveCorridors(board, random);
    if (!placeEnds(board, inputs, random, band)) continue;
    const { solutions } = solveMaze(board, inputs, { maxSolutions: 2 });
    if (solutions.length === 1) return { inputs, labels: solutions[0]! };
  }
  throw noneFound(mazeName(board), band, MAX_TRIES);
}

/** Sets start and goal at a distance within the band; false when the start drawn has no such goal. */
function placeEnds(board: MazeBoard, maze: Uint8Array, random: Random, { min, max }: Band): boolean {
  const open = [...maze.keys()].filter((cell) => maze[cell] === OPEN);
  const start = open[random.integer(0, open.length - 1)]!;
  const distances = computeDistances(board, start, (cell) => maze[cell] !== WALL);
  const goals = open.filter((cell) => distances[cell]! + 1 >= min && distances[cell]! + 1 <= max);
  if (goals.length === 0) return false;
  maze[start] = START;
  maze[goals[random.integer(0, goals.length - 1)]!] = GOAL;
  return true;
}
