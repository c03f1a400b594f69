/** Times whole steps through the production code; compared subjects are timed in turn: A B A B. */
import { Random } from '../../datasets/random';
import { initialState } from '../../models/family/weights';
import { gemm } from '../../models/graph/build';
import { countFlops } from '../../models/graph/analysis';
import { Graph } from '../../models/graph/graph';
import { drawHalting } from '../../models/train/halting';
import { createLearnerState, Learner } from '../../models/train/learner';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import { forwardFeeds } from '../../models/train/forward';
import { FIRST_SYMBOL } from '../../models/family/config';
import type { EngineOptions } from '../../models/engine/engine';
import { Session } from '../../models/runtime/session';
import { trainStepGraph } from '../../models/train/train-step';
import type { Precision } from '../../models/runtime/execution';
import type { Configuration } from './configurations';

export type StepKind = 'train' | 'inference';

/** Elapsed time, or processor time of the process: on a machine with other work only that of one thread is comparable. */
export const clocks = ['elapsed', 'cpu'] as const;
export type Clock = (typeof clocks)[number];

/** A subject of the benchmark, timed step by step. */
export interface Subject {
  /** Runs one step and returns its milliseconds. */
  step(clock: Clock): Promise<number>;
  release(): Promise<void>;
}

/** A step of this app. */
export interface OwnSubject extends Subject {
  /** Floating-point operations of one step. */
  readonly flop: number;
  readonly createSeconds: number;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const WARM_UP = 2;

/** Returns the milliseconds of `count` steps of each subject, taken in turn so that load affects all of them alike. */
export async function inTurn(
  subjects: readonly Subject[],
  count: number,
  clock: Clock = 'elapsed',
): Promise<number[][]> {
  const times = subjects.map((): number[] => []);
  for (let i = -WARM_UP; i < count; i++) {
    for (const [index, subject] of subjects.entries()) {
      const milliseconds = await subject.step(clock);
      if (i >= 0) times[index]!.push(milliseconds);
    }
  }
  return times;
}

/** Median of the ratios of neighbouring steps: how many times as fast the first was. */
export const speedup = (own: readonly number[], other: readonly number[]): number =>
  median(own.map((time, i) => other[i]! / time));

/** Milliseconds of a clock. */
const now: Readonly<Record<Clock, () => number>> = {
  elapsed: () => performance.now(),
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

async function milliseconds(run: () => Promise<unknown>, clock: Clock): Promise<number> {
  const start = now[clock]();
  await run();
  return now[clock]() - start;
}

async function subject(
  flop: number,
  create: () => Promise<{ readonly run: () => Promise<unknown>; release(): Promise<void> }>,
): Promise<OwnSubject> {
  const start = performance.now();
  const made = await create();
  const createSeconds = (performance.now() - start) / 1000;
  return { flop, createSeconds, step: (clock) => milliseconds(made.run, clock), release: () => made.release() };
}

const PEAK_SIZE = 512;
const PEAK_PRODUCTS = 16;

/** Plain square products in sequence on the same threads: the peak performance. Transfer of the matrices takes a small part of it. */
export function peakSubject(threads: number): Promise<OwnSubject> {
  const graph = new Graph();
  const b = graph.input('b', [PEAK_SIZE, PEAK_SIZE]);
  let product = graph.input('a', [PEAK_SIZE, PEAK_SIZE]);
  for (let i = 0; i < PEAK_PRODUCTS; i++) product = gemm(product, b);
  graph.output('c', product);
  // Every product has the same values.
  const values = new Float32Array(PEAK_SIZE * PEAK_SIZE).fill(1 / PEAK_SIZE);
  return subject(countFlops(graph), async () => {
    const session = await Session.create(graph, { threads });
    return { run: () => session.run({ a: values, b: values }), release: () => session.release() };
  });
}

const learning = ({ batchSize, optimiser }: Configuration, precision: Precision) =>
  ({
    batchSize,
    precision,
    optimiser,
    schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 1000, minRatio: 1 },
    ema: { rate: 0.999, warmup: true },
    puzzleEmbeddings: { learningRate: 1e-3, weightDecay: 0.1 },
  }) as const;

/** Random tokens, the same for every subject: blanks and symbols, or symbols only. */
const tokens = (random: Random, { batchSize, model }: Configuration, from = 1): Int32Array =>
  Int32Array.from({ length: batchSize * model.seqLen }, () => random.integer(from, model.vocabSize - 1));

/** Options of a train step: parts of the batch, and where they are computed. */
type TrainOptions = EngineOptions & { readonly shards: number };

/** A whole train step: halting, batch, forward, backward, update. */
export function trainSubject(
  configuration: Configuration,
  precision: Precision,
  { shards, ...options }: TrainOptions,
): Promise<OwnSubject> {
  const { model, batchSize } = configuration;
  const random = Random.seeded(1);
  const config = { ...learning(configuration, precision), shards };
  const { graph } = trainStepGraph({ config: model, optimiser: config.optimiser, batchSize });
  const state = createLearnerState(initialState(model, random), model, batchSize);
  const batch = {
    inputs: tokens(random, configuration),
    labels: tokens(random, configuration, FIRST_SYMBOL),
    puzzleIdentifiers: Int32Array.from({ length: batchSize }, (_, i) => i % model.numPuzzleIdentifiers),
  };
  return subject(countFlops(graph), async () => {
    const learner = await Learner.create({ model, training: config, state, ...options });
    return { run: () => learner.step(batch, drawHalting(random, batchSize, model)), release: () => learner.release() };
  });
}

/** One supervision step of a batch, without training, in one session. */
export function inferenceSubject(
  configuration: Configuration,
  precision: Precision,
  threads: number,
): Promise<OwnSubject> {
  const { model, batchSize } = configuration;
  const { graph } = evalStepGraph(model, batchSize, precision);
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(model, random), model, batchSize);
  const feeds = forwardFeeds(model, state, { ...state, inputs: tokens(random, configuration), reset: state.halted });
  return subject(countFlops(graph), async () => {
    const session = await Session.create(graph, { threads });
    return { run: () => session.run(feeds), release: () => session.release() };
  });
}
