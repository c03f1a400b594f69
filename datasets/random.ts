/**
 * Seeded randomness for everything that draws: generators, augmentation, initialisation, halting.
 * The generator itself is pure-rand's xoroshiro128+ (small, typed, its state can be saved).
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** A stream of draws that can be saved and continued bit for bit. */
export class Random {
  private constructor(private readonly generator: JumpableRandomGenerator) {}

  /** `stream` separates uses of one seed (augmentation, halting, …) so that they never share draws. */
  static seeded(seed: number, stream = 0): Random {
    const generator = xoroshiro128plus(seed);
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
