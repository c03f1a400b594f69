import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { initialState } from '../../../models/family/weights';
import { forwardFeeds, splitBatch } from '../../../models/train/forward';
import { createLearnerState } from '../../../models/train/learner';
import type { MicroBatch } from '../../../models/train/forward';
import { Session } from '../../../models/runtime/session';
import { trainStepGraph } from '../../../models/train/train-step';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const B = 5;
const optimiser = { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;

test.each([
  ['mlpT', tinyMlpT],
  ['attention', { ...tinyAttention, puzzleEmbNdim: 6 }],
])('micro-batches give the same numbers as the whole batch: %s', async (_, config) => {
  const random = Random.seeded(3);
  const token = () => random.integer(0, config.vocabSize - 1);
  const tokens = () => Int32Array.from({ length: B * config.seqLen }, token);
  const state = createLearnerState(initialState(config, random), config, B);
  const puzzles = Float32Array.from({ length: B * config.puzzleEmbNdim }, () => random.uniform());
  const { m, v, ema, halted: reset } = state;
  const given = forwardFeeds(config, state, { ...state, inputs: tokens(), reset });
  const feeds = { ...given, puzzles, labels: tokens(), m, v, ema, rates: Float32Array.of(1, 1e-3, 1, 0.9) };
  const run = async (microBatches: readonly MicroBatch[]) => {
    const { graph, gradient } = trainStepGraph({ config, optimiser, batchSize: B, microBatches });
    graph.output('gradient', gradient);
    return (await Session.create(graph)).run(feeds);
  };
  const whole = await run([{ from: 0, to: B }]);
  const split = await run([
    { from: 0, to: 2 },
    { from: 2, to: B },
  ]);
  for (const name of [
    'next_zH',
    'next_zL',
    'exampleMetrics',
    'gradient',
    ...(config.puzzleEmbNdim ? ['puzzleGradient'] : []),
  ]) {
    expect(split[name]!.length, name).toBe(whole[name]!.length);
    split[name]!.forEach((value, i) => expect(value, `${name} ${i}`).toBeCloseTo(whole[name]![i]!, 5));
  }
});

const published = { ...tinyMlpT, lLayers: 2, expansion: 4, innerMultiple: 64 };

test.each([
  ['a small batch stays whole', { ...published, seqLen: 16, hiddenSize: 64 }, 64, 1],
  ['a medium batch is split into cache-sized micro-batches', { ...published, seqLen: 81, hiddenSize: 128 }, 64, 4],
  [
    'a small batch of a wide model stays whole, because its weights dominate',
    { ...published, seqLen: 81, hiddenSize: 512 },
    8,
    1,
  ],
])('splitBatch: %s', (_, config, batchSize, count) => {
  const microBatches = splitBatch(config, batchSize);
  expect(microBatches).toHaveLength(count);
  expect(microBatches[0]!.from).toBe(0);
  expect(microBatches.at(-1)?.to).toBe(batchSize);
  microBatches.slice(1).forEach(({ from }, i) => expect(from).toBe(microBatches[i]!.to));
});
