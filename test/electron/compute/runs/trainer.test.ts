import { afterEach, expect, test } from 'vitest';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import type { StepMetrics } from '../../../../models/train/metrics';
import { inMemory } from '../../../models/checkpoint/bytes-in-memory';
import { planWith } from './examples';

const settings = { batchSize: 48, maxSteps: 100 };
const runs: Trainer[] = [];
afterEach(() => Promise.all(runs.splice(0).map((run) => run.release())));

async function prepare(plan = planWith(settings)): Promise<Trainer> {
  const run = await Trainer.prepare(plan);
  runs.push(run);
  return run;
}

const bytesOf = async (run: Trainer) =>
  Buffer.concat((await run.snapshot({ isEvalPending: false, best: null })).chunks);

/** Trains `count` steps; returns their metrics without times. */
async function train(run: Trainer, count: number): Promise<Omit<StepMetrics, 'seconds'>[]> {
  const steps = [];
  for await (const event of run.events()) {
    if (event.type === 'step') steps.push({ ...event.metrics, seconds: 0 });
    if (steps.length === count) break;
  }
  return steps;
}

test('a run resumed from a checkpoint is identical to an uninterrupted run', async () => {
  // 12 steps of 48 puzzles: the checkpoint is within the second epoch of 282, the end in the third.
  const uninterrupted = await prepare();
  const metrics = await train(uninterrupted, 12);

  const first = await prepare();
  const before = await train(first, 7);
  const checkpoint = await bytesOf(first);
  await train(first, 2);
  const second = await prepare();
  await train(second, 1);
  await expect(second.restore(inMemory(checkpoint), 8)).rejects.toThrow('it contains step');
  await second.restore(inMemory(checkpoint), 7);
  const after = await train(second, 5);

  expect([...before, ...after]).toEqual(metrics);
  expect((await second.model(null)).state).toEqual((await uninterrupted.model(null)).state);
  // Optimizer moments, states, random numbers and data position too: checkpoints with equal clocks.
  const [expected, actual] = await Promise.all(
    [uninterrupted, second].map((run) => {
      run.control.end();
      run.control.startAt({ seconds: 0, joules: null });
      return bytesOf(run);
    }),
  );
  expect(actual!.equals(expected!)).toBe(true);
});

test('a checkpoint of an earlier version is read', async () => {
  const run = await prepare();
  await train(run, 1);
  const checkpoint = Buffer.concat((await run.snapshot({ isEvalPending: true, best: null })).chunks).toString('latin1');
  // Spaces keep the length of the header.
  const previous = checkpoint.replace('isEvalPending\\"', 'owesLook\\"     ');
  expect(previous).not.toBe(checkpoint);
  expect(await (await prepare()).restore(inMemory(Buffer.from(previous, 'latin1')), 1)).toEqual({
    isEvalPending: true,
    best: null,
  });
});

test('the clock continues from the time of the checkpoint', async () => {
  const run = await prepare();
  await train(run, 1);
  run.control.startAt({ seconds: 100, joules: 7 });
  const checkpoint = await bytesOf(run);
  const resumed = await prepare();
  await resumed.restore(inMemory(checkpoint), 1);
  expect(resumed.control.seconds).toBeGreaterThan(100);
  expect(resumed.control.seconds).toBeLessThan(110);
});

test('runs with different seeds differ from the first step', async () => {
  const [one] = await train(await prepare(), 1);
  const [other] = await train(await prepare(planWith(settings, 6)), 1);
  expect(other!.lmLoss).not.toBe(one!.lmLoss);
});

test('restore() throws for a checkpoint of another run', async () => {
  const [run, other] = [await prepare(), await prepare(planWith(settings, 6))];
  await expect(other.restore(inMemory(await bytesOf(run)), 0)).rejects.toThrow('the checkpoint belongs to another run');
});

test('restore() throws for a checkpoint of another plan', async () => {
  const run = await prepare();
  const other = await prepare(planWith({ batchSize: 16 }));
  await expect(other.restore(inMemory(await bytesOf(run)), 0)).rejects.toThrow(
    /^zH: expected 16,384 values of type Float32Array/,
  );
  expect(other.updates).toBe(0);
});

test('model() returns a card with the plan and the training so far', async () => {
  const run = await prepare();
  await train(run, 2);
  const { card, config } = await run.model(null);
  expect(card).toMatchObject({
    name: 'Sudoku 4×4 · Classroom',
    training: { steps: 2, areSamplesCounted: true, seed: 5 },
    accuracy: null,
  });
  expect(card.training.samples).toBe(run['components'].learner.state.samples);
  expect(card.training.samples).toBeLessThan(96);
  expect(card.command).toBe(
    'train --dataset sudoku-4x4 --preset classroom --seed 5 --max-seconds 600 --max-steps 100 --batch-size 48',
  );
  expect(config).toEqual(run.config.model);
});
