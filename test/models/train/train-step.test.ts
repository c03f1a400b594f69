/**
 * Compares the gradient of a whole train step with central differences of its loss.
 * Gradients flow through the last H cycle only, so differences are taken of models with one H cycle;
 * a second test shows that earlier H cycles only change the start.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { printGraph } from '../../../models/graph/analysis';
import { Session, type Feeds } from '../../../models/runtime/session';
import { exampleMetricNames, trainStepGraph, updateStepGraph } from '../../../models/train/train-step';
import {
  countPositions,
  type ModelConfig,
  stateWidth,
  hasSymbolVectors,
  FIRST_SYMBOL,
} from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';
import { tinyAttention, tinyAxial, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../family/tiny';

const B = 2;
const optimiser = { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;
const families: [string, ModelConfig][] = [
  ['mlpT', tinyMlpT],
  ['attention', tinyAttention],
  ['attention without positions', { ...tinyAttention, posEncodings: 'none' }],
  ['learned positions', { ...tinyMlpT, posEncodings: 'learned' }],
  ['softmax', { ...tinyMlpT, loss: 'softmax' }],
  ['separate networks', { ...tinyAttention, separateNetworks: true, hLayers: 1 }],
  ['puzzle embeddings', { ...tinyAttention, puzzleEmbNdim: 6 }],
  ['symbol vectors', tinySymbols],
  ['convolution', { ...tinyConvolution, seqLen: 9 }],
  ['symbol vectors and convolution', { ...tinySymbols, mlpT: false }],
  ['axial', tinyAxial],
  ['line sums', tinyLineSums],
];

const noise = (random: Random, length: number, size = 1) =>
  Float32Array.from({ length }, () => size * (2 * random.uniform() - 1));

/** Random weights, states, puzzles and labels (one ignored); the halting head is not zero. */
function randomFeeds(config: ModelConfig, random: Random): Feeds & { readonly params: Float32Array } {
  const { size } = weightLayout(config);
  const cells = B * config.seqLen;
  const { puzzleEmbNdim } = config;
  const token = () => random.integer(0, config.vocabSize - 1);
  const label = () => random.integer(hasSymbolVectors(config) ? FIRST_SYMBOL : 0, config.vocabSize - 1);
  const state = () => noise(random, B * countPositions(config) * stateWidth(config));
  return {
    params: noise(random, size, 0.8),
    m: new Float32Array(size),
    v: new Float32Array(size),
    ema: new Float32Array(size),
    hInit: noise(random, config.hiddenSize),
    lInit: noise(random, config.hiddenSize),
    zH: state(),
    zL: state(),
    reset: Int32Array.of(0, 1),
    inputs: Int32Array.from({ length: cells }, token),
    labels: Int32Array.from({ length: cells }, (_, cell) => (cell === 1 ? -100 : label())),
    rates: new Float32Array(4),
    puzzles: noise(random, B * puzzleEmbNdim),
  };
}

async function sessionFor(config: ModelConfig) {
  const { graph, gradient } = trainStepGraph({ config, optimiser, batchSize: B });
  graph.output('gradient', gradient);
  return Session.create(graph, { threads: 1 });
}

/** (Σ lmLoss + ½ Σ qHaltLoss) / B from the metrics of the examples, summed in float64. */
const meanLoss = (exampleMetrics: ArrayLike<number>): number => {
  const row = (name: (typeof exampleMetricNames)[number]) =>
    Array.from(exampleMetrics).slice(exampleMetricNames.indexOf(name) * B, (exampleMetricNames.indexOf(name) + 1) * B);
  return [...row('lmLoss'), ...row('qHaltLoss').map((loss) => loss / 2)].reduce((sum, loss) => sum + loss, 0) / B;
};

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
/** The loss of symbol vectors is less linear in their few embeddings. */
const stepFor = (config: ModelConfig) => (hasSymbolVectors(config) ? 2 ** -10 : 2 ** -8);
/** Rounding of a loss near 4 (a few 1e-7) over two steps of 1/256, and as much for the third derivative. */
const TOLERANCE = 3e-4;

describe.each(families)('a train step with %s', (_, config) => {
  test('has a gradient that agrees with central differences of its loss, for every weight', async () => {
    const once = { ...config, hCycles: 1, lCycles: 2 };
    const session = await sessionFor(once);
    const random = Random.seeded(7);
    const feeds = randomFeeds(once, random);
    const gradient = (await session.run(feeds)).gradient as Float32Array;
    const lossAlong = async (direction: Float32Array, step: number) =>
      meanLoss(
        (await session.run({ ...feeds, params: feeds.params.map((value, i) => value + step * direction[i]!) }))
          .exampleMetrics!,
      );
    const layout = weightLayout(once);
    const step = stepFor(once);
    for (const { name } of layout.specs) {
      const direction = new Float32Array(layout.size);
      layout.values(direction, name).set(noise(random, layout.values(direction, name).length));
      const expected = ((await lossAlong(direction, step)) - (await lossAlong(direction, -step))) / (2 * step);
      expect(Math.abs(dot(gradient, direction) - expected), name).toBeLessThan(TOLERANCE + 0.01 * Math.abs(expected));
    }
    await session.release();
  });

  test('gives the same result as starting the last H cycle from the states of the earlier ones', async () => {
    const random = Random.seeded(8);
    const feeds = { ...randomFeeds(config, random), reset: new Int32Array(B) };
    const [once, twice] = [await sessionFor({ ...config, hCycles: 1 }), await sessionFor({ ...config, hCycles: 2 })];
    const { next_zH: zH, next_zL: zL } = await once.run(feeds);
    const [after, whole] = [await once.run({ ...feeds, zH: zH!, zL: zL! }), await twice.run(feeds)];
    for (const name of ['next_zH', 'next_zL', 'exampleMetrics', 'gradient'])
      expect(after[name], name).toEqual(whole[name]);
    await Promise.all([once.release(), twice.release()]);
  });
});

test('the train step of a tiny model matches its printed graph', async () => {
  const { graph } = trainStepGraph({ config: tinyMlpT, optimiser, batchSize: B });
  await expect(printGraph(graph)).toMatchFileSnapshot('train-step.mlp-t.txt');
});

test.each([1, 2047, 2048, 4095, 4096, 8193])(
  'the squared norm of a gradient of %d numbers is that of all of them',
  async (length) => {
    const session = await Session.create(updateStepGraph({ optimiser, length, shards: 1 }), { threads: 1 });
    const gradient = noise(Random.seeded(length), length);
    const zeros = new Float32Array(length);
    const { squaredNorm } = await session.run({
      gradient_0: gradient,
      params: zeros,
      m: zeros,
      v: zeros,
      ema: zeros,
      rates: new Float32Array(4),
    });
    expect(squaredNorm).toHaveLength(1);
    expect(squaredNorm![0]! / dot(gradient, gradient)).toBeCloseTo(1, 5);
    await session.release();
  },
);
