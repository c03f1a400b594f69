import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../../../electron/contract/contract';
import {
  cardRows,
  comparedRows,
  formatModelAccuracy,
  describeModelSource,
} from '../../../../renderer/features/models/card-rows';
import { importedModel, model } from '../../examples';

const names = { kind: 'Sudoku 4×4', dataset: 'Sudoku 4×4' };
const row = (of: Model, label: string) => cardRows(of, names).find((found) => found.label === label);

describe('a card', () => {
  test('begins with the exact accuracy, its interval and of how many puzzles it is', () => {
    expect(cardRows(model(), names)[0]).toEqual({
      label: 'Exact accuracy',
      value: '99.8 %',
      detail: '95 % interval 98.9–99.9 %, n\u00a0500',
    });
  });

  test('says what a model learnt from, what that cost, and where it came from', () => {
    const own = model({ parent: { kind: 'run', id: 'run-7', step: 1500 } });
    expect(row(own, 'Learnt from')).toMatchObject({ value: '282 puzzles', detail: 'of 282 symmetry classes' });
    expect(row(own, 'Held out')).toMatchObject({ value: '1,000 puzzles', detail: 'of 94 symmetry classes' });
    expect(row(own, 'Training')).toMatchObject({ value: '2,000 steps', detail: '128,000 samples' });
    expect(row(own, 'Compute')?.value).toBe('4.20 TFLOP');
    expect(row(own, 'Came from')?.value).toBe('run run-7, step 1,500');
  });

  test('does not pass what nobody knows for nothing', () => {
    const unknown = cardRows(importedModel(), { kind: null, dataset: null })
      .filter(({ value }) => /not (?:known|measured)/u.test(value))
      .map(({ label }) => label);
    expect(unknown).toEqual([
      'Exact accuracy',
      'Cells right',
      'Keeps every rule',
      'Preset',
      'Puzzles',
      'Data set',
      'Learnt from',
      'Held out',
      'Training',
      'Time',
      'Seed',
      'Compute',
    ]);
    expect(row(model({ training: { ...model().training, flop: 0 } }), 'Compute')?.value).toBe('not counted');
    expect(row(importedModel(), 'Came from')?.value).toBe('a file');
  });

  test('calls a data set that is not here by its id', () => {
    expect(
      cardRows(model({ dataset: 'lost' }), { kind: null, dataset: null }).find(({ label }) => label === 'Data set')
        ?.value,
    ).toBe('lost');
  });
});

test('what was measured since has a row of its own, also where it was nothing, and only where it is asked for', () => {
  const measured = { where: 'Mazes, held out', accuracy: model().accuracy! };
  const rowOf = (context: Parameters<typeof cardRows>[1]) =>
    cardRows(importedModel(), context).find(({ label }) => label === 'Measured here');
  expect(rowOf({ ...names, measured })).toMatchObject({
    value: '99.8 %',
    detail: 'Mazes, held out; 95 % interval 98.9–99.9 %, n\u00a0500',
  });
  expect(rowOf({ ...names, measured: null })).toEqual({ label: 'Measured here', value: 'not measured' });
  expect(rowOf(names)).toBeUndefined();
});

describe('two cards', () => {
  const changes = {
    'Made on': { createdAt: '2025-01-01T00:00:00Z' },
    Family: { family: 'HRM' },
    Preset: { preset: 'medium' },
    Weights: { parameters: 5 },
    Recursion: { lCycles: 1 },
    'Came from': { parent: { kind: 'model', id: 'base', step: null } },
    'Data set': { dataset: 'lost' },
    Seed: { training: { ...model().training, seed: 9 } },
  } as const satisfies Record<string, Partial<Model>>;
  const named = (of: Model) =>
    cardRows(of, { kind: 'Sudoku 4×4', dataset: of.dataset === 'lost' ? null : 'Sudoku 4×4' });

  test('differ in exactly the rows in which the models do', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(changes) as (keyof typeof changes)[]), (labels) => {
        const other = model(Object.assign({}, ...labels.map((label) => changes[label])) as Partial<Model>);
        const marked = comparedRows(named(model()), named(other))
          .filter(({ differs }) => differs)
          .map(({ label }) => label);
        expect(marked.sort()).toEqual([...labels].sort());
      }),
    );
  });

  test('have the same rows, whatever is known of them', () => {
    const labels = (of: Model) => named(of).map(({ label }) => label);
    expect(labels(importedModel())).toEqual(labels(model()));
    expect(comparedRows(named(model()), named(importedModel()))).toHaveLength(labels(model()).length);
  });

  test('of which one was measured on more puzzles differ, even with the same share', () => {
    const more = model({ accuracy: { ...model().accuracy!, count: 501 } });
    expect(
      comparedRows(named(model()), named(more))
        .filter(({ differs }) => differs)
        .map(({ label }) => label),
    ).toEqual(['Exact accuracy']);
  });
});

test('trainings of one name are told apart by seed and steps, others by where they are from', () => {
  expect(describeModelSource(model())).toBe('seed 1, 2,000 steps');
  expect(describeModelSource(importedModel())).toBe('imported');
});

test('a share never stands without the number of puzzles', () => {
  expect(formatModelAccuracy(model().accuracy)).toBe('99.8 % exact, n 500');
  expect(formatModelAccuracy(null)).toBe('not measured');
});
