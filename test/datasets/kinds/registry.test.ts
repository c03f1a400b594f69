import { describe, expect, test } from 'vitest';
import { createSizedFamily, UnknownIdError } from '../../../datasets/kinds/kind-family';
import { queens } from '../../../datasets/kinds/queens/queens';
import { message } from '../../../renderer/messages/message';
import { getKind, kindFamilies, listGenerated, registerFamily } from '../../../datasets/kinds/registry';
import { presets } from '../../../models/presets/presets';
import { formatEnglish } from '../../../renderer/messages/english';

describe('the registry of kinds', () => {
  test('finds kinds by id and creates each once', () => {
    for (const { listIds, exampleId } of kindFamilies)
      for (const id of [...listIds(), exampleId]) {
        expect(getKind(id).id).toBe(id);
        expect(getKind(id)).toBe(getKind(id));
      }
    for (const { sizes, exampleId, name } of kindFamilies)
      if (!sizes) expect(formatEnglish(getKind(exampleId).name)).toContain(formatEnglish(name));
  });

  test('has unique family ids', () => {
    expect(new Set(kindFamilies.map(({ id }) => id)).size).toBe(kindFamilies.length);
  });

  test('kinds have a generator exactly if their family generates puzzles, and an existing preset', () => {
    for (const { exampleId, generates } of kindFamilies) {
      const kind = getKind(exampleId);
      expect(kind.generator !== null).toBe(generates === 'puzzles');
      expect(presets.map(({ id }) => id)).toContain(kind.defaultPreset);
    }
    expect(listGenerated('tasks').map(({ exampleId }) => getKind(exampleId).augmentation)).toEqual(['copies']);
  });

  test('kinds have a style and a name for each token', () => {
    for (const { exampleId } of kindFamilies) {
      const { symbols, tokenStyles, tokenNames } = getKind(exampleId);
      expect([tokenStyles.length, tokenNames.length]).toEqual([symbols.length, symbols.length]);
    }
  });

  test.each([
    'maze',
    'maze-4',
    'maze-31',
    'maze-011',
    'maze-1e1',
    'maze-11.0',
    'maze- 11',
    'sudoku',
    'sudoku-4x4-1',
    '',
    'toString',
    '__proto__',
  ])('rejects the id %j and lists the known ones', (id) => {
    expect(() => getKind(id)).toThrow(UnknownIdError);
    expect(() => getKind(id)).toThrow(
      `unknown puzzle type “${id}”; known: sudoku-4x4, sudoku-6x6, sudoku-9x9, maze-5 to maze-30, nonogram-4 to nonogram-10, queens-4 to queens-12, numberlink-4 to numberlink-7, arc-10, arc, and custom-<rows>x<columns>:<characters>`,
    );
  });

  test('adds a family and removes it again', () => {
    const board = {
      id: 'board',
      name: message('kinds.queens.family'),
      sizes: { min: 4, max: 5, default: 4 },
      create: queens,
    };
    const remove = registerFamily(createSizedFamily(board));
    expect(getKind('board-5').rows).toBe(5);
    expect(() => registerFamily(createSizedFamily(board))).toThrow(RangeError);
    remove();
    expect(() => getKind('board-5')).toThrow(UnknownIdError);
  });
});
