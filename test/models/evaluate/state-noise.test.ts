import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { initialCarry, StateNoise, type Attempt } from '../../../models/evaluate/state-noise';
import type { ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { emptyCarry } from '../../../models/train/forward';
import { tinyMlpT, tinySymbols } from '../family/tiny';

const wide: ModelConfig = { ...tinyMlpT, seqLen: 64, hiddenSize: 32 };

/** A carry of `rows` rows in which row r has the constant value r + 1. */
function constantCarry(config: ModelConfig, rows: number) {
  const carry = emptyCarry(config, rows);
  const fill = (state: Float32Array) => state.map((_, at) => 1 + (Math.floor(at / config.hiddenSize) % rows));
  return { zH: fill(carry.zH), zL: fill(carry.zL) };
}

const attempts = (...rollouts: number[]): Attempt[] => rollouts.map((rollout) => ({ puzzle: 3, rollout }));
const disturb = (sigma: number, rows: readonly Attempt[], seed = 1) =>
  new StateNoise(wide, sigma, { seed, attempts: rows }).disturb(constantCarry(wide, rows.length));

/** The values of a row of a state [L, B·D]. */
const rowOf = (state: ArrayLike<number>, row: number, rows: number) =>
  Array.from(state).filter((_, at) => Math.floor(at / wide.hiddenSize) % rows === row);

describe('noise on the states', () => {
  test('has mean 0 and the given deviation in units of the root mean square of each row', async () => {
    const { zH, zL } = await disturb(0.1, attempts(0, 1));
    for (const state of [zH, zL])
      for (const row of [0, 1]) {
        const values = rowOf(state, row, 2);
        const noise = values.map((value) => value - (row + 1));
        const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
        const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length);
        // 2048 draws: five standard errors.
        expect(Math.abs(mean)).toBeLessThan((5 * 0.1 * (row + 1)) / Math.sqrt(2048));
        expect(deviation / (row + 1)).toBeCloseTo(0.1, 1.8);
      }
  });

  test('is the same for an attempt in every batch, and differs between rollouts, puzzles and seeds', async () => {
    const alone = rowOf((await disturb(0.1, attempts(5))).zH, 0, 1);
    const noisy = (values: number[], row: number) => values.map((value) => (value - row - 1) / (row + 1));
    const together = rowOf((await disturb(0.1, attempts(2, 5))).zH, 1, 2);
    noisy(together, 1).forEach((value, at) => expect(value).toBeCloseTo(noisy(alone, 0)[at]!, 4));
    for (const other of [
      await disturb(0.1, attempts(6)),
      await disturb(0.1, [{ puzzle: 4, rollout: 5 }]),
      await disturb(0.1, attempts(5), 2),
    ])
      expect(rowOf(other.zH, 0, 1)).not.toEqual(alone);
  });

  test('differs from step to step and does not change its input', async () => {
    const noise = new StateNoise(wide, 0.1, { seed: 1, attempts: attempts(0) });
    const carry = constantCarry(wide, 1);
    const [first, second] = [await noise.disturb(carry), await noise.disturb(carry)];
    expect(second.zH).not.toEqual(first.zH);
    expect(carry).toEqual(constantCarry(wide, 1));
  });
});

test.each([
  ['one vector a cell', tinyMlpT, 1],
  ['a vector for every symbol', tinySymbols, 3],
])('the initial states with %s repeat H_init and L_init at every position of every row', (_, config, symbols) => {
  const model = initialState(config, Random.seeded(1));
  const { zH, zL } = initialCarry(config, model, 2);
  expect(zH).toHaveLength(config.seqLen * 2 * symbols * config.hiddenSize);
  expect(Array.from(zH)).toEqual(
    Array(config.seqLen * 2 * symbols)
      .fill([...model.hInit])
      .flat(),
  );
  expect(Array.from(zL)).toEqual(
    Array(config.seqLen * 2 * symbols)
      .fill([...model.lInit])
      .flat(),
  );
});
