/**
 * Rollouts: copies of a puzzle whose states are disturbed by Gaussian noise at the start of every supervision step, so that they
 * take different paths (arXiv 2605.19943). The noise is added between two steps, so no graph contains it.
 */
import { TimeSlicer } from '../../datasets/browse/scan';
import { Random } from '../../datasets/random';
import type { ModelConfig } from '../family/config';
import { carriedStates, countPositions, stateWidth } from '../family/config';
import type { ModelState } from '../family/weights';
import type { CarryValues } from '../train/forward';
import { emptyCarry } from '../train/forward';

export interface NoiseOptions {
  /** Standard deviation of the noise, in units of the root mean square of the state; 0 for none. */
  readonly sigma: number;
  readonly seed: number;
}

/** Names a copy: its noise does not depend on the batch that it is computed in. */
export interface Attempt {
  /** Number of the puzzle in the evaluation. */
  readonly puzzle: number;
  /** Number of the copy, from 0. */
  readonly rollout: number;
}

/** The noise of the rows of a batch, drawn step after step. */
export class StateNoise {
  private readonly streams: readonly Random[];
  private readonly slicer: TimeSlicer;

  /** @param attempts one for each row */
  constructor(
    private readonly config: ModelConfig,
    private readonly sigma: number,
    {
      seed,
      attempts,
      signal,
    }: { readonly seed: number; readonly attempts: readonly Attempt[]; readonly signal?: AbortSignal },
  ) {
    this.streams = attempts.map((attempt) => Random.seeded(seedOf(seed, attempt)));
    this.slicer = new TimeSlicer(signal);
  }

  /** Returns the carry [L, B·D] with noise on the states of each row. Yields to other tasks. @throws the signal's reason */
  async disturb(carry: CarryValues): Promise<CarryValues> {
    const disturbed = { zH: Float32Array.from(carry.zH), zL: Float32Array.from(carry.zL) };
    for (const [row, random] of this.streams.entries())
      for (const state of carriedStates(this.config)) {
        this.disturbRow(disturbed[state], row, random);
        await this.slicer.yieldIfDue();
      }
    return disturbed;
  }

  private disturbRow(state: Float32Array, row: number, random: Random): void {
    const scale = this.sigma * rowRms(this.config, state, { row, rows: this.streams.length });
    const draw = gaussian(random);
    forRow(this.config, { row, rows: this.streams.length }, (from, to) => {
      for (let at = from; at < to; at++) state[at]! += scale * draw();
    });
  }
}

/** The states before the first step, [L, B·D], as the graph makes them of H_init and L_init. */
export function initialCarry(config: ModelConfig, { hInit, lInit }: ModelState, rows: number): CarryValues {
  const carry = emptyCarry(config, rows);
  for (const state of carriedStates(config)) {
    const start = state === 'zH' ? hInit : lInit;
    for (let at = 0; at < carry[state].length; at += start.length) carry[state].set(start, at);
  }
  return carry;
}

interface Row {
  readonly row: number;
  /** Rows of the batch. */
  readonly rows: number;
}

/** Root mean square of one row of a state [L, B·D]. */
function rowRms(config: ModelConfig, state: ArrayLike<number>, row: Row): number {
  let sum = 0;
  forRow(config, row, (from, to) => {
    for (let at = from; at < to; at++) sum += state[at]! ** 2;
  });
  return Math.sqrt(sum / rowLength(config));
}

/** Root mean square of the difference of one row of two states [L, B·D]. */
export function rowChange(
  config: ModelConfig,
  { now, before }: { readonly now: ArrayLike<number>; readonly before: ArrayLike<number> },
  row: Row,
): number {
  let sum = 0;
  forRow(config, row, (from, to) => {
    for (let at = from; at < to; at++) sum += (now[at]! - before[at]!) ** 2;
  });
  return Math.sqrt(sum / rowLength(config));
}

const rowLength = (config: ModelConfig): number => countPositions(config) * stateWidth(config);

/** Calls `visit` with the range of values of the row at each position of a state [L, B·D]. */
function forRow(config: ModelConfig, { row, rows }: Row, visit: (from: number, to: number) => void): void {
  const width = stateWidth(config);
  for (let position = 0; position < countPositions(config); position++) {
    const from = (position * rows + row) * width;
    visit(from, from + width);
  }
}

/** Standard normal numbers, two at a time (Box and Muller 1958). */
function gaussian(random: Random): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const drawn = spare;
      spare = null;
      return drawn;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** One seed for each attempt: the finaliser of MurmurHash3 over seed, puzzle and rollout. */
function seedOf(seed: number, { puzzle, rollout }: Attempt): number {
  return [puzzle, rollout].reduce((hash, part) => {
    let word = Math.imul(hash ^ part, 0x85ebca6b) + 0x9e3779b9;
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  }, seed | 0);
}
