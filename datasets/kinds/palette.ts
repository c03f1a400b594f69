/** The colours that kinds share. */
import { message, type Message } from '../../renderer/messages/message';
import type { TokenColour } from './puzzle-kind';

const colour = (name: Message, hex: string, ink: TokenColour['ink']): TokenColour => ({ name, hex, ink });

/**
 * Ten colours for cells, by number (those of ARC have the same numbers): any two are well apart (ΔE of CIE 1976 above
 * 30) also with any one of the three kinds of cones missing. A symbol is drawn beside or instead of the colour.
 */
export const palette = [
  colour(message('kinds.colour.black'), '#0b0b0b', '#ffffff'),
  colour(message('kinds.colour.blue'), '#4b28f5', '#ffffff'),
  colour(message('kinds.colour.red'), '#b40a1a', '#ffffff'),
  colour(message('kinds.colour.green'), '#19cd7d', '#000000'),
  colour(message('kinds.colour.yellow'), '#fff519', '#000000'),
  colour(message('kinds.colour.grey'), '#747474', '#ffffff'),
  colour(message('kinds.colour.violet'), '#c05eea', '#000000'),
  colour(message('kinds.colour.orange'), '#dc9123', '#000000'),
  colour(message('kinds.colour.lightBlue'), '#a5bfd9', '#000000'),
  colour(message('kinds.colour.plum'), '#591d5e', '#ffffff'),
] as const;
