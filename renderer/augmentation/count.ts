/** How many distinct variants a puzzle has, and how often draws repeat each other. */

/** Variants made before the count is given up. */
export const COUNT_LIMIT = 10_000;
/** Draws looked at for repetitions: those of the seeds from 1 on. */
export const DRAWS = 200;

export interface Orbit {
  /** Distinct ones found, the start included. */
  readonly distinct: number;
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
      if (found.size >= limit) return { distinct: found.size, isExact: false };
      yield found.size;
    }
  }
  return { distinct: found.size, isExact: true };
}

/** @param keyOf of the variant that a seed draws */
export function countRepeats(original: string, keyOf: (seed: number) => string): Repeats {
  const keys = Array.from({ length: DRAWS }, (_, i) => keyOf(i + 1));
  return { draws: DRAWS, again: DRAWS - new Set(keys).size, unchanged: keys.filter((key) => key === original).length };
}
