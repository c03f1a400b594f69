/**
 * The ten colours of ARC as the lab shows them. Task files know numbers only; this palette is our own,
 * chosen so that any two colours stay well apart (ΔE of CIE 1976 above 30) also for people who lack one
 * of the three kinds of cones. The digit stands beside or instead of the colour.
 */
import { FIRST_COLOUR } from './canvas';

export interface ArcColour {
  /** For people. */
  readonly name: string;
  /** sRGB, `#rrggbb`. */
  readonly hex: string;
  /** Black or white, whichever is read better on the colour: contrast of at least 4.5 to 1. */
  readonly ink: '#000000' | '#ffffff';
  /** Told apart without any colour. */
  readonly symbol: string;
}

const colour = (symbol: string, name: string, hex: string, ink: ArcColour['ink']): ArcColour => ({ symbol, name, hex, ink });

/** By number, 0 to 9; 0 is the background. */
export const arcColours: readonly ArcColour[] = [
  colour('0', 'black', '#0b0b0b', '#ffffff'),
  colour('1', 'blue', '#4b28f5', '#ffffff'),
  colour('2', 'red', '#b40a1a', '#ffffff'),
  colour('3', 'green', '#19cd7d', '#000000'),
  colour('4', 'yellow', '#fff519', '#000000'),
  colour('5', 'grey', '#747474', '#ffffff'),
  colour('6', 'violet', '#c05eea', '#000000'),
  colour('7', 'orange', '#dc9123', '#000000'),
  colour('8', 'light blue', '#a5bfd9', '#000000'),
  colour('9', 'plum', '#591d5e', '#ffffff'),
];

/** Symbol of each token, by token number: none for padding, a dot for the end marker, then the colours. */
export const arcSymbols: readonly string[] = ['', '·', ...arcColours.map(({ symbol }) => symbol)];

/** The colour of a token; none for padding and the end marker. */
export function colourOfToken(token: number): ArcColour | null {
  return arcColours[token - FIRST_COLOUR] ?? null;
}
