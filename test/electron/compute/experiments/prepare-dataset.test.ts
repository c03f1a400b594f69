/** Datasets of conditions: leaks made on purpose, and test puzzles of another size. */
import { expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { getKind } from '../../../../datasets/kinds/registry';
import type { Puzzle } from '../../../../datasets/kinds/puzzle-kind';
import { prepareDataset, splitAgain } from '../../../../electron/compute/experiments/prepare-dataset';

const dataset = loadBuiltInDataset('sudoku-4x4');
const { kind } = dataset;
const texts = (puzzles: readonly Puzzle[]) => new Set(puzzles.map(({ inputs }) => kind.format(inputs)));
const classes = (puzzles: readonly Puzzle[]) => new Set(puzzles.map(({ inputs }) => kind.classKey(inputs)));
const share = (of: ReadonlySet<string>, among: ReadonlySet<string>) =>
  [...of].filter((each) => among.has(each)).length / of.size;

test.each([
  ['classes', 0, 0],
  ['puzzles', 1, 0],
  ['leaked', 1, 1],
] as const)(
  'a split by %s shares %d of the classes and %d of the puzzles of the test set',
  (choice, ofClasses, ofPuzzles) => {
    const split = splitAgain(dataset, choice);
    expect(split.train).toHaveLength(dataset.train.length);
    expect(split.test).toHaveLength(141);
    expect(split.test).toEqual(splitAgain(dataset, 'classes').test);
    expect(share(classes(split.test), classes(split.train))).toBe(ofClasses);
    // A copy may happen to be the puzzle itself.
    expect(share(texts(split.test), texts(split.train))).toBeCloseTo(ofPuzzles, 1);
    for (const { inputs, labels } of split.train) expect(kind.check(inputs, labels).legal).toBe(true);
    expect(splitAgain(dataset, choice).train).toEqual(split.train);
  },
);

test('puzzles with identifiers are not split again', () => {
  const identified = { names: ['<blank>', 'a'], train: [], test: [] };
  expect(() => splitAgain({ ...dataset, identified }, 'puzzles')).toThrow('sudoku-4x4');
});

test('a model is tested on generated puzzles of another size, the same each time', () => {
  const source = { model: 'maze-12x12', dataset: 'maze', testKind: 'maze-16' };
  const plan = { type: 'steps' as const, at: [1], puzzles: 5 };
  const prepared = prepareDataset(dataset, source, plan);
  expect(prepared.kind).toBe(getKind('maze-16'));
  expect(prepared.test).toHaveLength(5);
  expect(prepared.test.every(({ inputs }) => inputs.length === 256)).toBe(true);
  expect(prepareDataset(dataset, source, plan).test).toEqual(prepared.test);
  expect(prepareDataset(dataset, { model: 'sudoku-4x4', dataset: 'sudoku-4x4' }, plan)).toBe(dataset);
  expect(() => prepareDataset(dataset, { ...source, testKind: 'nothing' }, plan)).toThrow('nothing');
});
