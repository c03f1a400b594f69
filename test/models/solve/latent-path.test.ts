/** The projection of a solve's states to two dimensions: planar paths keep their distances, others report the lost variance. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import type { ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { LatentPath, sampledPositions } from '../../../models/solve/latent-path';
import { Solver } from '../../../models/solve/solve';
import { tinyAttention, tinyMlpT } from '../family/tiny';

/** 4 positions of width 4: 16 values for each of zH and zL; one update of zL and one of zH in every cycle. */
const config: ModelConfig = { ...tinyMlpT, hCycles: 1, lCycles: 1 };
const zero = {
  params: new Float32Array(),
  puzzleTable: new Float32Array(),
  hInit: new Float32Array(4),
  lInit: new Float32Array(4),
};
/** Returns a state that begins with these values and is zero elsewhere. */
const state = (...values: number[]) => [...values, ...new Array<number>(16 - values.length).fill(0)];

async function pathOf(...states: number[][]) {
  const path = new LatentPath(config, zero);
  await path.addStep(Float32Array.from(states.flat()));
  return path.project();
}

const distance = ([ax, ay]: readonly number[], [bx, by]: readonly number[]) => Math.hypot(ax! - bx!, ay! - by!);

describe('the path of the state', () => {
  test('on a line has all its variance in the first coordinate and keeps its distances', async () => {
    const { points, shares } = await pathOf(state(3), state(0, 0), state(6), state(0, 0));
    expect(shares[0]).toBeCloseTo(1, 9);
    expect(shares[1]).toBeCloseTo(0, 9);
    expect(distance(points[0]!, points[2]!)).toBeCloseTo(3, 6);
    expect(distance(points[0]!, points[1]!)).toBeCloseTo(0, 6);
  });

  test('in a plane keeps every distance, for movements of both zH and zL', async () => {
    // zL moves along one axis, zH along another.
    const { points, shares } = await pathOf(state(4), state(3), state(0), state(-1));
    expect(shares[0] + shares[1]).toBeCloseTo(1, 9);
    expect(distance(points[0]!, points[1]!)).toBeCloseTo(3, 6);
    expect(distance(points[1]!, points[2]!)).toBeCloseTo(4, 6);
    expect(distance(points[0]!, points[3]!)).toBeCloseTo(Math.hypot(4, 1), 6);
  });

  test('in three dimensions has shares of variance that sum to less than 1', async () => {
    const { shares } = await pathOf(state(1), state(1), state(0, 1), state(0, 1), state(0, 0, 1), state(0, 0, 1));
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1]);
    expect(shares[0] + shares[1]).toBeLessThan(0.99);
  });

  test('of a constant state is a single point', async () => {
    const { points, shares } = await pathOf(state(), state());
    expect(points.flat().map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(shares).toEqual([0, 0]);
  });

  test('begins at the bottom left', async () => {
    const [first] = (await pathOf(state(4), state(3), state(0), state(-1))).points;
    expect(Math.max(...first!)).toBeLessThanOrEqual(0);
  });
});

test('small states are sampled at every position, large ones at evenly spaced positions', () => {
  expect([...sampledPositions(config)]).toEqual([0, 1, 2, 3]);
  const sampled = sampledPositions({ ...config, seqLen: 900, hiddenSize: 128 });
  expect([sampled.length, sampled[0], sampled[1], sampled.at(-1)]).toEqual([64, 0, 14, 885]);
});

test.each<[string, ModelConfig]>([
  ['a model with two states', tinyMlpT],
  ['a model with attention and a puzzle embedding', { ...tinyAttention, puzzleEmbNdim: 4, numPuzzleIdentifiers: 2 }],
  ['a model with one state', { ...tinyMlpT, family: 'singleZ' }],
  ['a model without cycles', { ...tinyAttention, family: 'direct', hLayers: 2, lLayers: 0, lCycles: 0, hCycles: 1 }],
])('%s has a path through every update if requested', async (_, model) => {
  const solver = await Solver.create(model, initialState(model, Random.seeded(3)));
  expect((await solver.solve([1, 2, 1, 0])).path).toBeNull();
  const { path, steps } = await solver.solve([1, 2, 1, 0], { path: true });
  const updates = steps.flatMap(({ cycles }) => cycles.flatMap(({ latent }) => [...latent, 'answer']));
  expect(path?.points).toHaveLength(updates.length);
  expect(path?.points.flat().every(Number.isFinite)).toBe(true);
  const [first = 0, second = 0] = path?.shares ?? [];
  expect(first).toBeGreaterThan(0);
  expect(first + second).toBeLessThanOrEqual(1 + 1e-9);
  await solver.release();
});

test.each([
  [100, 400, [0, 1, 2]],
  [256, 512, [1, 3, 5]],
  [1024, 512, [7, 15, 23]],
])(
  'the path of %i steps has %i points, at whole cycles or steps where not every update fits',
  async (steps, count, first) => {
    const solver = await Solver.create(tinyMlpT, initialState(tinyMlpT, Random.seeded(3)));
    const { path } = await solver.solve([1, 2, 1, 0], { path: true, maxSteps: steps });
    expect(path?.points).toHaveLength(count);
    expect(path?.updates.slice(0, 3)).toEqual(first);
    expect(path?.updates.at(-1)).toBe(4 * steps - 1);
    await solver.release();
  },
);

test('a solve ends after a step whose onStep throws', async () => {
  const solver = await Solver.create(tinyMlpT, initialState(tinyMlpT, Random.seeded(1)));
  const calls: [number, number][] = [];
  const onStep = async (step: number, total: number) => {
    calls.push([step, total]);
    if (step === 2) throw new Error('enough');
  };
  await expect(solver.solve([1, 2, 1, 0], { onStep })).rejects.toThrow('enough');
  expect(calls).toEqual([
    [1, 3],
    [2, 3],
  ]);
  await solver.release();
});

test('a solve with maxSteps returns the same first steps', async () => {
  const solver = await Solver.create(tinyMlpT, initialState(tinyMlpT, Random.seeded(1)));
  const [whole, first] = [await solver.solve([1, 2, 1, 0]), await solver.solve([1, 2, 1, 0], { maxSteps: 1 })];
  expect(first.steps).toEqual(whole.steps.slice(0, 1));
  await solver.release();
});

test('a solve reports FLOPs proportional to its steps, its heads and its puzzle embedding length', async () => {
  const solver = await Solver.create(tinyAttention, initialState(tinyAttention, Random.seeded(1)));
  const { flop, heads, puzzleEmbLen } = await solver.solve([1, 2, 1, 0]);
  expect(flop).toBeGreaterThan(0);
  expect(flop % tinyAttention.haltMaxSteps).toBe(0);
  expect([heads, puzzleEmbLen]).toEqual([2, 0]);
  await solver.release();
});
