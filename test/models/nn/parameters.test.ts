import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { add, mul, reduceSum, reshape } from '../../../models/graph/build';
import type { Tensor } from '../../../models/graph/graph';
import { Graph } from '../../../models/graph/graph';
import { ShapeError, formatShape } from '../../../models/graph/shape';
import type { ParameterSpec } from '../../../models/nn/parameters';
import {
  fanIn,
  initialise,
  ParameterLayout,
  truncatedNormal,
  UNIFORM_BOUND,
  Weights,
} from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';

const specs: ParameterSpec[] = [
  { name: 'embedding', shape: [2, 3], init: fanIn(3) },
  { name: 'fused', shape: [4, 2], init: fanIn(2) },
  { name: 'bias', shape: [2], init: { kind: 'constant', value: -5 } },
];
const layout = new ParameterLayout(specs);
const counting = Float32Array.from({ length: layout.size }, (_, i) => i);

describe('ParameterLayout', () => {
  test('places the weights one after the other in the given order', () => {
    expect(layout.size).toBe(16);
    expect(specs.map(({ name }) => [...layout.values(counting, name)])).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11, 12, 13],
      [14, 15],
    ]);
  });

  test('returns views: writing to them changes the flat vector', () => {
    const flat = new Float32Array(layout.size);
    layout.values(flat, 'bias').fill(7);
    expect([...flat.subarray(13)]).toEqual([0, 7, 7]);
  });

  test('initialises each weight by its spec, reproducibly for a seed', () => {
    const flat = layout.initialise(Random.seeded(1));
    expect([...layout.values(flat, 'bias')]).toEqual([-5, -5]);
    expect(flat.subarray(0, 14).every((weight) => weight !== 0)).toBe(true);
    expect(layout.initialise(Random.seeded(1))).toEqual(flat);
  });

  test('throws for unknown and duplicate weight names', () => {
    expect(() => layout.values(counting, 'missing')).toThrow('the model has no weight called missing');
    expect(() => new ParameterLayout([specs[0]!, specs[0]!])).toThrow(
      new ShapeError('weight embedding is named twice'),
    );
  });
});

const weightsOf = () => new Weights(new Graph().input('flat', [layout.size]), layout);
const total = (tensor: Tensor) => reshape(reduceSum(reshape(tensor, [-1]), [0]), []);

/** d loss / d flat at flat = 0, 1, 2, … */
async function gradientAtCounting(build: (weights: Weights) => Tensor): Promise<number[]> {
  const weights = weightsOf();
  const { graph } = weights.flat;
  graph.output('gradient', weights.gradients(build(weights))[0]!);
  const session = await Session.create(graph, { threads: 1 });
  const { gradient } = await session.run({ flat: counting });
  await session.release();
  return [...gradient!];
}

describe('weights in a graph', () => {
  test('have the shapes of their specs, or of the requested rows', () => {
    const weights = weightsOf();
    expect(formatShape(weights.get('embedding').shape)).toBe('[2, 3]');
    expect(formatShape(weights.get('fused', { from: 1, to: 4 }).shape)).toBe('[3, 2]');
  });

  test('have gradients in the order of the layout, independent of the order of use', async () => {
    const gradient = await gradientAtCounting((weights) => {
      const bias = weights.get('bias');
      const lower = weights.get('fused', { from: 2, to: 4 });
      const upper = weights.get('fused', { from: 0, to: 2 });
      return add(
        total(mul(bias, bias)),
        add(total(mul(lower, 3)), add(total(mul(upper, lower)), total(weights.get('embedding')))),
      );
    });
    expect(gradient).toEqual([1, 1, 1, 1, 1, 1, 10, 11, 12, 13, 9, 10, 11, 12, 28, 30]);
  });

  test('have zero gradients where the loss does not depend on them', async () => {
    const gradient = await gradientAtCounting((weights) => {
      weights.get('embedding');
      return total(weights.get('fused', { from: 1, to: 2 }));
    });
    expect(gradient).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  test('accumulate the gradients of a weight that is used twice', async () => {
    const gradient = await gradientAtCounting((weights) =>
      add(total(weights.get('bias')), total(mul(weights.get('bias'), 2))),
    );
    expect(gradient.slice(14)).toEqual([3, 3]);
  });

  test.each([
    [
      { from: 0, to: 2 },
      { from: 1, to: 3 },
    ],
    [
      { from: 0, to: 2 },
      { from: 0, to: 4 },
    ],
    [
      { from: 0, to: 4 },
      { from: 2, to: 4 },
    ],
  ])('throw for overlapping views: rows %o and %o', (first, second) => {
    const weights = weightsOf();
    const loss = add(total(weights.get('fused', first)), total(weights.get('fused', second)));
    expect(() => weights.gradients(loss)).toThrow(ShapeError);
    expect(() => weights.gradients(loss)).toThrow('weight views overlap');
  });

  test.each([
    { from: 3, to: 5 },
    { from: 2, to: 2 },
    { from: -1, to: 1 },
  ])('throw for rows out of range: %o', (rows) => {
    expect(() => weightsOf().get('fused', rows)).toThrow(
      new ShapeError(`fused [4, 2] has no rows ${rows.from}..${rows.to}`),
    );
  });
});

const COUNT = 100_000;
/** Standard deviation of a standard normal cut at ±2, from the tables. */
const CUT_STD = 0.8796;

const drawn = (inputs: number, seed = 1): Float32Array => {
  const weights = new Float32Array(COUNT);
  initialise(weights, fanIn(inputs), Random.seeded(seed));
  return weights;
};
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('a truncated normal', () => {
  test.each([1, 16, 512])('for %d inputs has mean 0 and the standard deviation 1/√inputs', (inputs) => {
    const weights = drawn(inputs);
    const std = 1 / Math.sqrt(inputs);
    // Four standard errors: of the mean std/√n, of the deviation about std/√(2n).
    expect(Math.abs(mean(weights))).toBeLessThan((4 * std) / Math.sqrt(COUNT));
    const deviation = Math.sqrt(mean(weights.map((weight) => weight * weight)));
    expect(Math.abs(deviation - std)).toBeLessThan((4 * std) / Math.sqrt(2 * COUNT));
  });

  test('has values up to two standard deviations of the uncut distribution', () => {
    const weights = drawn(1);
    const bound = 2 / CUT_STD;
    const largest = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
    expect(largest).toBeLessThanOrEqual(bound * 1.0001);
    expect(largest).toBeGreaterThan(bound * 0.999);
  });

  test('is a monotonic odd function of the uniform draw and ends at the cut', () => {
    const uniform = fc.double({ min: -UNIFORM_BOUND, max: UNIFORM_BOUND, noNaN: true });
    fc.assert(
      fc.property(uniform, uniform, (a, b) => {
        expect(truncatedNormal(Math.max(a, b), 1)).toBeGreaterThanOrEqual(truncatedNormal(Math.min(a, b), 1));
        expect(truncatedNormal(-a, 1)).toBeCloseTo(-truncatedNormal(a, 1), 6);
      }),
    );
    expect(truncatedNormal(0, 1)).toBe(0);
    expect(truncatedNormal(UNIFORM_BOUND, 1)).toBeCloseTo(2 / CUT_STD, 3);
  });

  test('is reproducible for a seed and differs between seeds', () => {
    expect(drawn(4, 3)).toEqual(drawn(4, 3));
    expect(drawn(4, 3)).not.toEqual(drawn(4, 4));
  });
});

test('a constant initialisation uses no random draws', () => {
  const bias = new Float32Array(3);
  initialise(bias, { kind: 'constant', value: -5 }, { uniform: () => expect.unreachable('a constant draws nothing') });
  expect([...bias]).toEqual([-5, -5, -5]);
});
