/**
 * Models whose weights do not depend on the size of the grid read grids of every size, and padding around a puzzle changes nothing. A
 * convolutional model treats all positions alike.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applySymmetry, identitySymmetry } from '../../../datasets/symmetry';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import { checkConfig, mixerOf, type ModelConfig } from '../../../models/family/config';
import { initialState, weightLayout } from '../../../models/family/weights';
import { Session } from '../../../models/runtime/session';
import { emptyCarry, forwardFeeds } from '../../../models/train/forward';
import { tinyConvolution } from './tiny';

const B = 2;
const V = 6;
const config: ModelConfig = { ...tinyConvolution, vocabSize: V, hiddenSize: 8, lLayers: 2, lCycles: 1, hCycles: 1 };
const withSymbolVectors: ModelConfig = { ...config, family: 'symbolEquivariant' };
/** Cells that a supervision step reads in each direction: one for each of two blocks in two updates. */
const REACH = 4;

/** Token of a cell; undefined beyond the edges. */
type Grid = (row: number, column: number) => number | undefined;

/** Results of two supervision steps; grids are square, outside of them is padding. */
async function solve(grids: readonly Grid[], side: number, seed: number, base = config) {
  const model = { ...base, seqLen: side * side };
  const { graph, logits } = evalStepGraph(model, B);
  graph.output('logits', logits);
  const session = await Session.create(graph, { threads: 1 });
  const state = initialState(model, Random.seeded(seed));
  // The halting head starts at zero. Halved weights do not amplify rounding.
  state.params.forEach((value, i) => (state.params[i] = value / 2 + 0.05 * Math.sin(i)));
  const inputs = Int32Array.from(
    { length: B * side * side },
    (_, i) => grids[Math.floor(i / (side * side))]!(Math.floor(i / side) % side, i % side) ?? 0,
  );
  const feed = { inputs, puzzleIdentifiers: new Int32Array(B) };
  const first = await session.run(
    forwardFeeds(model, state, { ...feed, ...emptyCarry(model, B), reset: new Uint8Array(B).fill(1) }),
  );
  const carry = { zH: first.next_zH!, zL: first.next_zL! };
  const second = await session.run(forwardFeeds(model, state, { ...feed, ...carry, reset: new Uint8Array(B) }));
  await session.release();
  const values = second.logits as Float32Array;
  const logitsAt = (example: number, row: number, column: number) => {
    const start = ((row * side + column) * B + example) * V;
    return values.slice(start, start + V);
  };
  return { logitsAt, q: second.q as Float32Array, answer: second.answer as Int32Array, first };
}

const gridOf = (tokens: readonly number[], side: number, [top, left]: readonly [number, number] = [0, 0]): Grid => {
  return (row, column) =>
    row < top || column < left || row >= top + side || column >= left + side
      ? undefined
      : tokens[(row - top) * side + column - left]!;
};

const tokens = (side: number) =>
  fc.array(fc.integer({ min: 1, max: V - 1 }), { minLength: side * side, maxLength: side * side });

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  Array.from(wanted).forEach((value, i) =>
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value))),
  );
}

test.each([config, withSymbolVectors, { ...config, family: 'lineSum' as const }])(
  'a puzzle on a larger canvas has the same logits and halting logits, wherever it is placed ($family)',
  async (model) => {
    const cases = fc.record({ one: tokens(3), two: tokens(4), top: fc.nat(3), left: fc.nat(3), seed: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ one, two, top, left, seed }) => {
        const small = await solve([gridOf(one, 3), gridOf(two, 4)], 4, seed, model);
        const large = await solve([gridOf(one, 3, [top, left]), gridOf(two, 4, [left, top])], 8, seed, model);
        for (let row = 0; row < 3; row++)
          for (let column = 0; column < 3; column++) {
            expectClose(large.logitsAt(0, top + row, left + column), small.logitsAt(0, row, column));
            expectClose(large.logitsAt(1, left + row, top + column), small.logitsAt(1, row, column));
          }
        expectClose(large.q, small.q);
      }),
      { numRuns: 10 },
    );
  },
  60_000,
);

test('padding has zero states and the answer 0', async () => {
  const { first, answer } = await solve([gridOf([2, 3, 4, 5], 2), () => undefined], 4, 3);
  const outside = (i: number) => Math.floor(i / 4) % 4 > 1 || i % 4 > 1;
  for (const state of [first.next_zH!, first.next_zL!])
    state.forEach((value, i) => {
      const [cell, example] = [Math.floor(i / (B * 8)), Math.floor(i / 8) % B];
      if (example === 1 || outside(cell)) expect(value === 0).toBe(true);
      else expect(Number.isFinite(value)).toBe(true);
    });
  answer.slice(0, 16).forEach((token, cell) => outside(cell) && expect(token).toBe(0));
  expect([...answer.slice(16)]).toEqual(Array(16).fill(0));
});

test('far from the edges, moving the cells of a grid moves the logits', async () => {
  const side = 2 * REACH + 4;
  const cases = fc.record({ grid: tokens(side), seed: fc.nat(1000) });
  await fc.assert(
    fc.asyncProperty(cases, async ({ grid, seed }) => {
      const cells = Uint16Array.from(grid, (_, cell) => (cell + 1) % grid.length);
      const moved = applySymmetry({ ...identitySymmetry(grid.length, V), cells }, Uint8Array.from(grid));
      const model = { ...config, lCycles: 1 };
      expect(model.lLayers * (model.lCycles + 1)).toBe(REACH);
      const [before, after] = await Promise.all(
        [grid, [...moved]].map((each) => solve([gridOf(each, side), gridOf(each, side)], side, seed)),
      );
      // Only the first step: in the second a cell has read twice as far.
      const width = B * config.hiddenSize;
      const at = (state: ArrayLike<number>, cell: number) => Array.from(state).slice(cell * width, (cell + 1) * width);
      for (let row = REACH; row < side - REACH; row++)
        for (let column = REACH; column < side - REACH - 1; column++) {
          const cell = row * side + column;
          expectClose(at(after!.first.next_zH!, cell), at(before!.first.next_zH!, cell + 1));
        }
    }),
    { numRuns: 5 },
  );
}, 60_000);

test('the weights do not depend on the size of the grid', () => {
  const specs = (seqLen: number) => weightLayout({ ...config, seqLen }).specs;
  expect(specs(900)).toEqual(specs(4));
  expect(mixerOf(config)).toBe('convolution');
});

test.each([
  ['a grid that is no square', { seqLen: 6 }, 'convolutional reads square grids only, got 6 cells'],
  ['a token-mixing MLP', { mlpT: true }, 'convolutional mixes the cells of a square grid'],
  ['puzzle embeddings', { puzzleEmbNdim: 8 }, 'convolutional mixes the cells of a square grid'],
  ['position encodings', { posEncodings: 'learned' }, 'convolutional mixes the cells of a square grid'],
] as const)('%s is refused', (_, change, message) => {
  expect(() => checkConfig({ ...config, ...change })).toThrow(message);
});
