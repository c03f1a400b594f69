/**
 * The corridors of a new maze: a random spanning tree carved into the cells with odd row and column
 * (depth first, which makes long winding corridors), and a few walls between corridors opened so that
 * ways part and meet again.
 */
import type { Random } from '../../random';
import { OPEN, WALL, type MazeBoard } from './board';

/** Share of the inner walls between two corridors that is opened. */
const OPENED = 0.04;

/** Corridors without start and goal; of an even side the last row and column are all wall. */
export function carved(board: MazeBoard, random: Random): Uint8Array {
  const maze = new Uint8Array(board.cells).fill(WALL);
  carveTree(board, maze, random);
  for (const wall of innerWalls(board)) if (maze[wall] === WALL && random.uniform() < OPENED) maze[wall] = OPEN;
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
    const ways = roomsAround(board, from).filter((to) => maze[to] === WALL);
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
function roomsAround({ side }: MazeBoard, room: number): number[] {
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
      for (const next of roomsAround(board, room)) if (next > room) yield (room + next) / 2;
    }
}
