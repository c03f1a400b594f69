/** A model with line sums mixes cells through rows, columns and diagonals, with the same weights for every line of a direction. */
import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { checkConfig, mixerOf, type ModelConfig } from '../../../models/family/config';
import { lineSumResidual } from '../../../models/family/line-sums';
import { initialState, weightLayout } from '../../../models/family/weights';
import { gemm } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { Weights } from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';
import { tinyLineSums } from './tiny';

const SIDE = 4;
const B = 2;
const D = 3;
const config: ModelConfig = { ...tinyLineSums, seqLen: SIDE * SIDE, hiddenSize: D };
const block = 'model.inner.L_level.layers.0';

/** The lines of a cell, one of each direction. */
function linesOf(cell: number): number[] {
  const [row, column] = [Math.floor(cell / SIDE), cell % SIDE];
  return [row, column, row - column, row + column];
}

/** Computes one number of a layer by its definition, a loop over the cells of each line. */
function mixByDefinition(h: Float32Array, weight: Float32Array, [cell, example, channel]: readonly number[]): number {
  const at = (of: number, d: number) => h[(of * B + example!) * D + d]!;
  let mixed = at(cell!, channel!);
  for (let other = 0; other < SIDE * SIDE; other++)
    linesOf(cell!).forEach((line, direction) => {
      if (linesOf(other)[direction] !== line) return;
      for (let d = 0; d < D; d++) mixed += (weight[channel! * 4 * D + direction * D + d]! * at(other, d)) / 8;
    });
  return mixed;
}

test('a layer adds a linear map of the sums over the four lines of a cell', async () => {
  const layout = weightLayout(config);
  const graph = new Graph();
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const h = graph.input('h', [SIDE * SIDE, B * D]);
  graph.output('mixed', lineSumResidual(h, { config, weights, product: gemm, block }));
  const session = await Session.create(graph, { threads: 1 });
  const { params } = initialState(config, Random.seeded(2));
  const states = Float32Array.from({ length: SIDE * SIDE * B * D }, (_, i) => Math.sin(i));
  const mixed = (await session.run({ params, h: states })).mixed as Float32Array;
  await session.release();
  const weight = layout.values(params, `${block}.lines.weight`);
  expect(mixed).toHaveLength(states.length);
  mixed.forEach((value, i) => {
    const place = [Math.floor(i / (B * D)), Math.floor(i / D) % B, i % D];
    expect(value).toBeCloseTo(mixByDefinition(states, weight, place), 5);
  });
});

test('a model with line sums has no other mixer, and its weights do not depend on the size of the grid', () => {
  expect(mixerOf(config)).toBe('lineSums');
  expect(weightLayout({ ...config, seqLen: 100 }).specs).toEqual(weightLayout(config).specs);
  expect(() => checkConfig({ ...config, seqLen: 6 })).toThrow('lineSum reads square grids only, got 6 cells');
  for (const change of [{ mlpT: true }, { puzzleEmbNdim: 4 }, { posEncodings: 'learned' as const }])
    expect(() => checkConfig({ ...config, ...change })).toThrow('lineSum mixes the cells of a square grid');
});
