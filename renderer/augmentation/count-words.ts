/** The number of variants in words, with how it was come by. */
import { integer } from '../words';
import { COUNT_LIMIT, type VariantCount } from './count';

/** e.g. `3,072 distinct variants of this puzzle, itself among them.` */
export function distinctWords({ distinct, isExact }: VariantCount): string {
  if (isExact && distinct === 1) return 'One variant of this puzzle: itself.';
  return `${isExact ? '' : 'At least '}${integer(distinct)} distinct variants of this puzzle, itself among them.`;
}

export function methodWords({ isExact, most, distinct }: VariantCount): string {
  const choices = distinct < most ? `; ${spokenMost(most)} ways to choose, of which some give the same` : '';
  if (isExact) return `Exact: all were made and compared${choices}.`;
  return `Made and compared until there were ${integer(COUNT_LIMIT)}, then stopped; no more than the ${spokenMost(most)} ways to choose.`;
}

/** e.g. `Of 200 drawn, 3 came again and 1 was the puzzle itself.` */
export function repeatWords({ repeats: { draws, again, unchanged } }: VariantCount): string {
  const repeated = again === 0 ? 'none came twice' : again === 1 ? '1 had come before' : `${integer(again)} had come before`;
  const original = unchanged === 0 ? 'none' : integer(unchanged);
  return `Of ${integer(draws)} drawn (seeds 1 to ${draws}), ${repeated} and ${original} ${unchanged > 1 ? 'were' : 'was'} the puzzle itself.`;
}

/** `2,488,320`, and `1.2 · 10¹²` from a thousand million on. */
function spokenMost(most: number): string {
  if (most < 1e9) return integer(most);
  const power = Math.floor(Math.log10(most));
  return `${(most / 10 ** power).toFixed(1)} · 10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

