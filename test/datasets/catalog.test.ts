import { describe, expect, test } from 'vitest';
import { getDatasetSpec, datasetSpecs, loadBuiltInDataset } from '../../datasets/catalog';
import { getKind } from '../../datasets/kinds/registry';
import { UnknownIdError } from '../../datasets/kinds/kind-family';
import type { Puzzle } from '../../datasets/kinds/puzzle-kind';

describe('the catalog', () => {
  test('finds every dataset by its unique id, and its kind', () => {
    for (const spec of datasetSpecs) expect(getDatasetSpec(spec.id)).toBe(spec);
    for (const { kind } of datasetSpecs) expect(getKind(kind).id).toBe(kind);
    expect(new Set(datasetSpecs.map(({ id }) => id)).size).toBe(datasetSpecs.length);
  });

  test.each(['sudoku', '', 'toString', '../sudoku-4x4'])('rejects the unknown id %j and lists the known ones', (id) => {
    expect(() => getDatasetSpec(id)).toThrow(`unknown dataset “${id}”; known: sudoku-4x4, sudoku-6x6, sudoku-9x9`);
    expect(() => getDatasetSpec(id)).toThrow(UnknownIdError);
    expect(() => loadBuiltInDataset(id)).toThrow(UnknownIdError);
  });
});

describe.each([
  { id: 'sudoku-4x4', classes: [282, 94], clues: 6 },
  { id: 'sudoku-6x6', classes: [900, 300], clues: 14 },
])('the dataset $id', ({ id, classes: [trainCount, testCount], clues }) => {
  const { kind, train, test: testPuzzles, trainClasses, testClasses } = loadBuiltInDataset(id);
  const keyOf = ({ inputs }: Puzzle) => kind.classKey(inputs);

  test(`has ${trainCount} training and ${testCount} test classes, none in both`, () => {
    const trainKeys = new Set(train.map(keyOf));
    const testKeys = new Set(testPuzzles.map(keyOf));
    expect([train.length, trainClasses, trainKeys.size]).toEqual([trainCount, trainCount, trainCount]);
    expect([testClasses, testKeys.size]).toEqual([testCount, testCount]);
    expect(new Set([...trainKeys, ...testKeys]).size).toBe(trainCount! + testCount!);
  });

  test('has the counts of its specification', () => {
    const { counts, testPuzzles: count } = getDatasetSpec(id);
    expect(counts).toEqual({ trainPuzzles: train.length, trainClasses, testClasses });
    expect(count).toBe(testPuzzles.length);
  });

  test('has 1000 distinct test puzzles', () => {
    expect(new Set(testPuzzles.map(({ inputs }) => kind.format(inputs))).size).toBe(1000);
  });

  test(`has ${clues} givens and one solution in every puzzle`, () => {
    for (const { inputs, labels } of [...train, ...testPuzzles]) {
      expect(inputs.filter((token) => token !== kind.blank)).toHaveLength(clues);
      expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toEqual([labels]);
    }
  });

  test('alternates between the test classes in the first rows of the test split', () => {
    for (const rows of [8, 94, 300, 500])
      expect(new Set(testPuzzles.slice(0, rows).map(keyOf)).size).toBe(Math.min(rows, testCount!));
  });
});

describe('the 376 classes of sudoku-4x4', () => {
  const { kind, train, test: testPuzzles } = loadBuiltInDataset('sudoku-4x4');

  test('is the same on every machine', () => {
    const texts = [...train, ...testPuzzles].map(({ inputs }) => kind.format(inputs));
    expect(texts[0]).toMatchInlineSnapshot(`"...14...2.14...2"`);
    expect(texts[282]).toMatchInlineSnapshot(`"..13.3..2..4..2."`);
    expect(checksum(texts.join())).toMatchInlineSnapshot(`"6bbfdeee"`);
  });
});

/** FNV-1a over the character codes. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}
