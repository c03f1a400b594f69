/** The attention weights a traced solve tells of are those the model computed with. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import type { ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { Solver } from '../../../models/solve/solve';
import type { TracedCycle } from '../../../models/solve/solve-trace';
import * as tiny from '../family/tiny';

const puzzle = [1, 2, 1, 0];
const { tinyMlpT } = tiny;
const tinyAttention = { ...tiny.tinyAttention, lLayers: 2, lCycles: 2 };
const withPuzzles = { ...tinyAttention, puzzleEmbNdim: tinyAttention.hiddenSize, numPuzzleIdentifiers: 2 };
const hrm: ModelConfig = { ...tinyAttention, family: 'hrm', hLayers: 1 };
const direct: ModelConfig = { ...tinyAttention, family: 'direct', hLayers: 3, lLayers: 0, lCycles: 0, hCycles: 1 };
const solverOf = (config: ModelConfig) => Solver.create(config, initialState(config, Random.seeded(1)));
const updatesOf = ({ latent, ...closing }: TracedCycle) => [...latent, closing];

async function tracedCycles(config: ModelConfig, attention: { readonly head: number; readonly cell: number }) {
  const solver = await solverOf(config);
  const { steps } = await solver.solve(puzzle, { attention });
  await solver.release();
  return steps.flatMap(({ cycles }) => cycles);
}

describe('attention in a traced solve', () => {
  test.each([
    ['a shared network', tinyAttention, [2, 2, 2], 4],
    ['puzzle positions in front', withPuzzles, [2, 2, 2], 5],
    ['two networks', hrm, [2, 2, 1], 4],
    ['no cycles', direct, [3], 4],
  ])(
    'with %s is a distribution over all positions for every block of every update',
    async (_, config, blocks, length) => {
      for (const cycle of await tracedCycles(config, { head: 1, cell: 2 })) {
        const attention = updatesOf(cycle).map((update) => update.attention ?? []);
        expect(attention.map((rows) => rows.length)).toEqual(blocks);
        for (const row of attention.flat()) {
          expect(row).toHaveLength(length);
          expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
        }
      }
    },
  );

  test('differs from cell to cell and from head to head, and leaves the answer as it is', async () => {
    const [first, otherCell, otherHead] = [
      await tracedCycles(tinyAttention, { head: 0, cell: 0 }),
      await tracedCycles(tinyAttention, { head: 0, cell: 3 }),
      await tracedCycles(tinyAttention, { head: 1, cell: 0 }),
    ];
    expect(otherCell[0]!.attention).not.toEqual(first[0]!.attention);
    expect(otherHead[0]!.attention).not.toEqual(first[0]!.attention);
    expect(otherCell.map(({ answer }) => answer)).toEqual(first.map(({ answer }) => answer));
  });

  test('is uniform where query and key are zero', async () => {
    const model = initialState(tinyAttention, Random.seeded(1));
    const solver = await Solver.create(tinyAttention, { ...model, params: new Float32Array(model.params.length) });
    const { steps } = await solver.solve(puzzle, { attention: { head: 0, cell: 1 } });
    expect(steps[0]!.cycles[0]!.attention).toEqual([
      [0.25, 0.25, 0.25, 0.25],
      [0.25, 0.25, 0.25, 0.25],
    ]);
    await solver.release();
  });

  test.each([
    ['a model without attention', tinyMlpT, { head: 0, cell: 0 }, 'mixes positions by an MLP'],
    ['a head there is not', tinyAttention, { head: 9, cell: 0 }, 'there is no head 9'],
    [
      'a cell there is not',
      tinyAttention,
      { head: 0, cell: 4 },
      'this model reads 4 cells, counted from 0: there is no cell 4',
    ],
  ])('of %s is refused in words', async (_, config, attention, message) => {
    const solver = await solverOf(config);
    await expect(solver.solve(puzzle, { attention })).rejects.toThrow(message);
    await solver.release();
  });
});
