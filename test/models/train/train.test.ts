/** The training loop with a real learner of the smallest size, and a fake clock. */
import { afterEach, describe, expect, test } from 'vitest';
import { testBatches, PuzzleBatches } from '../../../datasets/batches';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { Random } from '../../../datasets/random';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import type { RunConfig } from '../../../models/train/run-config';
import type { StepInputs, TrainingControl, TrainingEvent } from '../../../models/train/train';
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
  private readonly stopping = new AbortController();
  private readonly skipping = new AbortController();
  readonly stopped = this.stopping.signal;
  readonly evaluationSkipped = this.skipping.signal;
  turns = 0;
  constructor(private readonly onTurn: (clock: Clock) => void | Promise<void> = () => undefined) {}

  get seconds(): number {
    return this.turns;
  }

  async waitWhilePaused(): Promise<void> {
    this.turns++;
    await this.onTurn(this);
  }

  stop(): void {
    this.stopping.abort();
  }

  skipEvaluation(): void {
    this.skipping.abort();
  }
}

const open: { release(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.release())));

/** Draws of a run: batches and halting. */
class Draws {
  private readonly batches = new PuzzleBatches({
    puzzles,
    kind: sudoku(2, 2),
    batchSize: B,
    symmetricCopies: 1,
    seed: 1,
  });
  /** Number of draws, and of those undone. */
  readonly counts = { drawn: 0, undone: 0 };

  constructor(private random: Random) {}

  next = (): StepInputs => {
    const [position, state] = [this.batches.state(), this.random.state()];
    const undo = () => {
      this.counts.undone++;
      this.batches.restore(position);
      this.random = Random.restored(state);
    };
    this.counts.drawn++;
    return { batch: this.batches.next(), draws: drawHalting(this.random, B, model), undo };
  };
}

/** @param onEvent called with every event before the next is computed */
async function trainRun(
  changes: Partial<RunConfig> = {},
  control: TrainingControl = new Clock(),
  onEvent: (event: TrainingEvent) => void = () => undefined,
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
  const draws = new Draws(random);
  const events: TrainingEvent[] = [];
  for await (const event of train({
    run,
    learner,
    evaluator,
    drawStep: draws.next,
    quickEval: fullEval.slice(0, 1),
    fullEval,
    isLegal: () => false,
    control,
  })) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

const summarise = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => {
    if (event.type === 'diverged') return event.error.message;
    if (event.type === 'step') return event.metrics.step;
    return event.type === 'evaluated' ? `${event.evaluation.count} at ${event.evaluation.step}` : [];
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
    const stopAt = (turn: number) => new Clock((clock) => void (clock.turns >= turn && clock.stop()));
    expect(summarise(await trainRun({}, stopAt(3)))).toEqual([1, 2, '9 at 2']);
    expect(summarise(await trainRun({}, stopAt(1)))).toEqual(['9 at 0']);
  });

  test('reports the end of the training, and the progress of the full evaluation after it', async () => {
    const types = (await trainRun({ maxSteps: 1 })).slice(1);
    expect(types).toEqual([
      { type: 'trained' },
      { type: 'evaluating', done: 0, total: 9 },
      { type: 'evaluating', done: 4, total: 9 },
      { type: 'evaluating', done: 8, total: 9 },
      expect.objectContaining({ type: 'evaluated' }),
    ]);
  });

  test('counts a skipped evaluation for the puzzles evaluated so far', async () => {
    const skipAt = async (done: number) => {
      const clock = new Clock();
      return summarise(
        await trainRun({ maxSteps: 1 }, clock, (event) => {
          if (event.type === 'evaluating' && event.done === done) clock.skipEvaluation();
        }),
      );
    };
    expect(await skipAt(4)).toEqual([1, '4 at 1']);
    expect(await skipAt(0)).toEqual([1]);
  });

  test('ends a stopped step without a trace in weights and draws', async () => {
    const random = Random.seeded(1);
    const state = createLearnerState(initialState(model, random), model, B);
    const learner = await Learner.create({ model, training: config, state, threads: 1 });
    const evaluator = await Evaluator.create(model, { batchSize: B, threads: 1 });
    open.push(learner, evaluator);
    const [draws, clock] = [new Draws(random), new Clock()];
    const fullEval = [...testBatches(puzzles, B)];
    const run = train({
      run: config,
      learner,
      evaluator,
      drawStep: () => {
        const drawn = draws.next();
        if (draws.counts.drawn === 3) clock.stop();
        return drawn;
      },
      quickEval: [],
      fullEval,
      isLegal: () => false,
      control: clock,
    });
    const events = [];
    for await (const event of run) events.push(event);
    expect(summarise(events)).toEqual([1, 2, '9 at 2']);
    expect(draws.counts).toEqual({ drawn: 3, undone: 1 });
    expect(learner.state.updates).toBe(2);
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
    const clock = new Clock((at) => void (at.turns >= 6 && at.stop()));
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
