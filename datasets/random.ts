/**
 * Seeded randomness for everything that draws: generators, augmentation, initialisation, halting.
 * The generator itself is pure-rand's xoroshiro128+ (small, typed, its state can be saved).
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** Who draws from a run's seed: each has its own stream, so that one drawing more never shifts another. */
export const streams = { initialisation: 0, order: 1, augmentation: 2, halting: 3, heldOut: 4, copies: 5 } as const;

/** A stream of draws that can be saved and continued bit for bit. */
export class Random {
  private constructor(private readonly generator: JumpableRandomGenerator) {}

  /** `stream` (see `streams`) separates uses of one seed so that they never share draws. */
  static seeded(seed: number, stream = 0): Random {
    const generator = xoroshiro128plusFromState(fourWords(seed));
    for (let i = 0; i < stream; i++) generator.jump();
    return new Random(generator);
  }

  static restored(state: readonly number[]): Random {
    return new Random(xoroshiro128plusFromState(state));
  }

  state(): readonly number[] {
    return this.generator.getState();
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return uniformFloat64(this.generator);
  }

  /** Uniform integer in [from, to], both included. */
  integer(from: number, to: number): number {
    return uniformInt(this.generator, from, to);
  }

  /** Fisher–Yates, in place; returns its argument. */
  shuffle<T extends { [index: number]: number; length: number } | unknown[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}

/**
 * Spreads a seed over the 128 bits of state by SplitMix32 (Steele, Lea, Flood 2014). pure-rand's own
 * seeding leaves neighbouring seeds nearly alike: the first uniform of each of the seeds 0 to 5 is 1.0000.
 */
function fourWords(seed: number): number[] {
  return Array.from({ length: 4 }, (_, i) => {
    let word = (seed + Math.imul(i + 1, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  });
}
