import { expect, test } from 'vitest';
import type { Run } from '../../../../../electron/contract/contract';
import { comparedToCsv } from '../../../../../renderer/features/train/compare/compared-csv';
import { formatSeedMean, groupSeeds } from '../../../../../renderer/features/train/compare/seed-groups';
import { exactCurve, lossCurve } from '../../../../../renderer/features/train/charts/curves';
import { emptyDashboard } from '../../../../../renderer/features/train/run/run-monitor.svelte';
import { exampleRecord } from '../../../../electron/compute/runs/examples';
import { evaluation, run } from '../../../examples';

const { version, setup } = exampleRecord;

function compared(seed: number, share: number, change: Partial<Run> = {}, batchSize = setup.config.batchSize) {
  const accuracy = evaluation(10, share);
  const recorded = run({ runId: `s${seed}`, seed, state: 'finished', step: 10, accuracy, ...change });
  const config = { ...setup.config, seed, batchSize };
  return {
    name: `Seed ${seed}`,
    dashboard: { ...emptyDashboard(recorded), evaluations: [evaluation(5, share / 2), accuracy] },
    setup: { version, command: setup.command, preset: setup.preset, config },
  };
}
const ids = (list: Parameters<typeof groupSeeds>[0]) =>
  groupSeeds(list).map(({ runs }) => runs.map(({ dashboard }) => dashboard.run.runId).join(' '));

test('finished runs that differ only in the seed are a group', () => {
  const others = [compared(3, 0.5, { parent: { kind: 'model', id: 'a', step: null } }), compared(4, 0.5, {}, 7)];
  const unfinished = [compared(5, 0.5, { state: 'stopped' }), compared(6, 0.5, { accuracy: null })];
  expect(ids([compared(1, 0.5), ...others, ...unfinished, compared(2, 0.6)])).toEqual(['s1 s2']);
  expect(ids([compared(1, 0.5), compared(2, 0.5, { datasetHash: 'other' })])).toEqual([]);
  expect(ids([compared(1, 0.5), compared(1, 0.5, { runId: 'copy' })])).toEqual([]);
});

test('a group has the mean over its seeds, with an interval wider than that of its puzzles', () => {
  const [group] = groupSeeds([compared(1, 0.4), compared(2, 0.5), compared(3, 0.6)]);
  if (!group) throw new Error('there is no group');
  expect(group.mean).toMatchObject({ mean: 0.5, seeds: 3, count: 200 });
  // Student's t with two degrees of freedom: 4.303 · 0.1 / √3.
  expect(group.mean.interval[0]).toBeCloseTo(0.5 - 0.2484, 3);
  expect(formatSeedMean(group.mean)).toEqual({ value: '50.0 %', detail: '25.2–74.8 %, n\u00a0=\u00a0200' });
});

test('the CSV has the mean at each common step, and that of the ends where these differ', () => {
  const list = [compared(1, 0.4), compared(2, 0.6)];
  const rows = (runs: typeof list, curve = exactCurve) =>
    comparedToCsv(runs, groupSeeds(runs), curve)
      .split('\r\n')
      .filter((row) => row.includes(',mean,'))
      .map((row) => row.split(','));
  expect(rows(list).map(([id, , seed, step, , , value, n, , , seeds]) => [id, seed, step, value, n, seeds])).toEqual([
    ['"s1 s2"', '', '5', '25', '200', '2'],
    ['"s1 s2"', '', '10', '50', '200', '2'],
  ]);
  const later = [compared(1, 0.4), compared(2, 0.6, { step: 12 })];
  expect(rows(later).at(-1)?.slice(3, 7)).toEqual(['', '', '', '50']);
  expect(rows(list, lossCurve)).toEqual([]);
});
