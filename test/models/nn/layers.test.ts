import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transpose } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import {
  attentionResidual,
  attentionSpecs,
  headWidth,
  rotaryTables,
  swigluInnerWidth,
  swigluResidual,
  swigluSpecs,
} from '../../../models/nn/layers';
import { ParameterLayout, Weights } from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';

// Two heads of width 2 do not fill a width of 5; the reference allows this.
const [positions, batch, hiddenSize, numHeads] = [3, 2, 5, 2];
const headDim = headWidth(hiddenSize, numHeads);
const width = numHeads * headDim;
const layout = new ParameterLayout(attentionSpecs('attn', { hiddenSize, numHeads }));
const wave = (length: number, size = 1) => Float32Array.from({ length }, (_, i) => size * Math.sin(3 * i + 1));
const flat = wave(layout.size);
const x = wave(positions * batch * hiddenSize);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const row = (values: Float32Array, i: number, length: number) => values.subarray(i * length, (i + 1) * length);
const times = (weight: Float32Array, vector: ArrayLike<number>, rows: number, from = 0) =>
  Array.from({ length: rows }, (_, i) => dot(row(weight, from + i, vector.length), vector));

/** With heads of width 2 a position rotates the one pair of channels by position radians (base^0 = 1). */
const rotate = ([a, c]: readonly number[], angle: number) => [
  a! * Math.cos(angle) - c! * Math.sin(angle),
  c! * Math.cos(angle) + a! * Math.sin(angle),
];

/** Attention in plain float64; rows of x are position-major: position 0 of every example first. */
function plainAttention(angleOf: (position: number) => number): number[] {
  const [qkv, out] = ['qkv', 'o'].map((part) => layout.values(flat, `attn.${part}_proj.weight`));
  const project = (position: number, example: number, part: number, head: number) =>
    times(qkv!, row(x, position * batch + example, hiddenSize), headDim, part * width + head * headDim);
  const all = Array.from({ length: positions }, (_, position) => position);
  const head = (position: number, example: number, h: number) => {
    const q = rotate(project(position, example, 0, h), angleOf(position));
    const scores = all.map((other) =>
      Math.exp(dot(q, rotate(project(other, example, 1, h), angleOf(other))) / Math.sqrt(headDim)),
    );
    const sum = scores.reduce((total, score) => total + score, 0);
    return Array.from(
      { length: headDim },
      (_, i) =>
        dot(
          scores,
          all.map((other) => project(other, example, 2, h)[i]!),
        ) / sum,
    );
  };
  return all.flatMap((position) =>
    [0, 1].flatMap((example) => {
      const mixed = [0, 1].flatMap((h) => head(position, example, h));
      const input = row(x, position * batch + example, hiddenSize);
      return times(out!, mixed, hiddenSize).map((value, i) => value + input[i]!);
    }),
  );
}

async function attention(rotary: boolean): Promise<Float32Array> {
  const graph = new Graph();
  const tables = rotary ? rotaryTables(graph, { positions, headDim, base: 10000 }) : null;
  const weights = new Weights(graph.input('weights', [layout.size]), layout);
  graph.output(
    'y',
    attentionResidual(graph.input('x', [positions * batch, hiddenSize]), weights, {
      name: 'attn',
      positions,
      numHeads,
      headDim,
      rotary: tables,
    }),
  );
  const session = await Session.create(graph, { threads: 1 });
  const { y } = await session.run({ x, weights: flat });
  await session.release();
  return y as Float32Array;
}

describe('attention', () => {
  test.each([
    ['without positions', false, () => 0],
    ['with rotary positions', true, (position: number) => position],
  ])('%s is x + o(softmax(q·kᵀ/√headDim)·v), separately for each example', async (_, rotary, angleOf) => {
    const expected = plainAttention(angleOf);
    (await attention(rotary)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test('has weights as wide as all its heads together', () => {
    expect(layout.specs.map(({ shape }) => shape)).toEqual([
      [3 * width, hiddenSize],
      [hiddenSize, width],
    ]);
  });
});

describe('swigluInnerWidth', () => {
  test.each([
    // width, expansion, multiple, expected: 4·512·2/3 = 1365.3 → 1536, 4·384·2/3 = 1024 exactly.
    [512, 4, 256, 1536],
    [384, 4, 256, 1024],
    [81, 4, 256, 256],
    [64, 4, 64, 192],
    // Ties go to the even number: 2.5 → 2, 3.5 → 4.
    [15, 0.25, 1, 2],
    [21, 0.25, 1, 4],
  ])('of %d channels with expansion %d and multiple %d is %d', (width, expansion, multiple, expected) => {
    expect(swigluInnerWidth(width, { expansion, multiple })).toBe(expected);
  });

  test('rounds two thirds of the expanded width up to a multiple', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4096 }),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(1, 8, 64, 256),
        (width, quarters, multiple) => {
          const exact = (width * quarters) / 6;
          const inner = swigluInnerWidth(width, { expansion: quarters / 4, multiple });
          expect(inner % multiple).toBe(0);
          expect(inner).toBeGreaterThanOrEqual(exact - 0.5);
          expect(inner).toBeLessThan(exact + 0.5 + multiple);
        },
      ),
    );
  });
});

test('the gated MLP over positions equals that over channels on the transposed input', async () => {
  const [rows, width, inner] = [3, 4, 5];
  const layout = new ParameterLayout(swigluSpecs('mlp', { width, inner }));
  const graph = new Graph();
  const weights = new Weights(graph.input('weights', [layout.size]), layout);
  const x = graph.input('x', [rows, width]);
  graph.output('channels', swigluResidual(x, weights, { name: 'mlp', inner, along: 'channels' }));
  graph.output(
    'positions',
    transpose(swigluResidual(transpose(x, [1, 0]), weights, { name: 'mlp', inner, along: 'positions' }), [1, 0]),
  );
  const session = await Session.create(graph, { threads: 1 });
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i + 1));
  const { channels, positions } = await session.run({ x: wave(rows * width), weights: wave(layout.size) });
  positions!.forEach((value, i) => expect(value).toBeCloseTo(channels![i]!, 5));
});
