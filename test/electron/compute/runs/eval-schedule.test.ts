/** Looks at held-out puzzles cost little beside the training. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../../../datasets/catalog';
import { evalFlop, EVAL_BUDGET, withEvalBudget } from '../../../../electron/compute/runs/eval-schedule';
import { createPlan } from '../../../../electron/compute/runs/run-plan';
import { estimateCost } from '../../../../models/train/cost-estimate';
import { presets, runConfig } from '../../../../models/presets/presets';
import type { RunConfig } from '../../../../models/train/run-config';
import { planWith } from './examples';

const [classroom] = presets.map((preset) => runConfig(preset, { seqLen: 16, vocabSize: 6, seed: 1, maxSeconds: 1 }));

const shareOf = (config: RunConfig, every = config.evaluateEvery): number => {
  const account = estimateCost(config.model, config);
  return evalFlop(config, account, 128) / (every * account.stepFlop);
};

describe('a preset', () => {
  test.each(presets)('$id keeps the share, and looks at multiples of the steps it says', (preset) => {
    for (const set of ['sudoku-4x4', 'sudoku-6x6']) {
      const { config } = createPlan({ dataset: loadDataset(set), preset, seed: 1, maxSeconds: 1 });
      expect(config.evaluateEvery % preset.run.evaluateEvery).toBe(0);
      expect(shareOf(config)).toBeLessThanOrEqual(EVAL_BUDGET);
    }
  });

  test.each(presets.filter(({ id }) => id.startsWith('classroom')))('$id looks as often as it says', (preset) => {
    const { config } = createPlan({ dataset: loadDataset('sudoku-4x4'), preset, seed: 1, maxSeconds: 1 });
    expect(config.evaluateEvery).toBe(preset.run.evaluateEvery);
  });
});

test('a run of small batches looks less often: at the smallest multiple that keeps the share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 200 }), (batchSize, evaluateEvery) => {
      const config = { ...classroom!, batchSize, evaluateEvery };
      const { evaluateEvery: every } = withEvalBudget(config, 128);
      expect(every % evaluateEvery).toBe(0);
      expect(shareOf(config, every)).toBeLessThanOrEqual(EVAL_BUDGET);
      if (every > evaluateEvery) expect(shareOf(config, every - evaluateEvery)).toBeGreaterThan(EVAL_BUDGET);
    }),
    { numRuns: 15 },
  );
}, 30_000);

test('a plan of a quarter of the batch looks a quarter as often, and nothing else of it changes', () => {
  const [whole, quarter] = [planWith().config, planWith({ batchSize: 16 }).config];
  expect(quarter).toEqual({ ...whole, batchSize: 16, evaluateEvery: 4 * whole.evaluateEvery });
});
