/** What the cells of a puzzle show, and the properties and keys of boards. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { describeCell } from '../../datasets/kinds/text';
import { t } from '../messages/language.svelte';
import { message, type Text } from '../messages/message';
import type { AttentionPicture } from './attention';

/** What one cell shows. */
export interface CellState {
  readonly token: number;
  /** '' for an empty cell. */
  readonly symbol: string;
  /** e.g. `4`, `wall`, `green 3`; '' for an empty cell. */
  readonly name: Text;
  readonly clue: boolean;
  /** Probability of the answered symbol, 0..1; 1 for clues and empty cells. */
  readonly confidence: number;
  /** Put there by a classical solver, not by the model. */
  readonly isClassical: boolean;
  readonly changed: boolean;
  /** Takes part in a broken rule, or is wrong. */
  readonly marked: boolean;
}

/** Tokens of a grid: clues, and an answer where there is one. */
export interface GridContent {
  readonly inputs: ArrayLike<number>;
  readonly answer?: ArrayLike<number> | null | undefined;
  readonly confidence?: ArrayLike<number> | undefined;
  readonly changedCells?: readonly number[] | undefined;
  readonly marks?: readonly number[] | undefined;
  /** Whether the answer is a classical solver's, which is never unsure. */
  readonly isClassical?: boolean | undefined;
}

/** What each cell of a grid shows, row by row. */
export function getCellStates(kind: PuzzleKind, content: GridContent): CellState[] {
  const changedCells = new Set(content.changedCells);
  const marks = new Set(content.marks);
  // An answer that fills blanks keeps the clues; one that is a separate grid has none.
  const hasClues = kind.blank !== 0 || !content.answer;
  return Array.from(content.inputs, (input, cell) => {
    const token = content.answer?.[cell] ?? input;
    // A clue that the answer changed is no clue any more: it shows as the (wrong) answer it is.
    const clue = hasClues && input !== kind.blank && token === input;
    return {
      token,
      symbol: token === kind.blank ? '' : (kind.symbols[token] ?? ''),
      name: token === kind.blank ? '' : (kind.tokenNames[token] ?? ''),
      clue,
      confidence: clue ? 1 : (content.confidence?.[cell] ?? 1),
      isClassical: !clue && content.isClassical === true,
      changed: changedCells.has(cell),
      marked: marks.has(cell),
    };
  });
}

/** e.g. `row 2, column 3: 4, clue` or `row 2, column 3: 4, 63 % confidence, changed, breaks a rule`. */
export function describeBoardCell(cellState: CellState, cell: number, columns: number): string {
  const described = describeContent(cellState, describeCell(columns, cell));
  const withChange = cellState.changed ? t('grids.changed', { cell: described }) : described;
  return cellState.marked ? t('grids.breaksRule', { cell: withChange }) : withChange;
}

function describeContent({ name, clue, confidence, isClassical }: CellState, position: Text): string {
  const content = name || message('grids.empty');
  if (clue) return t('grids.clue', { position, content });
  const described = t('grids.cell', { position, content });
  return name && !isClassical
    ? t('grids.answer', { cell: described, confidence: String(Math.round(confidence * 100)) })
    : described;
}

/** Cells at which a heavier line follows, because a box or the margin with the clues ends there (never at the grid's own edge). */
export function boxEnds(kind: PuzzleKind, cell: number): { readonly right: boolean; readonly bottom: boolean } {
  const [row, column] = [Math.floor(cell / kind.columns) + 1, (cell % kind.columns) + 1];
  if (!kind.box) return { right: column === kind.margin, bottom: row === kind.margin };
  return {
    right: column < kind.columns && column % kind.box.columns === 0,
    bottom: row < kind.rows && row % kind.box.rows === 0,
  };
}

/** Properties of `Grid` and `CanvasGrid`. */
export interface BoardProps {
  readonly kind: PuzzleKind;
  readonly content: GridContent;
  /** A canvas is drawn again when it changes: colours are read from the page. */
  readonly theme?: string;
  /** Name for screen readers. */
  readonly label: string;
  /** Pointed at, here or elsewhere. */
  readonly highlightedCell?: number | null;
  /** Selected by a click or Enter. */
  readonly selected?: number | null;
  /** Cells of a step of a classical solver, or those that a damage has changed. */
  readonly stepped?: readonly number[];
  readonly attention?: AttentionPicture | null;
  /** Whether cells with a colour carry their symbol too. */
  readonly symbols?: boolean;
  readonly onhighlight?: ((cell: number | null) => void) | undefined;
  readonly onselect?: ((cell: number) => void) | undefined;
  /** While it is edited: keys that enter a token. */
  readonly onkey?: ((cell: number, key: string) => void) | undefined;
  /** While it is painted: each cell of a stroke, the first of which begins it. */
  readonly onpaint?: ((cell: number, isFirst: boolean) => void) | undefined;
  readonly onpaintend?: (() => void) | undefined;
}

/** The cell to which an arrow key, Home or End moves; null for other keys. Stops at the edges. */
export function moveFocus(
  { rows, columns }: Pick<PuzzleKind, 'rows' | 'columns'>,
  cell: number,
  key: string,
): number | null {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const clamp = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
  const at = (r: number, c: number) => clamp(r, rows) * columns + clamp(c, columns);
  const moves: Record<string, number> = {
    ArrowLeft: at(row, column - 1),
    ArrowRight: at(row, column + 1),
    ArrowUp: at(row - 1, column),
    ArrowDown: at(row + 1, column),
    Home: at(row, 0),
    End: at(row, columns - 1),
  };
  return moves[key] ?? null;
}

/** Cells of a straight line between two, without the first and with the last. */
export function cellsBetween({ columns }: Pick<PuzzleKind, 'columns'>, from: number, to: number): number[] {
  const [x, y] = [from % columns, Math.floor(from / columns)];
  const [right, down] = [(to % columns) - x, Math.floor(to / columns) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down));
  return Array.from(
    { length: steps },
    (_, i) => Math.round(y + (down * (i + 1)) / steps) * columns + Math.round(x + (right * (i + 1)) / steps),
  );
}

/** Larger boards, and those with colours or walls, are drawn on a canvas: 81 elements already take a frame. */
const MAX_ELEMENTS = 36;

export function isDrawnOnCanvas({ rows, columns, colours }: PuzzleKind): boolean {
  return rows * columns > MAX_ELEMENTS || colours.some((colour) => colour !== null);
}

/** Whether a key enters something into a cell. */
export function isTextKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && (key.length === 1 || key === 'Backspace' || key === 'Delete');
}
