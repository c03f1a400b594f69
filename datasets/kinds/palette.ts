/** The colours that kinds share. */
import type { TokenColour } from './puzzle-kind';

const colour = (name: string, hex: string, ink: TokenColour['ink']): TokenColour => ({ name, hex, ink });

/**
 * Ten colours for cells, by number (those of ARC have the same numbers): any two are well apart (ΔE of CIE 1976 above
 * 30) also for people who lack one of the three kinds of cones. A symbol is drawn beside or instead of the colour.
 */
export const palette = [
  colour('black', '#0b0b0b', '#ffffff'),
  colour('blue', '#4b28f5', '#ffffff'),
  colour('red', '#b40a1a', '#ffffff'),
  colour('green', '#19cd7d', '#000000'),
  colour('yellow', '#fff519', '#000000'),
  colour('grey', '#747474', '#ffffff'),
  colour('violet', '#c05eea', '#000000'),
  colour('orange', '#dc9123', '#000000'),
  colour('light blue', '#a5bfd9', '#000000'),
  colour('plum', '#591d5e', '#ffffff'),
] as const;
