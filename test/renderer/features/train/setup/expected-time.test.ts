import { describe, expect, test } from 'vitest';
import { expectTime } from '../../../../../renderer/features/train/setup/expected-time';
import { run } from '../../../examples';

const result = { kind: 'sudoku-9x9', steps: 1000, seconds: 600, exact: 0.9, isFailure: false, puzzles: 100, seeds: 1 };
const setup = { preset: 'sudoku', kind: 'sudoku-9x9', steps: 500, result };
const earlier = { preset: 'sudoku', kind: 'sudoku-9x9', maxSteps: 1000, step: 100, seconds: 100 };

describe('the expected time of a run', () => {
  test('is that of the result for the share of its steps, where no such run was made here', () => {
    expect(expectTime([], setup)).toEqual({ seconds: 300, isMeasuredHere: false });
    const others = [
      run({ ...earlier, preset: 'classroom' }),
      run({ ...earlier, kind: 'maze-10' }),
      run({ ...earlier, seconds: 3 }),
    ];
    expect(expectTime(others, setup)).toEqual({ seconds: 300, isMeasuredHere: false });
  });

  test('is unknown without a result and without a run', () => {
    expect(expectTime([], { ...setup, result: undefined })).toBeNull();
  });

  test('follows the latest run here', () => {
    const runs = [
      run({ ...earlier, startedAt: '2026-01-01T00:00:00.000Z', seconds: 999 }),
      run({ ...earlier, startedAt: '2026-01-02T00:00:00.000Z' }),
    ];
    expect(expectTime(runs, setup)).toEqual({ seconds: 500, isMeasuredHere: true });
  });

  test('counts that the stages of a curriculum cost less', () => {
    // 100 of 200 steps cost half as much: the whole run costs 150 steps, of which 25 are done after 50 steps.
    const stages = [{ steps: 100, hCycles: 1, lCycles: 1, stepFlop: 2e9 }];
    const half = run({ ...earlier, maxSteps: 200, step: 50, seconds: 50, stepFlop: 4e9, stages });
    expect(expectTime([half], { ...setup, steps: 200 })?.seconds).toBe((50 * 150) / 25);
    expect(expectTime([half], { ...setup, steps: 400 })?.seconds).toBe((2 * 50 * 150) / 25);
  });
});
