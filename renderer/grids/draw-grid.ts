/** Draws a puzzle on a canvas: boards in Solve, and the pictures of lists, previews and samples. */
import QuickLRU from 'quick-lru';
import { palette } from '../../datasets/kinds/palette';
import type { PuzzleKind, TokenStyle } from '../../datasets/kinds/puzzle-kind';
import { sharpContext, type ThemeColours } from '../lib/canvas';
import { boxEnds, getCellStates, type CellState, type GridContent } from './board';

export interface GridDrawing {
  readonly kind: PuzzleKind;
  readonly cellStates: readonly CellState[];
  /** CSS pixels of a cell; edges are rounded to whole pixels. */
  readonly cell: number;
  /** Upper left corner. */
  readonly x?: number;
  readonly y?: number;
  readonly colours: ThemeColours;
  /** Whether cells with a colour show their symbol too. */
  readonly symbols: boolean;
  /** Of the symbols: 1, or larger for the back row. */
  readonly scale: number;
}

/** Token of cells beside a puzzle that is smaller than its grid. */
const PADDING = 0;

/** Smaller cells have no symbol or lines: there would be nothing else to see. */
const MIN_CELL_WITH_SYMBOL = 9;
const MIN_CELL_WITH_LINES = 6;

/** A cell with its place in CSS pixels. */
interface PlacedCell {
  readonly index: number;
  readonly cellState: CellState;
  readonly style: TokenStyle;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Layer = (context: CanvasRenderingContext2D, grid: GridDrawing, placedCell: PlacedCell) => void;

export function drawGrid(context: CanvasRenderingContext2D, grid: GridDrawing): void {
  const { kind, cellStates, cell, x = 0, y = 0, colours } = grid;
  context.fillStyle = colours.surface;
  context.fillRect(x, y, kind.columns * cell, kind.rows * cell);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const placedCells = cellStates.map((cellState, index) => placeCell(grid, cellState, index));
  // A layer at a time: a path reaches into its neighbours, and marks are above both.
  for (const layer of [drawGround, drawColour, drawLines, drawPath, drawSymbol, drawMarks])
    for (const placedCell of placedCells) layer(context, grid, placedCell);
}

/** Where a picture is: the left upper corner and the side of its square, in CSS pixels. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Draws a puzzle centred in a square, framed. */
export function drawPuzzle(
  context: CanvasRenderingContext2D,
  { kind, ...content }: GridContent & { readonly kind: PuzzleKind },
  square: Square,
  colours: ThemeColours,
): void {
  const cell = square.size / Math.max(kind.rows, kind.columns);
  const [width, height] = [cell * kind.columns, cell * kind.rows];
  const [x, y] = [square.x + (square.size - width) / 2, square.y + (square.size - height) / 2];
  // Black is the background: symbols in its cells would be noise.
  const cellStates = getCellStates(kind, content).map((cellState) =>
    isBlack(kind, cellState) ? { ...cellState, symbol: '' } : cellState,
  );
  drawGrid(context, { kind, cellStates, cell, x, y, colours, symbols: true, scale: 1.2 });
  context.strokeStyle = colours.strong;
  context.lineWidth = 1;
  context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width), Math.round(height));
}

/** Several screens; a picture takes about 50 kB. */
const MAX_PICTURES = 400;

/** Caches the pictures of a scrolled list: a board of 81 digits takes longer to draw than to copy. */
export class PictureCache {
  readonly #pictures = new QuickLRU<string, HTMLCanvasElement>({ maxSize: MAX_PICTURES });

  /** @param side in CSS pixels */
  constructor(
    private readonly side: number,
    private readonly colours: ThemeColours,
  ) {}

  /** @param key the same for the same picture */
  get(key: string, picture: GridContent & { readonly kind: PuzzleKind }): HTMLCanvasElement {
    const drawn = this.#pictures.get(key) ?? this.#draw(picture);
    this.#pictures.set(key, drawn);
    return drawn;
  }

  #draw(picture: GridContent & { readonly kind: PuzzleKind }): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const context = sharpContext(canvas, { width: this.side, height: this.side });
    // A pixel less, because half of the frame is outside.
    if (context) drawPuzzle(context, picture, { x: 0, y: 0, size: this.side - 1 }, this.colours);
    return canvas;
  }
}

function isBlack(kind: PuzzleKind, { token }: CellState): boolean {
  const style = kind.tokenStyles[token];
  return style?.as === 'colour' && style.colour.hex === palette[0].hex;
}

function placeCell(
  { kind, cell, x: left = 0, y: top = 0 }: GridDrawing,
  cellState: CellState,
  index: number,
): PlacedCell {
  const [column, row] = [index % kind.columns, Math.floor(index / kind.columns)];
  const [x, y] = [Math.round(left + column * cell), Math.round(top + row * cell)];
  const [right, bottom] = [Math.round(left + (column + 1) * cell), Math.round(top + (row + 1) * cell)];
  const style = kind.tokenStyles[cellState.token] ?? { as: 'ink' };
  return { index, cellState, style, x, y, width: right - x, height: bottom - y };
}

const drawGround: Layer = (context, grid, { index, cellState, style, x, y, width, height }) => {
  const { colours } = grid;
  const isGiven = style.as === 'ink' && cellState.clue && cellState.symbol.trim() !== '';
  context.fillStyle = isGiven ? colours.raised : colours.surface;
  context.fillRect(x, y, width, height);
  if (cellState.marked) {
    // A clue can still be recognised where it takes part in a broken rule.
    context.globalAlpha = isGiven ? 0.45 : 1;
    context.fillStyle = colours.badSurface;
    context.fillRect(x, y, width, height);
  }
  if (style.as === 'wall') {
    context.globalAlpha = isOutside(grid, index) ? 0.12 : 0.5;
    context.fillStyle = cellState.marked ? colours.bad : colours.ink;
    context.fillRect(x, y, width, height);
  }
  context.globalAlpha = 1;
};

/**
 * Whether a wall is beyond the wall around the maze: it has only walls beside it. Mazes of an even side have such a last row and column,
 * since rooms and walls alternate.
 */
function isOutside({ kind, cellStates }: GridDrawing, index: number): boolean {
  const [row, column] = [Math.floor(index / kind.columns), index % kind.columns];
  const isWall = (down: number, right: number): boolean => {
    const [at, beside] = [row + down, column + right];
    if (at < 0 || at >= kind.rows || beside < 0 || beside >= kind.columns) return true;
    return kind.tokenStyles[cellStates[at * kind.columns + beside]?.token ?? 0]?.as === 'wall';
  };
  return [-1, 0, 1].every((down) => [-1, 0, 1].every((right) => isWall(down, right)));
}

/** A colour fills its cell, less of it where the answer is unsure. */
const drawColour: Layer = (context, _grid, { cellState, style, x, y, width, height }) => {
  if (style.as !== 'colour') return;
  const share = cellState.clue ? 1 : 0.4 + 0.6 * Math.max(0, cellState.confidence);
  const [insetX, insetY] = [(width * (1 - share)) / 2, (height * (1 - share)) / 2];
  context.fillStyle = style.colour.hex;
  context.fillRect(x + insetX, y + insetY, width * share, height * share);
};

/** Hairlines between cells; none at walls, which are one body, and in padding, which is no part of the puzzle. */
const drawLines: Layer = (context, { kind, cell, colours }, { index, cellState, style, x, y, width, height }) => {
  if (style.as === 'wall' || cellState.token === PADDING) return;
  const ends = boxEnds(kind, index);
  const isFine = cell >= MIN_CELL_WITH_LINES;
  if (index % kind.columns < kind.columns - 1 && (ends.right || isFine)) {
    context.fillStyle = ends.right ? colours.strong : colours.line;
    context.fillRect(x + width - 1, y, 1, height);
  }
  if (index < kind.columns * (kind.rows - 1) && (ends.bottom || isFine)) {
    context.fillStyle = ends.bottom ? colours.strong : colours.line;
    context.fillRect(x, y + height - 1, width, 1);
  }
};

/** A path: from the middle of the cell to every neighbour to which it leads. */
const drawPath: Layer = (context, grid, { index, cellState, style, x, y, width, height }) => {
  if (style.as !== 'path') return;
  const { colours } = grid;
  // Whole pixels: between pieces that end within one there would be a seam.
  const [thickX, thickY] = [width, height].map((side) => Math.min(side, Math.max(3, Math.round(side * 0.34))));
  const [reachX, reachY] = [Math.floor((width - thickX!) / 2), Math.floor((height - thickY!) / 2)];
  const [left, top] = [x + reachX, y + reachY];
  context.fillStyle = cellState.marked ? colours.bad : cellState.isClassical ? colours.muted : colours.answer;
  context.globalAlpha = 0.3 + 0.7 * cellState.confidence;
  context.fillRect(left, top, thickX!, thickY!);
  for (const [down, right] of openNeighbours(grid, index)) {
    if (right > 0) context.fillRect(left + thickX!, top, width - reachX - thickX!, thickY!);
    else if (right < 0) context.fillRect(x, top, reachX, thickY!);
    else if (down > 0) context.fillRect(left, top + thickY!, thickX!, height - reachY - thickY!);
    else context.fillRect(left, y, thickX!, reachY);
  }
  context.globalAlpha = 1;
};

const directions: readonly (readonly [number, number])[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];

/** Directions [down, right] in which a path continues: into the grid, not into a wall or an empty cell. */
function openNeighbours({ kind, cellStates }: GridDrawing, index: number): readonly (readonly [number, number])[] {
  const { rows, columns, tokenStyles } = kind;
  const [row, column] = [Math.floor(index / columns), index % columns];
  return directions.filter(([down, right]) => {
    if (row + down < 0 || row + down >= rows || column + right < 0 || column + right >= columns) return false;
    const neighbour = cellStates[index + down * columns + right];
    return neighbour !== undefined && tokenStyles[neighbour.token]?.as !== 'wall' && neighbour.symbol.trim() !== '';
  });
}

const drawSymbol: Layer = (context, grid, placedCell) => {
  const { cell, colours, symbols, scale } = grid;
  const { cellState, style, x, y, width, height } = placedCell;
  if (cell < MIN_CELL_WITH_SYMBOL || cellState.symbol.trim() === '' || style.as === 'wall' || style.as === 'path')
    return;
  const isLetter = /\p{L}/u.test(cellState.symbol);
  if (style.as === 'colour' && !symbols && !isLetter) return;
  const size = Math.round(cell * (style.as === 'colour' ? 0.52 : 0.44) * scale);
  context.font = `${cellState.clue ? 700 : 400} ${size}px ${colours.font}`;
  if (style.as === 'colour') context.fillStyle = style.colour.ink;
  else if (cellState.marked && !cellState.clue) context.fillStyle = colours.bad;
  else if (cellState.clue || cellState.isClassical) context.fillStyle = cellState.clue ? colours.ink : colours.muted;
  else return drawAnswer(context, grid, placedCell);
  context.fillText(cellState.symbol, x + width / 2, y + height * 0.53);
};

/** Fades from sure to unsure as cells that are elements do: palest at 20 % sure, with a bar as long as it is sure. */
const drawAnswer: Layer = (context, { cell, colours }, { cellState, x, y, width, height }) => {
  const at = [x + width / 2, y + height * 0.53] as const;
  context.fillStyle = colours.unsure;
  context.fillText(cellState.symbol, ...at);
  context.globalAlpha = Math.max(0, 1 - (1 - cellState.confidence) * 1.25);
  context.fillStyle = colours.answer;
  context.fillText(cellState.symbol, ...at);
  context.globalAlpha = 1;
  if (cellState.confidence >= 0.9) return;
  const [long, thick] = [cellState.confidence * cell * 0.44, Math.max(1.5, cell * 0.022)];
  context.fillStyle = colours.unsure;
  context.fillRect(x + (width - long) / 2, y + height * 0.91 - thick, long, thick);
};

/** A ring where the cell changed, a cross where it is wrong. */
const drawMarks: Layer = (context, { cell, colours }, { cellState, x, y, width }) => {
  if (cellState.changed) {
    context.strokeStyle = colours.change;
    context.lineWidth = Math.max(1.5, cell * 0.035);
    const inset = context.lineWidth / 2 + Math.max(1, cell * 0.045);
    const side = cell - 2 * inset - 1;
    context.beginPath();
    context.roundRect(x + inset, y + inset, side, side, Math.max(1.5, cell * 0.08));
    context.stroke();
  }
  if (!cellState.marked) return;
  const size = Math.min(Math.max(2.25, cell * 0.05), 4.5);
  const edge = Math.min(cell * 0.1, 6);
  const [right, top] = [x + width - size - edge - 1, y + size + edge];
  context.strokeStyle = colours.bad;
  context.lineWidth = Math.min(Math.max(1.25, cell * 0.02), 1.5);
  context.beginPath();
  context.moveTo(right - size, top - size);
  context.lineTo(right + size, top + size);
  context.moveTo(right + size, top - size);
  context.lineTo(right - size, top + size);
  context.stroke();
};
