/** The bench of damaged puzzles: one request for each amount, what is there after a failure, and its amounts. */
import { expect, test } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import type { Input, Output } from '../../../../electron/contract/contract';
import { DamageBench, listAmounts } from '../../../../renderer/features/models/damage/damage-bench.svelte';
import { damageColumns, describePoint } from '../../../../renderer/features/models/damage/damage-curve';
import { cannedLab } from '../../canned-lab';
import { model } from '../../examples';

const kind = getKind('sudoku-4x4');
const plan = { dataset: 'sudoku-4x4', split: 'test', damage: 'missing', puzzles: 50 } as const;
const shareOf = ({ amount }: Input<'evaluateDamaged'>) => ('share' in amount ? amount.share : NaN);
const evaluated = (input: Input<'evaluateDamaged'>): Output<'evaluateDamaged'> => ({
  exactAccuracy: 1 - shareOf(input),
  interval: [0, 1],
  count: 50,
  ...{ recovered: 0, consistent: null, sureAndWrong: shareOf(input) / 2, changedCells: 1, examples: [] },
});

test('amounts are shares of the clues, and rows as far as the grid goes', () => {
  expect(listAmounts(kind, 'flipped')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5].map((share) => ({ share })));
  expect(listAmounts(kind, 'shifted')).toEqual([0, 1, 2, 3].map((count) => ({ count })));
  expect(listAmounts(getKind('maze-12'), 'smaller')).toHaveLength(5);
});

test('evaluates the amounts one after the other, with the same seed', async () => {
  const { compute, inputs } = cannedLab({ evaluateDamaged: evaluated });
  const bench = new DamageBench(compute);
  await bench.start(model(), kind, plan);
  expect(inputs('evaluateDamaged').map(({ amount, seed }) => ({ amount, seed }))).toEqual(
    listAmounts(kind, 'missing').map((amount) => ({ amount, seed: 1 })),
  );
  const { points } = bench.run!;
  expect(damageColumns(points)).toEqual([
    [0, 10, 20, 30, 40, 50],
    [1, 0.9, 0.8, 0.7, 0.6, 0.5],
    [0, 0.05, 0.1, 0.15, 0.2, 0.25],
  ]);
  expect(bench.fraction).toBe(1);
  expect(describePoint(points[2]!)).toMatch(/^20 %: 80\.0 % right \(95 % CI .*, n = 50\), 10\.0 % sure and wrong$/u);
});

test('keeps the amounts before a failure, and says what failed', async () => {
  const { compute } = cannedLab({
    evaluateDamaged: (input) => {
      if (shareOf(input) === 0.2) throw new Error('memory ran out');
      return evaluated(input);
    },
  });
  const bench = new DamageBench(compute);
  await bench.start(model(), kind, plan);
  expect(bench.run!.points).toHaveLength(2);
  expect(bench.job.failure).toContain('memory ran out');
  expect(bench.job.isBusy).toBe(false);
});
