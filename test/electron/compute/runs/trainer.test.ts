import { afterEach, expect, test } from 'vitest';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import type { StepMetrics } from '../../../../models/train/metrics';
import { planWith } from './examples';

const settings = { batchSize: 48, maxSteps: 100 };
const runs: Trainer[] = [];
afterEach(() => Promise.all(runs.splice(0).map((run) => run.release())));

async function prepared(plan = planWith(settings)): Promise<Trainer> {
  const run = await Trainer.prepare(plan);
  runs.push(run);
  return run;
}

const bytesOf = (run: Trainer) => Buffer.concat(run.snapshot({ isEvalPending: false, best: null }).chunks);

/** Its next steps, which differ from run to run in nothing but the time they took. */
async function take(run: Trainer, count: number): Promise<Omit<StepMetrics, 'seconds'>[]> {
  const steps = [];
  for await (const event of run.events()) {
    if (event.type === 'step') steps.push({ ...event.metrics, seconds: 0 });
    if (steps.length === count) break;
  }
  return steps;
}

test('a run that goes on from a checkpoint is the uninterrupted run, bit for bit', async () => {
  // 12 steps of 48 puzzles: the checkpoint lies within one epoch of 282, the end in another.
  const whole = await prepared();
  const metrics = await take(whole, 12);

  const first = await prepared();
  const before = await take(first, 7);
  const checkpoint = bytesOf(first);
  await take(first, 2);
  const second = await prepared();
  await take(second, 1);
  second.restore(checkpoint);
  const after = await take(second, 5);

  expect([...before, ...after]).toEqual(metrics);
  expect(second.model(null).state).toEqual(whole.model(null).state);
  // Moments, states, draws and the place in the data too: whole checkpoints at the same time of the clock.
  const [theirs, ours] = [whole, second].map((run) => {
    run.control.pause();
    run.control.startAt(0);
    return bytesOf(run);
  });
  expect(ours!.equals(theirs!)).toBe(true);
});

test('a checkpoint of an earlier version is read', async () => {
  const run = await prepared();
  await take(run, 1);
  const checkpoint = Buffer.concat(run.snapshot({ isEvalPending: true, best: null }).chunks).toString('latin1');
  // Spaces keep the length of the header.
  const previous = checkpoint.replace('isEvalPending\\"', 'owesLook\\"     ');
  expect(previous).not.toBe(checkpoint);
  expect((await prepared()).restore(Buffer.from(previous, 'latin1'))).toEqual({ isEvalPending: true, best: null });
});

test('the clock goes on from the checkpoint', async () => {
  const run = await prepared();
  await take(run, 1);
  run.control.startAt(100);
  const checkpoint = bytesOf(run);
  const resumed = await prepared();
  resumed.restore(checkpoint);
  expect(resumed.control.seconds).toBeGreaterThan(100);
  expect(resumed.control.seconds).toBeLessThan(110);
});

test('runs of two seeds differ from the first step on', async () => {
  const [one] = await take(await prepared(), 1);
  const [other] = await take(await prepared(planWith(settings, 6)), 1);
  expect(other!.lmLoss).not.toBe(one!.lmLoss);
});

test('a checkpoint of another plan is refused, and so is one that says no place', async () => {
  const run = await prepared();
  const other = await prepared(planWith({ batchSize: 16 }));
  expect(() => other.restore(bytesOf(run))).toThrow(/^zH: expected 16,384 values of type Float32Array/);
  expect(other.updates).toBe(0);
});

test('its model carries the plan and what was done', async () => {
  const run = await prepared();
  await take(run, 2);
  const { card, config } = run.model(null);
  expect(card).toMatchObject({
    name: 'Sudoku 4×4 · Classroom',
    training: { steps: 2, samples: 96, seed: 5 },
    accuracy: null,
  });
  expect(card.command).toBe(
    'train --dataset sudoku-4x4 --preset classroom --seed 5 --max-seconds 600 --batch-size 48 --max-steps 100',
  );
  expect(config).toEqual(run.config.model);
});
