/** Runs are held against the memory there is before anything is made of them. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { availableMemory, preflight } from '../../../../electron/compute/runs/preflight';
import { formatBytes } from '../../../../electron/contract/format';
import { preset, runConfig } from '../../../../models/presets/presets';
import { openService } from '../opened-service';

const classroom = runConfig(preset('classroom'), { seqLen: 16, vocabSize: 5, seed: 1, maxSeconds: 1 });
const MB = 2 ** 20;

describe('a run', () => {
  test('that fits is told what it takes', () => {
    const costEstimate = preflight(classroom);
    expect(costEstimate.memoryBytes).toBeLessThan(costEstimate.availableBytes);
    expect(costEstimate.stepFlop).toBeGreaterThan(costEstimate.answerFlop);
  });

  test('that does not is refused with what it needs, what there is, and the batch that fits', () => {
    const { memoryBytes } = preflight(classroom);
    const available = 100 * MB;
    expect(() => preflight(classroom, available)).toThrow(
      `this run needs about ${formatBytes(memoryBytes)} of memory and 100 MB are free: a batch of `,
    );
    const batch = /a batch of (\d+)/.exec(refusal(available))?.[1];
    expect(() => preflight({ ...classroom, batchSize: Number(batch) }, available)).not.toThrow();
    expect(() => preflight({ ...classroom, batchSize: 2 * Number(batch) }, available)).toThrow();
  });

  test('of which not even one example fits is told so', () => {
    expect(refusal(MB)).toContain('not even a batch of 1 would fit; a smaller hiddenSize would');
  });

  test('of a size that no machine has is refused at once', () => {
    const start = performance.now();
    const { model } = classroom;
    expect(() => preflight({ ...classroom, batchSize: 4096, model: { ...model, hiddenSize: 1e6 } })).toThrow(
      /^this run needs at least [\d,.]+ GB of memory and [\d.]+ [MG]B are free: /,
    );
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

function refusal(available: number): string {
  try {
    preflight(classroom, available);
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
  const { costEstimate, problem } = await lab.ask('preflight', { dataset: 'sudoku-4x4', preset: 'classroom' });
  expect(problem).toBeNull();
  expect(costEstimate?.stepFlopByPart).toHaveProperty('backward');
  await expect(lab.ask('preflight', { dataset: 'chess', preset: 'classroom' })).rejects.toThrow(
    'unknown dataset "chess"',
  );
});
