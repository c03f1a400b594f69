/** New mazes with a path of a chosen length, the only one so short. */
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import type { Random } from '../../random';
import { GOAL, OPEN, START, WALL, type MazeBoard } from './board';
import { carved } from './carve';
import { distancesFrom, solveMaze, surveyed } from './paths';

/** Mazes drawn before a band is given up. */
const MOST_TRIES = 500;

export function mazeGenerator(board: MazeBoard): PuzzleGenerator {
  return {
    unit: 'cells of the path',
    difficulties: bandsOf(board),
    rate: (inputs) => rateMaze(board, inputs),
    generate: (random, difficulty) => generateMaze(board, random, difficulty),
  };
}

/** 0 for a maze without a path. */
export function rateMaze(board: MazeBoard, inputs: Uint8Array): number {
  const survey = surveyed(board, inputs);
  return survey ? survey.toGoal[survey.start]! + 1 : 0;
}

/** By the length of the path against the side; a path of Maze-Hard (30×30) has more than 110 cells. */
function bandsOf({ side }: MazeBoard): Difficulty[] {
  const bands = [
    { id: 'easy', least: 3, most: side },
    { id: 'medium', least: side + 1, most: 2 * side },
    { id: 'hard', least: 2 * side + 1, most: Math.floor(3.7 * side) },
    { id: 'extreme', least: Math.floor(3.7 * side) + 1, most: Infinity },
  ];
  // The longest path there is room for in a small maze.
  return bands.slice(0, side < 8 ? 1 : side < 13 ? 3 : 4);
}

function generateMaze(
  board: MazeBoard,
  random: Random,
  band: Difficulty = { id: 'any', least: 3, most: Infinity },
): Puzzle {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const inputs = carved(board, random);
    if (!placeEnds(board, inputs, random, band)) continue;
    const { solutions } = solveMaze(board, inputs, { solutions: 2 });
    if (solutions.length === 1) return { inputs, labels: solutions[0]! };
  }
  throw new RangeError(`no ${band.id} ${board.side}×${board.side} maze came up in ${MOST_TRIES} tries`);
}

/** Sets start and goal at a distance within the band; false when the start drawn has no such goal. */
function placeEnds(board: MazeBoard, maze: Uint8Array, random: Random, { least, most }: Difficulty): boolean {
  const open = [...maze.keys()].filter((cell) => maze[cell] === OPEN);
  const start = open[random.integer(0, open.length - 1)]!;
  const distances = distancesFrom(board, start, (cell) => maze[cell] !== WALL);
  const goals = open.filter((cell) => distances[cell]! + 1 >= least && distances[cell]! + 1 <= most);
  if (goals.length === 0) return false;
  maze[start] = START;
  maze[goals[random.integer(0, goals.length - 1)]!] = GOAL;
  return true;
}
