/**
 * The ten colours of ARC as the lab shows them: task files know numbers only. The digit stands beside or
 * instead of the colour.
 */
import { palette } from '../../cell-colors';
import type { TokenColour } from '../puzzle-kind';
import { FIRST_COLOUR } from './canvas';

export interface ArcColour extends TokenColour {
  /** Told apart without any colour. */
  readonly symbol: string;
}

/** By number, 0 to 9; 0 is the background. */
export const arcColours: readonly ArcColour[] = palette.map((colour, number) => ({
  ...colour,
  symbol: String(number),
}));

/** Symbol of each token, by token number: none for padding, a dot for the end marker, then the colours. */
export const arcSymbols: readonly string[] = ['', '·', ...arcColours.map(({ symbol }) => symbol)];

/** The colour of a token; none for padding and the end marker. */
export function colourOfToken(token: number): ArcColour | null {
  return arcColours[token - FIRST_COLOUR] ?? null;
}
