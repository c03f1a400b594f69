import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getTokenForKey } from '../../../datasets/kinds/editing';
import { getKind } from '../../../datasets/kinds/registry';

const kinds = [
  'sudoku-4x4',
  'sudoku-9x9',
  'maze-7',
  'nonogram-5',
  'queens-6',
  'numberlink-5',
  'arc',
  'arc-10',
  'custom-3x4:.ab',
];
const editing = (id: string) => getKind(id).createEditing();
const key = (id: string, name: string) => getTokenForKey(getKind(id), editing(id), name);

describe('getTokenForKey', () => {
  test('returns symbols of the kind, the blank for erase keys, and null for other keys', () => {
    expect(key('sudoku-4x4', '1')).toBe(2);
    for (const name of ['Backspace', 'Delete', '.', '0', ' '])
      expect(key('sudoku-4x4', name)).toBe(getKind('sudoku-4x4').blank);
    for (const name of ['5', '9', 'a', '']) expect(key('sudoku-4x4', name)).toBeNull();
  });

  test('maps keys to the symbols of the kind, ignoring case', () => {
    expect([key('maze-7', '#'), key('maze-7', 's'), key('maze-7', 'G'), key('maze-7', ' ')]).toEqual([1, 3, 4, 2]);
    expect([key('nonogram-5', '#'), key('nonogram-5', '.'), key('nonogram-5', '3')]).toEqual([2, 3, 6]);
    expect([key('arc', '0'), key('arc', '7'), key('custom-3x4:.ab', 'b')]).toEqual([2, 9, 3]);
  });

  test('does not return a path for a maze, because paths belong to the answer', () => {
    expect(key('maze-7', 'o')).toBeNull();
    expect(editing('maze-7').setToken(editing('maze-7').empty, 3, 5)).toEqual(editing('maze-7').empty);
  });

  test.each(kinds)('brush keys of %s are unique', (id) => {
    const keys = editing(id).brushes.map((brush) => brush.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { key: name, token } of editing(id).brushes) expect(key(id, name)).toBe(token);
  });
});

describe.each(kinds)('drawing %s', (id) => {
  const kind = getKind(id);
  const { brushes, setToken, empty } = editing(id);
  const strokes = fc.array(fc.tuple(fc.nat(kind.rows * kind.columns - 1), fc.nat(brushes.length - 1)), {
    maxLength: 12,
  });

  test('always gives a grid that can be formatted and parsed', () => {
    fc.assert(
      fc.property(strokes, (all) => {
        const drawn = all.reduce((tokens, [cell, brush]) => setToken(tokens, cell, brushes[brush]?.token ?? 0), empty);
        // An ARC canvas without a grid is formatted as a whole canvas.
        if (drawn.some((token) => token !== 0))
          expect([...kind.parse(kind.format(Uint8Array.from(drawn)))]).toEqual(drawn);
      }),
      { numRuns: 30 },
    );
  });

  test('erases a cell with the blank', () => {
    const drawn = setToken(empty, 0, brushes.at(-1)?.token ?? 0);
    if (kind.augmentation !== 'copies') expect(setToken(drawn, 0, kind.blank)).toEqual(empty);
  });
});

test('a maze keeps one start and one goal: a new one replaces the old one', () => {
  const { setToken, empty } = editing('maze-7');
  const drawn = setToken(setToken(setToken(empty, 8, 3), 20, 3), 30, 4);
  expect(drawn.flatMap((token, cell) => (token === 3 || token === 4 ? [[cell, token]] : []))).toEqual([
    [20, 3],
    [30, 4],
  ]);
});

test('a nonogram accepts runs only in its margins and filled cells only on its board', () => {
  const { setToken, empty } = editing('nonogram-5');
  expect(setToken(empty, 3, 5)[3]).toBe(5);
  expect(setToken(empty, 3, 2)[3]).toBe(0);
  expect(setToken(empty, 63, 2)[63]).toBe(2);
  expect(setToken(empty, 63, 5)).toEqual(empty);
});

describe('an ARC grid', () => {
  const { setToken, empty, size } = editing('arc');

  test('grows to the painted cell, with end markers', () => {
    const drawn = setToken(empty, 31, 5);
    expect(size?.getSize(drawn)).toMatchObject({ rows: 2, columns: 2 });
    expect(getKind('arc').format(Uint8Array.from(drawn))).toBe('00/03');
    expect([drawn[2], drawn[60]]).toEqual([1, 1]);
  });

  test('grows on the smaller canvas of its kind', () => {
    const small = editing('arc-10');
    expect(getKind('arc-10').format(Uint8Array.from(small.setToken(small.empty, 11, 5)))).toBe('00/03');
    expect(small.size?.getSize(small.setToken(small.empty, 99, 5))).toMatchObject({ rows: 10, columns: 10 });
  });

  test('is cropped and extended by resize, and keeps its colours', () => {
    const drawn = setToken(empty, 31, 5);
    expect(getKind('arc').format(Uint8Array.from(size?.resize(drawn, { rows: 3, columns: 2 }) ?? []))).toBe('00/03/00');
    expect(getKind('arc').format(Uint8Array.from(size?.resize(drawn, { rows: 1, columns: 4 }) ?? []))).toBe('0000');
  });
});
