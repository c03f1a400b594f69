import { describe, expect, test } from 'vitest';
import type { BranchValues } from '../../../../../renderer/features/train/run/branch-values';
import {
  branchLimits,
  branchProblem,
  checkpointSeconds,
} from '../../../../../renderer/features/train/run/branch-values';
import { metrics } from '../../../examples';

const steps = [metrics(10), metrics(20), metrics(40)];
const values: BranchValues = { step: 25, name: '', moreSeconds: 60, maxSteps: null, learningRate: null };

describe('a branch', () => {
  test('starts at the training time of its checkpoint', () => {
    expect([5, 10, 25, 99].map((step) => checkpointSeconds(step, steps))).toEqual([0, 1, 2, 4]);
  });

  test('has limits counted from the start of the run', () => {
    expect(branchLimits(values, steps)).toEqual({ maxSeconds: 62 });
    expect(branchLimits({ ...values, maxSteps: 100 }, steps)).toEqual({ maxSeconds: 62, maxSteps: 100 });
  });

  test('needs limits beyond its checkpoint and a positive learning rate', () => {
    const run = { maxSteps: 30 };
    expect(branchProblem(values, run)).toBeNull();
    for (const change of [
      { moreSeconds: null },
      { moreSeconds: 0 },
      { maxSteps: 25 },
      { maxSteps: 26.5 },
      { learningRate: 0 },
    ])
      expect(branchProblem({ ...values, ...change }, run), JSON.stringify(change)).toMatch(/\.$/u);
    expect(branchProblem(values, { maxSteps: 25 })).toBe('The maximum number of steps must be greater than 25.');
  });
});
