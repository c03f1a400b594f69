/**
 * How many distinct variants a puzzle has, and how often draws repeat each other. What differs in names
 * only (digits, colours) is made once: k names in use out of n stand for n · (n − 1) · … · (n − k + 1).
 */

/** Arrangements made before the count is given up. */
export const COUNT_LIMIT = 10_000;
/** Draws looked at for repetitions: those of the seeds from 1 on. */
export const DRAWS = 200;

export interface Orbit {
  /** Arrangements found, no two of them alike but for names; the start included. */
  readonly made: number;
  /** False where the limit ended the count: there are at least so many. */
  readonly isExact: boolean;
}

export interface Repeats {
  readonly draws: number;
  /** Draws that gave a variant which an earlier draw had given. */
  readonly again: number;
  /** Draws that gave the original. */
  readonly unchanged: number;
}

export interface VariantCount extends Orbit {
  /** `made` · `namings` · `places`; a lower bound where the count is not exact. */
  readonly distinct: number;
  /** AppActions to name what is in an arrangement. */
  readonly namings: number;
  /** Places on its canvas for each. */
  readonly places: number;
  /** The choices of the parts multiplied: no more variants than these. */
  readonly most: number;
  readonly repeats: Repeats;
}

export interface OrbitOptions<T> {
  readonly start: T;
  /** For each group, done one after another, moves that give all of it when repeated. */
  readonly groups: readonly (readonly ((from: T) => T)[])[];
  /** The same text exactly for the same variant. */
  readonly key: (variant: T) => string;
  readonly limit: number;
}

/**
 * All that one element of each group in turn makes of the start: whatever was reached before a group is
 * closed under its moves. Yields how many are found so far.
 */
export function* countOrbit<T>({ start, groups, key, limit }: OrbitOptions<T>): Generator<number, Orbit> {
  const found = new Map([[key(start), start]]);
  for (const moves of groups) {
    // A map's walk comes to what is added on the way.
    for (const from of found.values()) {
      for (const move of moves) {
        const to = move(from);
        found.set(key(to), to);
      }
      if (found.size >= limit) return { made: found.size, isExact: false };
      yield found.size;
    }
  }
  return { made: found.size, isExact: true };
}

/** Tokens by number: those of `names` numbered anew in order of appearance, so that grids alike but for names are equal. */
export function named(tokens: Uint8Array, names: readonly number[]): Uint8Array {
  const isName = new Set(names);
  const given = new Map<number, number>();
  return tokens.map((token) => {
    if (!isName.has(token)) return token;
    const name = given.get(token) ?? names[given.size]!;
    given.set(token, name);
    return name;
  });
}

/** In how many ways the names that tokens use can be given. */
export function namingsOf(tokens: Uint8Array, names: readonly number[]): number {
  const used = names.filter((name) => tokens.includes(name)).length;
  return names.slice(0, used).reduce((product, _, i) => product * (names.length - i), 1);
}

/** @param keyOf of the variant that a seed draws */
export function countRepeats(original: string, keyOf: (seed: number) => string): Repeats {
  const keys = Array.from({ length: DRAWS }, (_, i) => keyOf(i + 1));
  return { draws: DRAWS, again: DRAWS - new Set(keys).size, unchanged: keys.filter((key) => key === original).length };
}
