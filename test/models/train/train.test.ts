/** The training loop with a real learner of the smallest size, and a fake clock. */
import { afterEach, describe, expect, test } from 'vitest';
import { testBatches, PuzzleBatches } from '../../../datasets/batches';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { Random } from '../../../datasets/random';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { createLearnerState, Learner } from '../../../models/train/learner';
import type { RunConfig } from '../../../models/train/run-config';
import type { TrainingControl, TrainingEvent } from '../../../models/train/train';
import { train } from '../../../models/train/train';
import { initialState } from '../../../models/family/weights';
import { tinyMlpT } from '../family/tiny';

const B = 4;
const model = { ...tinyMlpT, vocabSize: 6 };
const config: RunConfig = {
  model,
  batchSize: B,
  seed: 1,
  maxSteps: 10,
  maxSeconds: 1000,
  evaluateEvery: 4,
  ema: null,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 5, totalSteps: 10, minRatio: 1 },
};
/** Four cells each: the loop does not depend on the content of puzzles. */
const puzzles = Array.from({ length: 9 }, (_, i) => ({
  inputs: Uint8Array.of(1, 1, 2, i % 4),
  labels: Uint8Array.of(2, 3, 2, 1),
}));

/** One second per step; calls `onTurn` before each step. */
class Clock implements TrainingControl {
  isStopped = false;
  turns = 0;
  constructor(private readonly onTurn: (clock: Clock) => void | Promise<void> = () => undefined) {}

  get seconds(): number {
    return this.turns;
  }

  async waitWhilePaused(): Promise<void> {
    this.turns++;
    await this.onTurn(this);
  }
}

const open: { release(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.release())));

async function trainRun(
  changes: Partial<RunConfig> = {},
  control: TrainingControl = new Clock(),
): Promise<TrainingEvent[]> {
  const run = { ...config, ...changes };
  const random = Random.seeded(run.seed);
  const learner = await Learner.create({
    model,
    training: run,
    state: createLearnerState(initialState(model, random), model, B),
    threads: 1,
  });
  const evaluator = await Evaluator.create(model, { batchSize: B, threads: 1 });
  open.push(learner, evaluator);
  const fullEval = [...testBatches(puzzles, B)];
  const batches = new PuzzleBatches({ puzzles, kind: sudoku(2, 2), batchSize: B, augmentation: 'none', seed: 1 });
  const events: TrainingEvent[] = [];
  for await (const event of train({
    run,
    learner,
    evaluator,
    batches,
    halting: random,
    quickEval: fullEval.slice(0, 1),
    fullEval,
    isLegal: () => false,
    control,
  }))
    events.push(event);
  return events;
}

const summarise = (events: readonly TrainingEvent[]) =>
  events.map((event) => {
    if (event.type === 'diverged') return event.error.message;
    return event.type === 'step' ? event.metrics.step : `${event.evaluation.count} at ${event.evaluation.step}`;
  });

describe('train', () => {
  test('takes its steps, evaluates at intervals, and ends with a full evaluation', async () => {
    expect(summarise(await trainRun())).toEqual([1, 2, 3, 4, '4 at 4', 5, 6, 7, 8, '4 at 8', 9, 10, '9 at 10']);
  });

  test('skips the quick evaluation before the final one', async () => {
    expect(summarise(await trainRun({ maxSteps: 4 }))).toEqual([1, 2, 3, 4, '9 at 4']);
  });

  test('ends at its time limit after the current step', async () => {
    expect(summarise(await trainRun({ maxSeconds: 4 }))).toEqual([1, 2, 3, '9 at 3']);
  });

  test('ends when it is stopped, even before the first step', async () => {
    const stopAt = (turn: number) => new Clock((clock) => void (clock.isStopped = clock.turns >= turn));
    expect(summarise(await trainRun({}, stopAt(3)))).toEqual([1, 2, '9 at 2']);
    expect(summarise(await trainRun({}, stopAt(1)))).toEqual(['9 at 0']);
  });

  test('waits while paused before each step', async () => {
    const seen: number[] = [];
    const clock = new Clock(async ({ turns }) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(turns);
    });
    await trainRun({ maxSteps: 3 }, clock);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('gives the same run for the same seed, and another for another seed', async () => {
    const [one, same, other] = [await trainRun(), await trainRun(), await trainRun({ seed: 2 })];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('reports divergence, and repeats the same step', async () => {
    const schedule = { ...config.schedule, learningRate: 1e38, warmupSteps: 0 };
    const clock = new Clock((at) => void (at.isStopped = at.turns >= 6));
    const events = summarise(await trainRun({ schedule, optimiser: { ...config.optimiser, name: 'adamW' } }, clock));
    const bad = events.findIndex((event) => typeof event === 'string');
    expect(bad).toBeLessThan(4);
    const message = `training diverged at step ${bad + 1}: NaN or infinity in `;
    expect(events[bad]).toContain(message);
    expect(events.slice(bad, -1)).toEqual(events.slice(bad, -1).map(() => events[bad]));
    expect(events.at(-1)).toBe(`9 at ${bad}`);
  });
});

describe('the metrics of a step event', () => {
  test('contain the loss per example, the learning rate and the time', async () => {
    const [first] = await trainRun({ maxSteps: 1 });
    expect(first).toMatchObject({ type: 'step', metrics: { step: 1, seconds: 1, learningRate: 0.01 / 5 } });
    if (first!.type === 'step') expect(first!.metrics.lmLoss).toBeLessThan(2 * Math.log(model.vocabSize));
  });

  test('have no accuracy and steps until examples halt', async () => {
    const metrics = (await trainRun({ maxSteps: 3 })).flatMap((event) =>
      event.type === 'step' ? [event.metrics] : [],
    );
    expect(metrics.map(({ steps }) => steps)).toEqual([null, null, model.haltMaxSteps]);
    expect(metrics.map(({ accuracy }) => accuracy === null)).toEqual([true, true, false]);
  });
});
