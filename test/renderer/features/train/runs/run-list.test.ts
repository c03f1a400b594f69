import { describe, expect, test } from 'vitest';
import type { Run } from '../../../../../electron/contract/contract';
import {
  formatAccuracy,
  filterRuns,
  parseTags,
  describeRun,
  type NamedRun,
  type RunQuery,
} from '../../../../../renderer/features/train/runs/run-list';
import { evaluation, run } from '../../../examples';

const named = (runId: string, changes: Partial<Run> = {}): NamedRun => ({
  run: run({ runId, ...changes }),
  name: changes.name ?? 'Sudoku 4×4, Classroom',
  dataset: 'Sudoku 4×4',
  preset: 'Classroom',
});
const all = [
  named('a', {
    startedAt: '2026-01-01',
    state: 'finished',
    step: 10,
    seconds: 30,
    accuracy: evaluation(10, 0.5),
    name: 'Run 10',
  }),
  named('b', { startedAt: '2026-01-03', state: 'failed', step: 30, seconds: 10, tags: ['class 7b'], name: 'Run 9' }),
  named('c', {
    startedAt: '2026-01-02',
    state: 'paused',
    step: 20,
    seconds: 20,
    accuracy: evaluation(20, 0.75),
    seed: 42,
  }),
];
const defaults: RunQuery = { text: '', filter: 'all', order: 'newest' };
const ids = (query: Partial<RunQuery>) =>
  filterRuns(all, { ...defaults, ...query })
    .map((each) => each.run.runId)
    .join('');

describe('filterRuns', () => {
  test('matches every word of name, dataset, preset, tag and seed, ignoring case', () => {
    expect([
      ids({ text: 'RUN' }),
      ids({ text: '7B run' }),
      ids({ text: 'seed 42' }),
      ids({ text: 'classroom  sudoku' }),
      ids({ text: 'nothing' }),
    ]).toEqual(['ba', 'b', 'c', 'bca', '']);
  });

  test('filters by state', () => {
    expect([
      ids({ filter: 'finished' }),
      ids({ filter: 'active' }),
      ids({ filter: 'broken' }),
      ids({ filter: 'stopped' }),
    ]).toEqual(['a', 'c', 'b', '']);
  });

  test('sorts by the chosen order, runs without an evaluation last', () => {
    expect([
      ids({ order: 'newest' }),
      ids({ order: 'best' }),
      ids({ order: 'steps' }),
      ids({ order: 'time' }),
      ids({ order: 'name' }),
    ]).toEqual(['bca', 'cab', 'bca', 'acb', 'bac']);
  });

  test('formatAccuracy states the interval and n, or that a run is not evaluated', () => {
    expect(all.map((each) => formatAccuracy(each.run))).toEqual([
      { value: '50.0 %', detail: '45.0–55.0 %, n\u00a0=\u00a0200' },
      { value: '–', detail: 'not evaluated' },
      { value: '75.0 %', detail: '70.0–80.0 %, n\u00a0=\u00a0200' },
    ]);
  });

  test('describeRun states what the name does not', () => {
    expect(all.map(describeRun)).toEqual([
      'Sudoku 4×4, Classroom · seed 1',
      'Sudoku 4×4, Classroom · seed 1',
      'seed 42',
    ]);
    expect(describeRun(named('d', { parent: { kind: 'model', id: 'm', step: null } }))).toBe(
      'seed 1 · fine-tuned from a model',
    );
  });
});

test('parseTags trims, removes duplicates and limits number and length', () => {
  expect(parseTags(' one, two,one,, ')).toEqual(['one', 'two']);
  expect(parseTags(Array.from({ length: 30 }, (_, index) => `t${index}`).join())).toHaveLength(20);
  expect(parseTags('x'.repeat(90))[0]).toHaveLength(40);
});
