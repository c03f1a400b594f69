/** A model with line sums mixes cells through rows, columns and diagonals, with the same weights for every line of a direction. */
import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { checkConfig, mixerOf, type ModelConfig } from '../../../models/family/config';
import { linesResidual } from '../../../models/family/lines';
import { initialState, weightLayout } from '../../../models/family/weights';
import { gemm } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { Weights } from '../../../models/nn/parameters';
import { Session } from '../../../models/runtime/session';
import { tinyLines } from './tiny';

const SIDE = 4;
const D = 3;
const config: ModelConfig = { ...tinyLines, seqLen: SIDE * SIDE, hiddenSize: D };
const name = 'model.inner.L_level.layers.0.lines';

/** Computes a layer by its definition, a loop over the cells of each line. */
function mixByDefinition(h: Float32Array, weight: Float32Array): Float32Array {
  const lines = (cell: number): number[] => {
    const [row, column] = [Math.floor(cell / SIDE), cell % SIDE];
    return [row, column, row - column, row + column];
  };
  return h.map((own, i) => {
    const [cell, channel] = [Math.floor(i / D), i % D];
    let mixed = own;
    for (let other = 0; other < SIDE * SIDE; other++)
      lines(cell).forEach((line, direction) => {
        if (lines(other)[direction] !== line) return;
        for (let d = 0; d < D; d++) mixed += (weight[channel * 4 * D + direction * D + d]! * h[other * D + d]!) / 8;
      });
    return mixed;
  });
}

test('a layer adds a linear map of the sums over the four lines of a cell', async () => {
  const layout = weightLayout(config);
  const graph = new Graph();
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const h = graph.input('h', [SIDE * SIDE, D]);
  graph.output('mixed', linesResidual(h, { config, weights, product: gemm, name }));
  const session = await Session.create(graph, { threads: 1 });
  const { params } = initialState(config, Random.seeded(2));
  const states = Float32Array.from({ length: SIDE * SIDE * D }, (_, i) => Math.sin(i));
  const mixed = (await session.run({ params, h: states })).mixed as Float32Array;
  await session.release();
  const expected = mixByDefinition(states, layout.values(params, `${name}.weight`));
  mixed.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  expect(mixed).not.toEqual(states);
});

test('it has no other mixer, and its weights do not depend on the size of the grid', () => {
  expect(mixerOf(config)).toBe('lines');
  expect(weightLayout({ ...config, seqLen: 100 }).specs).toEqual(weightLayout(config).specs);
  expect(() => checkConfig({ ...config, seqLen: 6 })).toThrow('lines reads square grids only, got 6 cells');
  for (const change of [{ mlpT: true }, { puzzleEmbNdim: 4 }, { posEncodings: 'learned' as const }])
    expect(() => checkConfig({ ...config, ...change })).toThrow('lines mixes the cells of a square grid');
});
