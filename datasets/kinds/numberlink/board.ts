/**
 * The board of numberlink: n × n cells, every number twice. Each pair is joined by a path of
 * neighbouring cells, every cell belongs to a path, and no path touches itself: a path that runs
 * back beside itself could take the short cut.
 */

import { squareNeighbours } from '../neighbours';

/** Token 0 is padding, 1 a blank, and number k is k + 1. */
export const BLANK = 1;
export const FIRST_NUMBER = 2;
/** Most pairs on a board: the text form gives a number one character. */
export const MOST_PAIRS = 9;

export const numberlinkSymbols: readonly string[] = [
  '',
  '.',
  ...Array.from({ length: MOST_PAIRS }, (_, number) => String(number + 1)),
];

export interface NumberlinkBoard {
  readonly side: number;
  readonly cells: number;
  /** Cells above, left, right and below, where there are such. */
  readonly neighbours: readonly (readonly number[])[];
}

/** @throws RangeError for a side outside 4..7 */
export function numberlinkBoard(side: number): NumberlinkBoard {
  if (!Number.isInteger(side) || side < 4 || side > 7)
    throw new RangeError(`numberlinks are 4×4 to 7×7 here, came ${side}`);
  return { side, cells: side * side, neighbours: squareNeighbours(side) };
}

export function isNumber(token: number): boolean {
  return token >= FIRST_NUMBER && token < FIRST_NUMBER + MOST_PAIRS;
}

/** @throws RangeError when `tokens` is not a whole board of this size */
export function requireBoard({ side, cells }: NumberlinkBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells)
    throw new RangeError(`a ${side}×${side} numberlink has ${cells} cells, came ${tokens.length}`);
}
