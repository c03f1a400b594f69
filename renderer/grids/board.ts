/** What every board of the lab takes, whether its cells are elements or drawn on a canvas. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import type { AttentionPicture } from './attention';
import type { GridContent } from './cell';

export interface BoardProps {
  readonly kind: PuzzleKind;
  readonly content: GridContent;
  /** Name for screen readers. */
  readonly label: string;
  /** Pointed at, here or elsewhere. */
  readonly highlightedCell?: number | null;
  /** Kept by a click or Enter. */
  readonly chosen?: number | null;
  /** Cells of a step of a classical solver. */
  readonly stepped?: readonly number[];
  readonly attention?: AttentionPicture | null;
  /** Whether cells with a colour carry their symbol too. */
  readonly symbols?: boolean;
  readonly onhighlight?: ((cell: number | null) => void) | undefined;
  readonly onchoose?: ((cell: number) => void) | undefined;
  /** While it is edited: keys that stand for something. */
  readonly onkey?: ((cell: number, key: string) => void) | undefined;
  /** While it is painted: each cell of a stroke, the first of which begins it. */
  readonly onpaint?: ((cell: number, isFirst: boolean) => void) | undefined;
  readonly onpaintend?: (() => void) | undefined;
}

/** Where an arrow key, Home or End leads from a cell; null for other keys. Edges hold. */
export function moved(
  { rows, columns }: Pick<PuzzleKind, 'rows' | 'columns'>,
  cell: number,
  key: string,
): number | null {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most - 1);
  const at = (r: number, c: number) => within(r, rows) * columns + within(c, columns);
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
export function cellsOnTheWay({ columns }: Pick<PuzzleKind, 'columns'>, from: number, to: number): number[] {
  const [x, y] = [from % columns, Math.floor(from / columns)];
  const [right, down] = [(to % columns) - x, Math.floor(to / columns) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down));
  return Array.from(
    { length: steps },
    (_, i) => Math.round(y + (down * (i + 1)) / steps) * columns + Math.round(x + (right * (i + 1)) / steps),
  );
}

/** Larger boards, and those with colours or walls, are drawn: 81 elements already take as long as a frame. */
const MOST_ELEMENTS = 36;

export function isDrawn({ rows, columns, colours }: PuzzleKind): boolean {
  return rows * columns > MOST_ELEMENTS || colours.some((colour) => colour !== null);
}

/** A key that puts something into a cell, not one that commands. */
export function types({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && (key.length === 1 || key === 'Backspace' || key === 'Delete');
}
