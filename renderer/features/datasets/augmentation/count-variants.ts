/**
 * Counts the distinct variants of a puzzle and how often draws repeat, and describes the result. Variants that
 * differ only in names (digits, colours) are made once: k used names of n stand for n · (n − 1) · … · (n − k + 1).
 */
import { formatInteger, formatSignificant } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';

/** Arrangements made before the count is ended. */
export const COUNT_LIMIT = 10_000;
/** Draws checked for repeats: seeds 1 to this. */
const DRAWS = 200;

interface Orbit {
  /** Number of arrangements found, distinct up to names; includes the start. */
  readonly arrangements: number;
  /** False if the limit ended the count, which is then a lower bound. */
  readonly isExact: boolean;
}

interface Repeats {
  readonly draws: number;
  /** Number of draws that repeated an earlier variant. */
  readonly repeated: number;
  /** Number of draws that gave the original. */
  readonly unchanged: number;
}

export interface VariantCount extends Orbit {
  /** `arrangements` · `namings` · `placements`; a lower bound where the count is not exact. */
  readonly distinct: number;
  /** Ways to assign names within an arrangement. */
  readonly namings: number;
  /** Positions of each on the canvas. */
  readonly placements: number;
  /** The product of the choices of all parts: an upper bound. */
  readonly upperBound: number;
  readonly repeats: Repeats;
}

interface OrbitOptions<T> {
  readonly start: T;
  /** For each group, done one after another, moves that give all of it when repeated. */
  readonly groups: readonly (readonly ((from: T) => T)[])[];
  /** The same text exactly for the same variant. */
  readonly key: (variant: T) => string;
  readonly limit: number;
}

/**
 * Counts the images of the start under one element of each group in turn: the set found before a group is closed under
 * its moves. Yields the count so far.
 */
export function* countOrbit<T>({ start, groups, key, limit }: OrbitOptions<T>): Generator<number, Orbit> {
  const found = new Map([[key(start), start]]);
  for (const moves of groups) {
    // Iterating a map includes entries that are added meanwhile.
    for (const from of found.values()) {
      for (const move of moves) {
        const to = move(from);
        found.set(key(to), to);
      }
      if (found.size >= limit) return { arrangements: found.size, isExact: false };
      yield found.size;
    }
  }
  return { arrangements: found.size, isExact: true };
}

/** Tokens with `names` renumbered in order of appearance, so that grids that differ only in names become equal. */
export function canonicalNames(tokens: Uint8Array, names: readonly number[]): Uint8Array {
  const isName = new Set(names);
  const given = new Map<number, number>();
  return tokens.map((token) => {
    if (!isName.has(token)) return token;
    const name = given.get(token) ?? names[given.size]!;
    given.set(token, name);
    return name;
  });
}

/** Number of ways to assign names to those that the tokens use. */
export function countNamings(tokens: Uint8Array, names: readonly number[]): number {
  const used = names.filter((name) => tokens.includes(name)).length;
  return names.slice(0, used).reduce((product, _, i) => product * (names.length - i), 1);
}

/** @param getKey returns the key of the variant of a seed */
export function countRepeats(original: string, getKey: (seed: number) => string): Repeats {
  const keys = Array.from({ length: DRAWS }, (_, i) => getKey(i + 1));
  return {
    draws: DRAWS,
    repeated: DRAWS - new Set(keys).size,
    unchanged: keys.filter((key) => key === original).length,
  };
}

/** e.g. `3,072 distinct variants of this puzzle, including itself.` */
export function describeDistinct({ distinct, isExact }: VariantCount): string {
  if (isExact && distinct === 1) return t('datasets.variants.onlyItself');
  return t(isExact ? 'datasets.variants.exact' : 'datasets.variants.atLeast', { count: formatLarge(distinct) });
}

/** e.g. `Exact count: 8 arrangements were generated and compared. Each arrangement can be relabelled in 504 ways.` */
export function describeMethod({ isExact, arrangements, namings, placements, upperBound }: VariantCount): string {
  const counts = { arrangements, namings, placements };
  return isExact
    ? t('datasets.variants.exactMethod', counts)
    : t('datasets.variants.boundMethod', { ...counts, upperBound: formatLarge(upperBound) });
}

/** e.g. `Of 200 draws (seeds 1 to 200), 3 repeated earlier ones and 1 was the puzzle itself.` */
export function describeRepeats({ repeats: { draws, repeated, unchanged } }: VariantCount): string {
  return t('datasets.variants.repeats', { draws, repeated, unchanged });
}

/** `2,488,320`, and `1.22 · 10¹²` from a thousand million on. */
function formatLarge(number: number): string {
  if (number < 1e9) return formatInteger(number);
  const power = Math.floor(Math.log10(number));
  return `${formatSignificant(number / 10 ** power)} · 10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}
