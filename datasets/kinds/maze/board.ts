/** The grid of a maze: n × n cells and their neighbours, tokens, text form and facets. */
import { message, type Message } from '../../../renderer/messages/message';
import { palette } from '../palette';
import type { FacetSpec } from '../puzzle-kind';
import { tokenCounter } from '../facets';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';
import { squareNeighbours } from '../rules';
import { toUsualSigns } from './signs';

/** Token 0 is padding; the order is the reference's vocabulary `# SGo`. */
export const WALL = 1;
export const OPEN = 2;
export const START = 3;
export const GOAL = 4;
export const PATH = 5;

export const mazeSymbols: readonly string[] = ['', '#', ' ', 'S', 'G', 'o'];

/** By token number; '' for padding. */
export const mazeTokenNames = [
  '',
  message('kinds.token.wall'),
  message('kinds.token.open'),
  message('kinds.token.start'),
  message('kinds.token.goal'),
  message('kinds.token.path'),
] as const;

/** Walls black, ends blue and orange, the path light blue; open cells as the page. */
export const mazeColours = [null, palette[0], null, palette[1], palette[7], palette[8]] as const;

export interface MazeBoard {
  readonly side: number;
  /** Number of cells: side². */
  readonly cells: number;
  /** Cells above, left, right and below, where there are such. */
  readonly neighbours: readonly (readonly number[])[];
}

/** `Maze 11×11` */
export const mazeName = ({ side }: Pick<MazeBoard, 'side'>): Message => message('kinds.maze.name', { side });

/** @throws RangeError for a side outside 5..30 */
export function mazeBoard(side: number): MazeBoard {
  if (!Number.isInteger(side) || side < 5 || side > 30) throw new RangeError(`maze side must be 5–30, got ${side}`);
  const cells = side * side;
  return { side, cells, neighbours: squareNeighbours(side) };
}

/** @throws RangeError when `tokens` is not a whole maze of this size */
export function requireMaze({ side, cells }: MazeBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells) throw new RangeError(`a ${side}×${side} maze has ${cells} cells, got ${tokens.length}`);
}

/** Beside a maze that is smaller than its grid. */
const PADDING = '_';

const gridTexts = new Map<number, GridTextFormat>();

function gridText({ side }: MazeBoard): GridTextFormat {
  const form = gridTexts.get(side) ?? createGridText(side);
  gridTexts.set(side, form);
  return form;
}

function createGridText(side: number): GridTextFormat {
  return {
    rows: side,
    columns: side,
    characters: [PADDING, ...mazeSymbols.slice(1)],
    aliases: { '.': OPEN },
    skipped: /[\r\n]+/gu,
    expected: message('kinds.text.expectedMaze'),
    otherwise: ' ',
  };
}

/**
 * Tokens of a text. Line ends are ignored; spaces are open cells, and so is `.`; `_` is padding; other signs as in `toUsualSigns`.
 * @throws PuzzleTextError
 */
export function parseMaze(board: MazeBoard, text: string): Uint8Array {
  return parseGrid(gridText(board), toUsualSigns(text));
}

/** The inverse of `parseMaze`; other tokens are written as spaces. */
export function formatMaze(board: MazeBoard, tokens: Uint8Array): string {
  requireMaze(board, tokens);
  return formatGrid(gridText(board), tokens);
}

const onPath = tokenCounter([START, PATH, GOAL]);
const walls = tokenCounter([WALL]);

/** Both ends of the path count. The path is that of the answer: a search in each of a million mazes would take minutes. */
export const mazeFacets: readonly FacetSpec[] = [
  {
    id: 'path',
    name: message('kinds.facet.pathLength'),
    unit: 'cells',
    isRating: true,
    compute: ({ labels }) => onPath(labels),
  },
  { id: 'walls', name: message('kinds.facet.walls'), unit: 'cells', compute: ({ inputs }) => walls(inputs) },
];
