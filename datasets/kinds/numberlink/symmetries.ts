/** The symmetry group of numberlink: the eight of the square, and any renaming of the numbers. */
import { squareSymmetries } from '../../dihedral';
import type { Symmetry } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, FIRST_NUMBER, isNumber, MOST_PAIRS, numberlinkSymbols } from './board';

export function drawNumberlinkSymmetry(side: number, random: Random): Symmetry {
  const { cells } = squareSymmetries(side, numberlinkSymbols.length)[random.integer(0, 7)]!;
  const numbers = random.shuffle(Array.from({ length: MOST_PAIRS }, (_, number) => FIRST_NUMBER + number));
  return { cells, tokens: Uint8Array.of(0, BLANK, ...numbers) };
}

/** Numbers named 1, 2, … in order of first appearance. */
export function renamed(tokens: Uint8Array): Uint8Array {
  const names = new Map<number, number>();
  for (const token of tokens) if (isNumber(token) && !names.has(token)) names.set(token, FIRST_NUMBER + names.size);
  return tokens.map((token) => names.get(token) ?? token);
}
