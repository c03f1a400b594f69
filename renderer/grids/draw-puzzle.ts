/** Puzzles as small pictures on a canvas: thousands of cells a frame are too many for elements. */
import type { PuzzleKind, TokenStyle } from '../../datasets/kinds/puzzle-kind';

/** Colours of the theme, read from the page once per theme. */
export interface Palette {
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly strong: string;
  readonly ink: string;
  readonly answer: string;
  readonly focus: string;
  readonly font: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: token('surface'),
    raised: token('raised'),
    line: token('line'),
    strong: token('line-strong'),
    ink: token('ink'),
    answer: token('answer'),
    focus: token('focus'),
    font: token('font'),
  };
}

export interface Picture {
  readonly kind: PuzzleKind;
  readonly inputs: ArrayLike<number>;
  /** Shown in the cells that the puzzle leaves open; none without it. */
  readonly answer?: ArrayLike<number> | undefined;
}

/** Where it is drawn: the left upper corner and the longer side, in CSS pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Cells smaller than this carry no symbol. */
const LEAST_FOR_SYMBOLS = 9;

export function drawPuzzle(
  context: CanvasRenderingContext2D,
  { kind, inputs, answer }: Picture,
  place: Place,
  palette: Palette,
): void {
  const cell = place.size / Math.max(kind.rows, kind.columns);
  const [width, height] = [cell * kind.columns, cell * kind.rows];
  const [x, y] = [place.x + (place.size - width) / 2, place.y + (place.size - height) / 2];
  context.fillStyle = palette.surface;
  context.fillRect(x, y, width, height);
  for (let i = 0; i < inputs.length; i++) {
    const isOpen = inputs[i] === kind.blank;
    const token = isOpen && answer && answer[i] !== 0 ? answer[i]! : inputs[i]!;
    const at = { x: x + (i % kind.columns) * cell, y: y + Math.floor(i / kind.columns) * cell, size: cell };
    drawCell(context, { kind, token, look: kind.tokenStyles[token] ?? { as: 'ink' }, isGiven: !isOpen }, at, palette);
  }
  drawLines(context, kind, { x, y, size: cell }, palette);
}

interface CellContent {
  readonly kind: PuzzleKind;
  readonly token: number;
  readonly look: TokenStyle;
  readonly isGiven: boolean;
}

function drawCell(
  context: CanvasRenderingContext2D,
  { kind, token, look, isGiven }: CellContent,
  { x, y, size }: Place,
  palette: Palette,
): void {
  if (look.as === 'wall' || look.as === 'path') return drawBody(context, look, { x, y, size }, palette);
  const colour = kind.colours[token] ?? null;
  const symbol = token === kind.blank ? '' : (kind.symbols[token] ?? '');
  if (colour) context.fillStyle = colour.hex;
  else if (isGiven && symbol.trim() !== '') context.fillStyle = palette.raised;
  else context.fillStyle = palette.surface;
  // Half a pixel over the edge: neighbours of one colour show no seam.
  context.fillRect(x, y, size + 0.5, size + 0.5);
  // Black is the ground or the wall: it says so without a symbol.
  if (size < LEAST_FOR_SYMBOLS || symbol.trim() === '' || colour?.name === 'black') return;
  context.fillStyle = colour ? colour.ink : isGiven ? palette.ink : palette.answer;
  context.font = `${isGiven ? 700 : 500} ${size * 0.56}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(symbol, x + size / 2, y + size * 0.53);
}

/** A wall in grey, a path in the colour of answers, as on the board; the floor shows through where they are fainter. */
function drawBody(
  context: CanvasRenderingContext2D,
  { as }: TokenStyle,
  { x, y, size }: Place,
  palette: Palette,
): void {
  context.globalAlpha = as === 'wall' ? 0.5 : 0.85;
  context.fillStyle = as === 'wall' ? palette.ink : palette.answer;
  context.fillRect(x, y, size, size);
  context.globalAlpha = 1;
}

function drawLines(
  context: CanvasRenderingContext2D,
  { rows, columns, box }: PuzzleKind,
  { x, y, size }: Place,
  palette: Palette,
): void {
  const line = (strong: boolean, from: readonly [number, number], to: readonly [number, number]) => {
    context.strokeStyle = strong ? palette.strong : palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(Math.round(from[0]) + 0.5, Math.round(from[1]) + 0.5);
    context.lineTo(Math.round(to[0]) + 0.5, Math.round(to[1]) + 0.5);
    context.stroke();
  };
  const [right, bottom] = [x + columns * size, y + rows * size];
  // Between cells of a few pixels lines would be all there is.
  const fine = size >= 6;
  for (let column = 0; column <= columns; column++) {
    const strong = column === 0 || column === columns || (box !== null && column % box.columns === 0);
    if (strong || fine) line(strong, [x + column * size, y], [x + column * size, bottom]);
  }
  for (let row = 0; row <= rows; row++) {
    const strong = row === 0 || row === rows || (box !== null && row % box.rows === 0);
    if (strong || fine) line(strong, [x, y + row * size], [right, y + row * size]);
  }
}
