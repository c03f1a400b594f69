/** Runs are held against the memory there is before anything is made of them. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DiskPlan, ProgressEstimate } from '../../../../electron/compute/runs/preflight';
import {
  availableMemory,
  estimateDiskUsage,
  checkDiskSpace,
  estimateProgress,
  estimateRunCost,
} from '../../../../electron/compute/runs/preflight';
import { defaultPolicy } from '../../../../electron/compute/runs/run-record';
import { Checkpoints } from '../../../../electron/compute/runs/run-store';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import { formatBytes } from '../../../../electron/contract/format';
import { getPreset, createRunConfig } from '../../../../models/presets/presets';
import { freshFolder, openService } from '../opened-service';
import { inEnglish } from '../../../english';
import { planWith } from './examples';

describe('memory', () => {
  const classroom = createRunConfig(getPreset('classroom'), { seqLen: 16, vocabSize: 5, seed: 1, maxSeconds: 1 });
  const MB = 2 ** 20;

  describe('a run', () => {
    test('that fits is told what it takes', () => {
      const costEstimate = estimateRunCost(classroom);
      expect(costEstimate.memoryBytes).toBeLessThan(costEstimate.availableBytes);
      expect(costEstimate.stepFlop).toBeGreaterThan(costEstimate.answerFlop);
    });

    test('that does not is refused with what it needs, what there is, and the batch that fits', () => {
      const { memoryBytes } = estimateRunCost(classroom);
      const available = 100 * MB;
      expect(() => estimateRunCost(classroom, available)).toThrow(
        `this run needs about ${formatBytes(memoryBytes)} of memory, but only 100 MB are free: a batch size of `,
      );
      const batch = /a batch size of (\d+)/.exec(refusal(available))?.[1];
      expect(() => estimateRunCost({ ...classroom, batchSize: Number(batch) }, available)).not.toThrow();
      expect(() => estimateRunCost({ ...classroom, batchSize: 2 * Number(batch) }, available)).toThrow();
    });

    test('of which not even one example fits is told so', () => {
      expect(refusal(MB)).toContain('even a batch size of 1 would not fit, so choose a smaller model');
    });

    test('of a size that no machine has is refused at once', () => {
      const start = performance.now();
      const { model } = classroom;
      expect(() => estimateRunCost({ ...classroom, batchSize: 4096, model: { ...model, hiddenSize: 1e6 } })).toThrow(
        /^this run needs at least [\d,.]+ GB of memory, but only [\d.]+ [MG]B are free: /,
      );
      expect(performance.now() - start).toBeLessThan(2000);
    });
  });

  function refusal(available: number): string {
    try {
      estimateRunCost(classroom, available);
      return 'fits';
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('there is some memory free, and less than a machine can have', () => {
    expect(availableMemory()).toBeGreaterThan(10 * MB);
    expect(availableMemory()).toBeLessThan(2 ** 50);
  });

  test('the window is told what a run would take, or why it cannot be', async () => {
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

// Estimates agree with what the training loop does and with what is written to the disk.

describe('time and disk', () => {
  interface Run {
    readonly stepSeconds: number;
    readonly evalSeconds: number;
    readonly maxSteps: number;
    readonly maxSeconds: number;
    readonly evaluateEvery: number;
  }

  /** Step by step, as `train` goes about it. */
  function played({ stepSeconds, evalSeconds, maxSteps, maxSeconds, evaluateEvery }: Run): ProgressEstimate {
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

  const whole = (max: number) => fc.integer({ min: 1, max });

  test('steps, evaluations and seconds are those of the loop played through', () => {
    const runs = fc.record({
      stepSeconds: whole(9),
      evalSeconds: whole(40),
      maxSteps: whole(500),
      maxSeconds: whole(2000),
      evaluateEvery: whole(60),
    });
    fc.assert(
      fc.property(runs, (run) => {
        expect(estimateProgress(run, run)).toEqual(played(run));
      }),
      { numRuns: 500 },
    );
  });

  test('a run of two thousand steps with a look every fifty', () => {
    const pace = { stepSeconds: 0.25, evalSeconds: 2 };
    const limits = { maxSteps: 2000, evaluateEvery: 50 };
    expect(estimateProgress(pace, { ...limits, maxSeconds: 3600 })).toEqual({
      steps: 2000,
      evaluations: 39,
      seconds: 578,
    });
    // Twelve and a half seconds of steps and two of a look, six times; then 13 seconds for 50 steps and a look that goes beyond.
    expect(estimateProgress(pace, { ...limits, maxSeconds: 100 })).toEqual({
      steps: 350,
      evaluations: 7,
      seconds: 100,
    });
  });

  // What a run takes on the disk, and what is proposed where that is too much.

  const MB = 2 ** 20;
  const { config } = planWith();
  const plan = (changes: Partial<DiskPlan> = {}): DiskPlan => ({
    writes: { checkpoint: 10 * MB, model: 2 * MB, step: 200, evaluation: 4000 },
    progress: { steps: 2000, evaluations: 39, seconds: 600 },
    policy: defaultPolicy,
    ...changes,
  });

  test('a run keeps the last two checkpoints and the best, writes one more, its metrics and a model', () => {
    expect(estimateDiskUsage(plan())).toBe(42 * MB + 2000 * 200 + 40 * 4000);
  });

  test('a run that ends before its first checkpoint is due makes one at its end, and one before where it starts from a model', () => {
    expect(estimateDiskUsage(plan({ progress: { steps: 10, evaluations: 0, seconds: 3 } }))).toBe(
      22 * MB + 10 * 200 + 4000,
    );
  });

  test('checkpoints kept for good take no more than the budget, but for the one that is being written', () => {
    const keeping = (budgetBytes: number) =>
      estimateDiskUsage(plan({ policy: { ...defaultPolicy, keepEvery: 100, budgetBytes } })) -
      estimateDiskUsage(plan());
    expect(keeping(1024 * MB)).toBe(200 * MB);
    expect(keeping(100 * MB)).toBe(70 * MB);
    expect(keeping(1)).toBe(0);
  });

  test('what lies in a folder of checkpoints never takes more than was told', async () => {
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
        const told = estimateDiskUsage({
          writes: { checkpoint: size, model: 0, step: 0, evaluation: 0 },
          progress: { steps, evaluations: 0, seconds: 1 },
          policy: { everySteps: 1, everySeconds: null, keepEvery, budgetBytes },
        });
        expect(most).toBeLessThanOrEqual(told);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  async function bytesIn(folder: string): Promise<number> {
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  describe('a run that does not fit the disk', () => {
    const keeping = plan({ policy: { ...defaultPolicy, keepEvery: 10 } });

    test('may fit when fewer checkpoints are kept', () => {
      expect(inEnglish(checkDiskSpace(keeping, config, 100 * MB))).toBe(
        'this run needs up to 713 MB of disk space, but only 100 MB are free: it would fit with only the last and the best checkpoints (43 MB)',
      );
    });

    test('may fit with a smaller batch, whose checkpoints are as much smaller as they are told to be', async () => {
      const trainings = await Promise.all([64, 16].map((batchSize) => Trainer.prepare(planWith({ batchSize }))));
      const [large, small] = trainings.map(({ checkpointBytes }) => checkpointBytes);
      await Promise.all(trainings.map((training) => training.release()));
      const writes = { checkpoint: large!, model: 0, step: 0, evaluation: 0 };
      // The head of the file names sizes, which have fewer digits.
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! + 1000))).toMatch(/ would fit$/u);
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! + 1000))).toContain('a batch size of 16');
      expect(inEnglish(checkDiskSpace(plan({ writes }), config, 4 * small! - 1000))).toContain('a batch size of 8');
    });

    test('is told how much room to make where nothing else helps', () => {
      expect(inEnglish(checkDiskSpace(plan(), config, 30 * MB))).toBe(
        'this run needs up to 43 MB of disk space, but only 30 MB are free: free up 13 MB more',
      );
    });

    test('is one only where the disk tells', () => {
      expect(checkDiskSpace(plan(), config, null)).toBeNull();
      expect(checkDiskSpace(plan(), config, estimateDiskUsage(plan()))).toBeNull();
      expect(checkDiskSpace(plan(), config, estimateDiskUsage(plan()) - 1)).not.toBeNull();
    });
  });
});
