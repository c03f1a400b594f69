/** An axial model mixes cells along rows and columns, with the same weights for every line. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import { axialResidual } from '../../../models/family/axial';
import { checkConfig, mixerOf, type ModelConfig } from '../../../models/family/config';
import { initialState, weightLayout } from '../../../models/family/weights';
import { gemm } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { Weights } from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';
import { emptyCarry, forwardFeeds } from '../../../models/train/forward';
import { tinyAxial } from './tiny';

const SIDE = 3;
const V = 5;
const config: ModelConfig = { ...tinyAxial, seqLen: SIDE * SIDE, vocabSize: V, hiddenSize: 4, lLayers: 2 };
const layout = weightLayout(config);

const transposed = <Value>(cells: readonly Value[]): Value[] =>
  cells.map((_, cell) => cells[(cell % SIDE) * SIDE + Math.floor(cell / SIDE)]!);

/** The weights with those of rows and columns exchanged. */
function exchangeLines(params: Float32Array): Float32Array {
  const exchanged = params.slice();
  for (const { name } of layout.specs) {
    const other = name.includes('mlp_row')
      ? name.replace('mlp_row', 'mlp_column')
      : name.replace('mlp_column', 'mlp_row');
    layout.values(exchanged, name).set(layout.values(params, other));
  }
  return exchanged;
}

/** Logits of a supervision step, by cell. */
async function solve(tokens: readonly number[], params: Float32Array, seed: number): Promise<number[][]> {
  const { graph, logits } = evalStepGraph(config, 1);
  graph.output('logits', logits);
  const session = await Session.create(graph, { threads: 1 });
  const state = { ...initialState(config, Random.seeded(seed)), params };
  const feed = { inputs: Int32Array.from(tokens), puzzleIdentifiers: new Int32Array(1) };
  const out = await session.run(
    forwardFeeds(config, state, { ...feed, ...emptyCarry(config, 1), reset: new Uint8Array([1]) }),
  );
  await session.release();
  const values = [...(out.logits as Float32Array)];
  return tokens.map((_, cell) => values.slice(cell * V, (cell + 1) * V));
}

test('transposing a grid, with the weights of rows and columns exchanged, transposes the logits', async () => {
  const cases = fc.record({
    tokens: fc.array(fc.integer({ min: 0, max: V - 1 }), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE }),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ tokens, seed }) => {
      const { params } = initialState(config, Random.seeded(seed));
      const plain = transposed(await solve(tokens, params, seed));
      const turned = await solve(transposed(tokens), exchangeLines(params), seed);
      turned.flat().forEach((logit, i) => expect(logit).toBeCloseTo(plain.flat()[i]!, 4));
    }),
    { numRuns: 10 },
  );
});

test('a block reads the cells of the same row and column only', async () => {
  const graph = new Graph();
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const h = graph.input('h', [SIDE * SIDE, config.hiddenSize]);
  graph.output('mixed', axialResidual(h, { config, weights, product: gemm, block: 'model.inner.L_level.layers.0' }));
  const session = await Session.create(graph, { threads: 1 });
  const { params } = initialState(config, Random.seeded(2));
  const mix = async (values: Float32Array) => (await session.run({ params, h: values })).mixed as Float32Array;
  const before = Float32Array.from({ length: SIDE * SIDE * config.hiddenSize }, (_, i) => Math.sin(i));
  const changed = before.slice();
  const [row, column] = [1, 2];
  changed[(row * SIDE + column) * config.hiddenSize] = 5;
  const [first, second] = [await mix(before), await mix(changed)];
  const changedCells = new Set(
    [...first.keys()].filter((i) => first[i] !== second[i]).map((i) => Math.floor(i / config.hiddenSize)),
  );
  const cross = [...Array(SIDE * SIDE).keys()].filter(
    (cell) => Math.floor(cell / SIDE) === row || cell % SIDE === column,
  );
  expect([...changedCells].sort((a, b) => a - b)).toEqual(cross);
  await session.release();
});

test('it mixes neither by attention nor by a token-mixing MLP, and reads square grids only', () => {
  expect(mixerOf(config)).toBe('axial');
  expect(() => checkConfig(config)).not.toThrow();
  expect(() => checkConfig({ ...config, seqLen: 6 })).toThrow('axial reads square grids only, got 6 cells');
  for (const change of [{ mlpT: true }, { puzzleEmbNdim: 4 }, { posEncodings: 'learned' as const }])
    expect(() => checkConfig({ ...config, ...change })).toThrow('axial mixes the cells of a square grid');
});
