/** The number of variants in words, with how it was come by. */
import { formatCount, formatInteger } from '../../../../electron/contract/format';
import type { VariantCount } from './count';

/** e.g. `3,072 distinct variants of this puzzle, itself among them.` */
export function distinctWords({ distinct, isExact }: VariantCount): string {
  if (isExact && distinct === 1) return 'One variant of this puzzle: itself.';
  return `${isExact ? '' : 'At least '}${spoken(distinct)} distinct variants of this puzzle, itself among them.`;
}

/** e.g. `Exact: 8 arrangements were made and compared, each with 504 namings.` */
export function methodWords({ isExact, made, namings, places, most }: VariantCount): string {
  const times = [
    ...(namings > 1 ? [`with ${formatCount(namings, 'naming')}`] : []),
    ...(places > 1 ? [`at ${formatCount(places, 'place')}`] : []),
  ];
  const each = times.length > 0 ? `, each ${times.join(' and ')}` : '';
  const arranged = `${formatCount(made, 'arrangement')} ${made === 1 ? 'was' : 'were'} made and compared`;
  if (isExact) return `Exact: ${arranged}${each}.`;
  return `${arranged}${each}; there the count ended. No more than ${spoken(most)}, the ways to choose.`;
}

/** e.g. `Of 200 drawn, 3 came again and 1 was the puzzle itself.` */
export function repeatWords({ repeats: { draws, again, unchanged } }: VariantCount): string {
  const repeated =
    again === 0 ? 'none came twice' : again === 1 ? '1 had come before' : `${formatInteger(again)} had come before`;
  const original = unchanged === 0 ? 'none' : formatInteger(unchanged);
  return `Of ${formatInteger(draws)} drawn (seeds 1 to ${draws}), ${repeated} and ${original} ${unchanged > 1 ? 'were' : 'was'} the puzzle itself.`;
}

/** `2,488,320`, and `1.2 · 10¹²` from a thousand million on. */
function spoken(number: number): string {
  if (number < 1e9) return formatInteger(number);
  const power = Math.floor(Math.log10(number));
  return `${(number / 10 ** power).toFixed(1)} · 10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}
