import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../../../electron/contract/contract';
import {
  cardRows,
  comparedRows,
  formatModelAccuracy,
  describeModelSource,
} from '../../../../renderer/features/models/card-rows';
import { t } from '../../../../renderer/messages/language.svelte';
import { importedModel, model } from '../../examples';

const names = { kind: 'Sudoku 4×4', dataset: 'Sudoku 4×4' };
/** The rows with their labels as displayed. */
const rows = (...[of, context]: Parameters<typeof cardRows>) =>
  cardRows(of, context).map((row) => ({ ...row, label: t(row.label) }));
const row = (of: Model, label: string) => rows(of, names).find((found) => found.label === label);

describe('cardRows', () => {
  test('starts with the exact accuracy, its interval and the number of puzzles', () => {
    expect(rows(model(), names)[0]).toEqual({
      label: 'Exact accuracy',
      value: '99.8 %',
      detail: '95 % CI 98.9–99.9 %, n\u00a0=\u00a0500',
    });
  });

  test('lists the training set, the cost and the provenance of a model', () => {
    const own = model({ parent: { kind: 'run', id: 'run-7', step: 1500 } });
    expect(row(own, 'Training set')).toMatchObject({ value: '282 puzzles', detail: '282 symmetry classes' });
    expect(row(own, 'Test set')).toMatchObject({ value: '1,000 puzzles', detail: '94 symmetry classes' });
    expect(row(own, 'Training')).toMatchObject({ value: '2,000 steps', detail: '128,000 samples' });
    const earlier = { ...model(), training: { ...model().training, areSamplesCounted: false } };
    expect(row(earlier, 'Training')?.detail).toBe('at most 128,000 samples');
    expect(row(own, 'Compute')?.value).toBe('4.20 TFLOP');
    expect(row(own, 'Provenance')?.value).toBe('Run run-7, step 1,500');
  });

  test('marks unknown values as unknown, not as zero', () => {
    const unknown = rows(importedModel(), { kind: null, dataset: null })
      .filter(({ value }) => /unknown|not evaluated/u.test(value))
      .map(({ label }) => label);
    expect(unknown).toEqual([
      'Exact accuracy',
      'Cell accuracy',
      'Valid answers',
      'Preset',
      'Puzzle type',
      'Dataset',
      'Training set',
      'Test set',
      'Training',
      'Training time',
      'Seed',
      'Compute',
    ]);
    expect(row(model({ training: { ...model().training, flop: 0 } }), 'Compute')?.value).toBe('not recorded');
    expect(row(importedModel(), 'Provenance')?.value).toBe('Imported file');
  });

  test('shows the id of a dataset that is not available', () => {
    expect(
      rows(model({ dataset: 'lost' }), { kind: null, dataset: null }).find(({ label }) => label === 'Dataset')?.value,
    ).toBe('lost');
  });
});

test('cardRows has a row for the latest evaluation only when requested, even without one', () => {
  const evaluation = { where: 'Mazes, test set', accuracy: model().accuracy! };
  const rowOf = (context: Parameters<typeof cardRows>[1]) =>
    rows(importedModel(), context).find(({ label }) => label === 'Latest evaluation');
  expect(rowOf({ ...names, evaluation })).toMatchObject({
    value: '99.8 %',
    detail: 'Mazes, test set; 95 % CI 98.9–99.9 %, n\u00a0=\u00a0500',
  });
  expect(rowOf({ ...names, evaluation: null })).toEqual({ label: 'Latest evaluation', value: 'not evaluated' });
  expect(rowOf(names)).toBeUndefined();
});

describe('comparedRows', () => {
  const changes = {
    Created: { createdAt: '2025-01-01T00:00:00Z' },
    Family: { family: 'HRM' },
    Preset: { preset: 'medium' },
    Parameters: { parameters: 5 },
    Recursion: { lCycles: 1 },
    Provenance: { parent: { kind: 'model', id: 'base', step: null } },
    Dataset: { dataset: 'lost' },
    Seed: { training: { ...model().training, seed: 9 } },
  } as const satisfies Record<string, Partial<Model>>;
  const named = (of: Model) =>
    cardRows(of, { kind: 'Sudoku 4×4', dataset: of.dataset === 'lost' ? null : 'Sudoku 4×4' });

  test('marks exactly the rows in which the models differ', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(changes) as (keyof typeof changes)[]), (labels) => {
        const other = model(Object.assign({}, ...labels.map((label) => changes[label])) as Partial<Model>);
        const marked = comparedRows(named(model()), named(other))
          .filter(({ differs }) => differs)
          .map(({ label }) => t(label));
        expect(marked.sort()).toEqual([...labels].sort());
      }),
    );
  });

  test('has the same rows for models with unknown values', () => {
    const labels = (of: Model) => named(of).map(({ label }) => label);
    expect(labels(importedModel())).toEqual(labels(model()));
    expect(comparedRows(named(model()), named(importedModel()))).toHaveLength(labels(model()).length);
  });

  test('marks a difference in the number of puzzles, even with the same accuracy', () => {
    const more = model({ accuracy: { ...model().accuracy!, count: 501 } });
    expect(
      comparedRows(named(model()), named(more))
        .filter(({ differs }) => differs)
        .map(({ label }) => t(label)),
    ).toEqual(['Exact accuracy']);
  });
});

test('describeModelSource gives seed and steps of a trained model, else the source', () => {
  expect(describeModelSource(model())).toBe('seed 1, 2,000 steps');
  expect(describeModelSource(importedModel())).toBe('imported');
});

test('formatModelAccuracy states the number of puzzles', () => {
  expect(formatModelAccuracy(model().accuracy)).toBe('99.8 % exact, n\u00a0=\u00a0500');
  expect(formatModelAccuracy(null)).toBe('not evaluated');
});
