import { describe, expect, test } from 'vitest';
import { Graph } from '../../../models/graph/graph';
import { attentionResidual, attentionSpecs, headWidth, rotaryTables } from '../../../models/nn/attention';
import { ParameterLayout, Weights } from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';

// Two heads of width 2 do not fill a width of 5, as the reference allows.
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

/** With heads of width 2 a position turns the one pair of channels by position radians (base^0 = 1). */
const turn = ([a, c]: readonly number[], angle: number) => [
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
    const q = turn(project(position, example, 0, h), angleOf(position));
    const scores = all.map((other) =>
      Math.exp(dot(q, turn(project(other, example, 1, h), angleOf(other))) / Math.sqrt(headDim)),
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
  ])('%s is x + o(softmax(q·kᵀ/√headDim)·v), each example for itself', async (_, rotary, angleOf) => {
    const expected = plainAttention(angleOf);
    (await attention(rotary)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test('has weights as wide as its heads together', () => {
    expect(layout.specs.map(({ shape }) => shape)).toEqual([
      [3 * width, hiddenSize],
      [hiddenSize, width],
    ]);
  });
});
