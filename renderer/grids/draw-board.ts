/** A board on a canvas, with everything that a board of elements shows: a cell each, in the order from ground to marks. */
import type { PuzzleKind, TokenStyle } from '../../datasets/kinds/puzzle-kind';
import type { CellFace } from './cell';
import { boxEnds } from './cell';

/** Colours of the theme, read from the page once per theme. */
export type BoardInk = Readonly<
  Record<
    | 'surface'
    | 'raised'
    | 'line'
    | 'strong'
    | 'ink'
    | 'muted'
    | 'answer'
    | 'unsure'
    | 'latent'
    | 'change'
    | 'bad'
    | 'badSurface'
    | 'font',
    string
  >
>;

export function boardInk(element: Element): BoardInk {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: token('surface'),
    raised: token('raised'),
    line: token('line'),
    strong: token('line-strong'),
    ink: token('ink'),
    muted: token('muted'),
    answer: token('answer'),
    unsure: token('unsure'),
    latent: token('latent'),
    change: token('change'),
    bad: token('bad'),
    badSurface: token('bad-surface'),
    font: token('font'),
  };
}

/** A canvas of so many CSS pixels, sharp on any screen; null where there is no drawing. */
export function sized(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting a size, even the same, throws the picture away and takes its time.
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export interface DrawnBoard {
  readonly kind: PuzzleKind;
  readonly faces: readonly CellFace[];
  readonly looks: readonly TokenStyle[];
  /** CSS pixels of a cell, whole. */
  readonly cell: number;
  readonly ink: BoardInk;
  readonly symbols: boolean;
  /** Of the symbols: 1, or larger for the back row. */
  readonly scale: number;
}

/** Cells smaller than this carry no symbol: it would be a speck. */
const LEAST_FOR_SYMBOLS = 11;

interface Spot {
  readonly index: number;
  readonly face: CellFace;
  readonly x: number;
  readonly y: number;
}

type Layer = (context: CanvasRenderingContext2D, board: DrawnBoard, spot: Spot) => void;

export function drawBoard(context: CanvasRenderingContext2D, board: DrawnBoard): void {
  const { kind, faces, cell, ink } = board;
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, kind.columns * cell, kind.rows * cell);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const spots = faces.map((face, index) => ({
    index,
    face,
    x: (index % kind.columns) * cell,
    y: Math.floor(index / kind.columns) * cell,
  }));
  // A layer at a time: a path reaches into its neighbours, and a mark stands above both.
  for (const layer of [ground, lines, filling, symbol, marks]) for (const spot of spots) layer(context, board, spot);
}

const lookOf = ({ looks }: DrawnBoard, { token }: CellFace): TokenStyle => looks[token] ?? { as: 'ink' };

const ground: Layer = (context, board, { face, x, y }) => {
  const { cell, ink } = board;
  const look = lookOf(board, face);
  const isGiven = look.as === 'ink' && face.clue && face.symbol.trim() !== '';
  context.fillStyle = isGiven ? ink.raised : ink.surface;
  context.fillRect(x, y, cell, cell);
  if (face.marked) {
    // A clue stays one where it takes part in a broken rule.
    context.globalAlpha = isGiven ? 0.45 : 1;
    context.fillStyle = ink.badSurface;
    context.fillRect(x, y, cell, cell);
    context.globalAlpha = 1;
  }
  if (look.as === 'wall') {
    context.globalAlpha = 0.5;
    context.fillStyle = face.marked ? ink.bad : ink.ink;
    context.fillRect(x, y, cell, cell);
    context.globalAlpha = 1;
  }
};

/** Hairlines between cells; walls stand without, as one body. */
const lines: Layer = (context, board, { index, face, x, y }) => {
  const { kind, cell, ink } = board;
  if (lookOf(board, face).as === 'wall') return;
  const ends = boxEnds(kind, index);
  context.fillStyle = ends.right ? ink.strong : ink.line;
  if (index % kind.columns < kind.columns - 1) context.fillRect(x + cell - 1, y, 1, cell);
  context.fillStyle = ends.bottom ? ink.strong : ink.line;
  if (index < kind.columns * (kind.rows - 1)) context.fillRect(x, y + cell - 1, cell, 1);
};

/** A colour fills its cell, less of it where the answer is unsure; a path runs through the middle. */
const filling: Layer = (context, board, { index, face, x, y }) => {
  const { cell } = board;
  const look = lookOf(board, face);
  if (look.as === 'colour') {
    const side = face.clue ? cell : cell * (0.4 + 0.6 * Math.max(0, face.confidence));
    const inset = (cell - side) / 2;
    context.fillStyle = look.colour.hex;
    context.fillRect(x + inset, y + inset, side, side);
  }
  if (look.as === 'path') drawPath(context, board, { index, face, x, y });
};

/** From the middle of the cell to that of every neighbour that the path goes on to. */
const drawPath: Layer = (context, board, { index, face, x, y }) => {
  const {
    kind: { columns, rows },
    faces,
    cell,
    ink,
  } = board;
  const goesOn = (to: number) => {
    const neighbour = faces[to];
    if (!neighbour) return false;
    return lookOf(board, neighbour).as !== 'wall' && neighbour.symbol.trim() !== '';
  };
  const [row, column] = [Math.floor(index / columns), index % columns];
  const ways = [
    [0, -1],
    [0, 1],
    [-1, 0],
    [1, 0],
  ].filter(([down = 0, right = 0]) => {
    const inside = row + down >= 0 && row + down < rows && column + right >= 0 && column + right < columns;
    return inside && goesOn(index + down * columns + right);
  });
  // Whole pixels: between pieces that end within one there would be a seam.
  const width = Math.max(3, Math.round(cell * 0.34));
  context.fillStyle = face.marked ? ink.bad : face.plain ? ink.muted : ink.answer;
  context.globalAlpha = 0.3 + 0.7 * face.confidence;
  const reach = Math.floor((cell - width) / 2);
  const [left, top] = [x + reach, y + reach];
  context.fillRect(left, top, width, width);
  for (const [down = 0, right = 0] of ways) {
    if (right !== 0)
      context.fillRect(right > 0 ? left + width : x, top, right > 0 ? cell - reach - width : reach, width);
    else context.fillRect(left, down > 0 ? top + width : y, width, down > 0 ? cell - reach - width : reach);
  }
  context.globalAlpha = 1;
};

const symbol: Layer = (context, board, { face, x, y }) => {
  const { cell, ink, symbols } = board;
  const look = lookOf(board, face);
  if (cell < LEAST_FOR_SYMBOLS || face.symbol.trim() === '' || look.as === 'wall' || look.as === 'path') return;
  const isLetter = /\p{L}/u.test(face.symbol);
  if (look.as === 'colour' && !symbols && !isLetter) return;
  context.font = `${face.clue ? 700 : 400} ${Math.round(cell * (look.as === 'colour' ? 0.52 : 0.44) * board.scale)}px ${ink.font}`;
  if (look.as === 'colour') context.fillStyle = look.colour.ink;
  else if (face.marked && !face.clue) context.fillStyle = ink.bad;
  else if (face.clue || face.plain) context.fillStyle = face.clue ? ink.ink : ink.muted;
  else return answered(context, board, { index: 0, face, x, y });
  context.fillText(face.symbol, x + cell / 2, y + cell * 0.53);
};

/** Fades from sure to unsure as cells that are elements do: palest at 20 % sure, with a bar as long as it is sure. */
const answered: Layer = (context, { cell, ink }, { face, x, y }) => {
  const at = [x + cell / 2, y + cell * 0.53] as const;
  context.fillStyle = ink.unsure;
  context.fillText(face.symbol, ...at);
  context.globalAlpha = Math.max(0, 1 - (1 - face.confidence) * 1.25);
  context.fillStyle = ink.answer;
  context.fillText(face.symbol, ...at);
  context.globalAlpha = 1;
  if (face.confidence >= 0.9) return;
  const width = face.confidence * cell * 0.44;
  const height = Math.max(1.5, cell * 0.022);
  context.fillStyle = ink.unsure;
  context.fillRect(x + (cell - width) / 2, y + cell * 0.91 - height, width, height);
};

/** A ring where it changed, a cross where it is wrong. */
const marks: Layer = (context, { cell, ink }, { face, x, y }) => {
  if (face.flipped) {
    context.strokeStyle = ink.change;
    context.lineWidth = Math.max(1.5, cell * 0.035);
    const inset = context.lineWidth / 2 + Math.max(1, cell * 0.045);
    const side = cell - 2 * inset - 1;
    context.beginPath();
    context.roundRect(x + inset, y + inset, side, side, Math.max(1.5, cell * 0.08));
    context.stroke();
  }
  if (!face.marked) return;
  const size = Math.min(Math.max(2.25, cell * 0.05), 4.5);
  const edge = Math.min(cell * 0.1, 6);
  const [right, top] = [x + cell - size - edge - 1, y + size + edge];
  context.strokeStyle = ink.bad;
  context.lineWidth = Math.min(Math.max(1.25, cell * 0.02), 1.5);
  context.beginPath();
  context.moveTo(right - size, top - size);
  context.lineTo(right + size, top + size);
  context.moveTo(right + size, top - size);
  context.lineTo(right - size, top + size);
  context.stroke();
};
