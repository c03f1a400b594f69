/** Estimates of memory, time and disk space of a run. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DiskPlan, ProgressEstimate } from '../../../../electron/compute/runs/preflight';
import {
  describeRunError,
  estimateDiskUsage,
  checkDiskSpace,
  estimateProgress,
  estimateRunCost,
} from '../../../../electron/compute/runs/preflight';
import { defaultPolicy } from '../../../../electron/compute/runs/run-record';
import { Checkpoints } from '../../../../electron/compute/runs/checkpoints';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import { formatBytes } from '../../../../electron/contract/format';
import { OutOfMemoryError } from '../../../../models/engine/out-of-memory';
import { getPreset, createRunConfig } from '../../../../models/presets/presets';
import { freshFolder, openService } from '../opened-service';
import { inEnglish } from '../../../english';
import { planWith } from './examples';

describe('memory', () => {
  const classroom = createRunConfig(getPreset('classroom'), { seqLen: 16, vocabSize: 5, seed: 1, maxSeconds: 1 });
  const MB = 2 ** 20;

  describe('estimateRunCost', () => {
    test('returns the cost of a run that fits', async () => {
      const costEstimate = await estimateRunCost(classroom);
      expect(costEstimate.memoryBytes).toBeLessThan(costEstimate.availableBytes);
      expect(costEstimate.stepFlop).toBeGreaterThan(costEstimate.answerFlop);
    });

    test('throws with required and free memory and a batch size that fits', async () => {
      const { memoryBytes } = await estimateRunCost(classroom);
      const available = 160 * MB;
      await expect(estimateRunCost(classroom, {}, available)).rejects.toThrow(
        `this run needs about ${formatBytes(memoryBytes)} of memory, but only 160 MB are free: a batch size of `,
      );
      const batch = /a batch size of (\d+)/.exec(await errorMessage(available))?.[1];
      await estimateRunCost({ ...classroom, batchSize: Number(batch) }, {}, available);
      await expect(estimateRunCost({ ...classroom, batchSize: 2 * Number(batch) }, {}, available)).rejects.toThrow();
    });

    test('throws if not even a batch size of 1 fits', async () => {
      expect(await errorMessage(MB)).toContain('even a batch size of 1 would not fit, so choose a smaller model');
    });

    test('throws for a model larger than any memory', async () => {
      const { model } = classroom;
      await expect(
        estimateRunCost({ ...classroom, batchSize: 4096, model: { ...model, hiddenSize: 65_536 } }),
      ).rejects.toThrow(/^this run needs at least [\d,.]+ GB of memory, but only [\d.]+ [MG]B are free: /);
    });
  });

  describe('describeRunError', () => {
    const failure = new Error('bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 1572864');

    test('says what the run needs, what is free, and a batch size that fits', async () => {
      const { memoryBytes } = await estimateRunCost(classroom);
      const error = await describeRunError(failure, classroom, {}, 160 * MB);
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect((error as Error).message).toMatch(
        `memory ran out: this run needs about ${formatBytes(memoryBytes)} of memory, and 160 MB are free now: a batch size of `,
      );
    });

    test('suggests half the batch where the estimate fits', async () => {
      const error = await describeRunError(failure, classroom, {}, 4000 * MB);
      expect((error as Error).message).toContain(`a batch size of ${classroom.batchSize / 2} would fit`);
    });

    test('returns other errors as they are', async () => {
      const other = new Error('input gradient_0 was not given');
      expect(await describeRunError(other, classroom)).toBe(other);
    });
  });

  async function errorMessage(available: number): Promise<string> {
    try {
      await estimateRunCost(classroom, {}, available);
      return 'fits';
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('preflight returns the cost estimate through the service', async () => {
    const lab = await openService();
    onTestFinished(() => lab.close());
    const { costEstimate, reason } = await lab.ask('preflight', { dataset: 'sudoku-4x4', preset: 'classroom' });
    expect(reason).toBeNull();
    expect(costEstimate?.stepFlopByPart).toHaveProperty('backward');
    await expect(lab.ask('preflight', { dataset: 'chess', preset: 'classroom' })).rejects.toThrow(
      'unknown dataset “chess”',
    );
  });
});

// Estimates match the training loop and the files written.

describe('time and disk', () => {
  interface Run {
    readonly stepSeconds: number;
    readonly evalSeconds: number;
    readonly maxSteps: number;
    readonly maxSeconds: number;
    readonly evaluateEvery: number;
  }

  /** Simulates `train` step by step. */
  function simulate({ stepSeconds, evalSeconds, maxSteps, maxSeconds, evaluateEvery }: Run): ProgressEstimate {
    let [steps, evaluations, seconds] = [0, 0, 0];
    const isOver = () => steps >= maxSteps || seconds >= maxSeconds;
    while (!isOver()) {
      steps++;
      seconds += stepSeconds;
      if (steps % evaluateEvery > 0 || isOver()) continue;
      evaluations++;
      seconds += evalSeconds;
    }
    return { steps, evaluations, seconds: Math.min(seconds, maxSeconds) };
  }

  const anyInteger = (max: number) => fc.integer({ min: 1, max });

  test('estimateProgress matches a simulation of the training loop', () => {
    const runs = fc.record({
      stepSeconds: anyInteger(9),
      evalSeconds: anyInteger(40),
      maxSteps: anyInteger(500),
      maxSeconds: anyInteger(2000),
      evaluateEvery: anyInteger(60),
    });
    fc.assert(
      fc.property(runs, (run) => {
        expect(estimateProgress(run, run)).toEqual(simulate(run));
      }),
      { numRuns: 500 },
    );
  });

  test('estimateProgress of 2000 steps with an evaluation every 50', () => {
    const pace = { stepSeconds: 0.25, evalSeconds: 2 };
    const limits = { maxSteps: 2000, evaluateEvery: 50 };
    expect(estimateProgress(pace, { ...limits, maxSeconds: 3600 })).toEqual({
      steps: 2000,
      evaluations: 39,
      seconds: 578,
    });
    // Six times 12.5 s of steps and 2 s of evaluation; then 50 steps in 12.5 s and an evaluation beyond the limit.
    expect(estimateProgress(pace, { ...limits, maxSeconds: 100 })).toEqual({
      steps: 350,
      evaluations: 7,
      seconds: 100,
    });
  });

  // Disk usage of a run, and suggestions if it is too high.

  const MB = 2 ** 20;
  const { config } = planWith();
  const plan = (changes: Partial<DiskPlan> = {}): DiskPlan => ({
    writes: { checkpoint: 10 * MB, model: 2 * MB, step: 200, evaluation: 4000 },
    progress: { steps: 2000, evaluations: 39, seconds: 600 },
    policy: defaultPolicy,
    ...changes,
  });

  test('estimateDiskUsage counts four checkpoints, the metrics and the model', () => {
    expect(estimateDiskUsage(plan())).toBe(42 * MB + 2000 * 200 + 40 * 4000);
  });

  test('estimateDiskUsage of a short run counts a checkpoint at its end and one at its start', () => {
    expect(estimateDiskUsage(plan({ progress: { steps: 10, evaluations: 0, seconds: 3 } }))).toBe(
      22 * MB + 10 * 200 + 4000,
    );
  });

  test('estimateDiskUsage limits kept checkpoints to the budget', () => {
    const keeping = (budgetBytes: number) =>
      estimateDiskUsage(plan({ policy: { ...defaultPolicy, keepEvery: 100, budgetBytes } })) -
      estimateDiskUsage(plan());
    expect(keeping(1024 * MB)).toBe(200 * MB);
    expect(keeping(100 * MB)).toBe(70 * MB);
    expect(keeping(1)).toBe(0);
  });

  test('a checkpoint folder never exceeds the estimate', async () => {
    const folder = await freshFolder();
    onTestFinished(() => rm(folder, { recursive: true }));
    const size = 1000;
    const runs = fc.record({
      keepEvery: fc.option(fc.integer({ min: 1, max: 7 })),
      budgetBytes: fc.integer({ min: 1, max: 12 * size }),
      steps: fc.integer({ min: 1, max: 20 }),
      best: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ keepEvery, budgetBytes, steps, best }) => {
        await rm(join(folder, 'run'), { recursive: true, force: true });
        const checkpoints = new Checkpoints(join(folder, 'run'));
        let most = 0;
        for (let step = 1; step <= steps; step++) {
          await checkpoints.write(step, [new Uint8Array(size)]);
          most = Math.max(most, await bytesIn(checkpoints.folder));
          await checkpoints.retain({ keepEvery, budgetBytes }, Math.min(best, step));
        }
        const estimate = estimateDiskUsage({
          writes: { checkpoint: size, model: 0, step: 0, evaluation: 0 },
          progress: { steps, evaluations: 0, seconds: 1 },
          policy: { everySteps: 1, everySeconds: null, keepEvery, budgetBytes },
        });
        expect(most).toBeLessThanOrEqual(estimate);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  async function bytesIn(folder: string): Promise<number> {
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  describe('checkDiskSpace', () => {
    const keeping = plan({ policy: { ...defaultPolicy, keepEvery: 10 } });

    test('suggests keeping fewer checkpoints', () => {
      expect(inEnglish(checkDiskSpace(keeping, config, 100 * MB))).toBe(
        'this run needs up to 713 MB of disk space, but only 100 MB are free: it would fit with only the last and the best checkpoints (43 MB)',
      );
    });

    test('suggests a batch size whose checkpoints fit', async () => {
      const trainers = await Promise.all([64, 16].map((batchSize) => Trainer.prepare(planWith({ batchSize }))));
      const [large, small] = trainers.map(({ checkpointBytes }) => checkpointBytes);
      await Promise.all(trainers.map((trainer) => trainer.release()));
      const writes = { checkpoint: large!, model: 0, step: 0, evaluation: 0 };
      // The size of the file header varies with the digits of its numbers.
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! + 1000))).toMatch(/ would fit$/u);
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! + 1000))).toContain('a batch size of 16');
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! - 1000))).toContain('a batch size of 8');
    });

    test('suggests the space to free up if nothing else helps', () => {
      expect(inEnglish(checkDiskSpace(plan(), config, 30 * MB))).toBe(
        'this run needs up to 43 MB of disk space, but only 30 MB are free: free up 13 MB more',
      );
    });

    test('returns null if the run fits or the free space is unknown', () => {
      expect(checkDiskSpace(plan(), config, null)).toBeNull();
      expect(checkDiskSpace(plan(), config, estimateDiskUsage(plan()))).toBeNull();
      expect(checkDiskSpace(plan(), config, estimateDiskUsage(plan()) - 1)).not.toBeNull();
    });
  });
});
