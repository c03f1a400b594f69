/** Timing of whole steps, through the code that trains. */
import { Random } from '../../datasets/random';
import { threads } from '../../electron/compute/device';
import { gemm } from '../../models/graph/build';
import { flops } from '../../models/graph/flops';
import { Graph } from '../../models/graph/graph';
import { drawHalting } from '../../models/halting';
import { answerStepGraph } from '../../models/training/answer-step';
import { freshLearnerState, Learner } from '../../models/training/learner';
import { Session } from '../../models/training/session';
import { trainStepGraph } from '../../models/training/train-step';
import { initialState } from '../../models/trm/weights';
import type { Configuration } from './configurations';

export interface Measured {
  readonly milliseconds: number;
  /** Of one step. */
  readonly flop: number;
  readonly createSeconds: number;
  /** Resident memory with the session alive. */
  readonly megabytes: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median milliseconds of `count` calls, after two that are not counted. */
async function timed(count: number, run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = -2; i < count; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

const PEAK_SIZE = 1024;

/** GFLOP/s of a plain square product on the same threads: the roof of everything else. */
export async function measurePeak(count: number): Promise<number> {
  const graph = new Graph();
  graph.output('c', gemm(graph.input('a', [PEAK_SIZE, PEAK_SIZE]), graph.input('b', [PEAK_SIZE, PEAK_SIZE])));
  const session = await Session.create(graph, { threads });
  const values = new Float32Array(PEAK_SIZE * PEAK_SIZE).fill(0.5);
  const milliseconds = await timed(count, () => session.run({ a: values, b: values }));
  await session.release();
  return flops(graph) / milliseconds / 1e6;
}

const learning = (batchSize: number) => ({
  batchSize,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 1000, minRatio: 1 },
  ema: { rate: 0.999, warmup: true },
}) as const;

const tokens = (random: Random, { batchSize, model }: Configuration): Int32Array =>
  Int32Array.from({ length: batchSize * model.seqLen }, () => random.integer(1, model.vocabSize - 1));

/** A whole train step: halting, batch, forward, backward, update. */
export async function measureTraining(configuration: Configuration, count: number): Promise<Measured> {
  const { model, batchSize } = configuration;
  const random = Random.seeded(1);
  const config = learning(batchSize);
  const start = performance.now();
  const learner = await Learner.create({ model, learning: config, state: freshLearnerState(initialState(model, random), model, batchSize), threads });
  const createSeconds = (performance.now() - start) / 1000;
  const batch = { inputs: tokens(random, configuration), labels: tokens(random, configuration) };
  const milliseconds = await timed(count, () => learner.step(batch, drawHalting(random, batchSize, model)));
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  await learner.release();
  return { milliseconds, flop: flops(trainStepGraph({ config: model, optimiser: config.optimiser, batchSize }).graph), createSeconds, megabytes };
}

/** One supervision step of a batch, without learning. */
export async function measureInference(configuration: Configuration, count: number): Promise<Measured> {
  const { model, batchSize } = configuration;
  const { graph } = answerStepGraph(model, batchSize);
  const start = performance.now();
  const session = await Session.create(graph, { threads });
  const createSeconds = (performance.now() - start) / 1000;
  const random = Random.seeded(1);
  const { params, hInit, lInit, zH, zL } = freshLearnerState(initialState(model, random), model, batchSize);
  const feeds = { params, hInit, lInit, zH, zL, inputs: tokens(random, configuration), reset: new Int32Array(batchSize).fill(1) };
  const milliseconds = await timed(count, () => session.run(feeds));
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  await session.release();
  return { milliseconds, flop: flops(graph), createSeconds, megabytes };
}
