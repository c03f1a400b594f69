import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../../datasets/kinds/registry';
import {
  boxEnds,
  getCellStates,
  cellsBetween,
  describeBoardCell,
  isDrawnOnCanvas,
  isTextKey,
  moveFocus,
} from '../../../renderer/grids/board';
import { clues, kind, solution, tokens } from '../examples';
import { inEnglish } from '../../english';

const board = { rows: 3, columns: 4 };

describe('keyboard input on a board', () => {
  test('moves the focus by arrow keys, Home and End, and stops at the edges', () => {
    const from = (cell: number) =>
      ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].map((key) => moveFocus(board, cell, key));
    expect(from(5)).toEqual([4, 6, 1, 9, 4, 7]);
    expect(from(0)).toEqual([0, 1, 0, 4, 0, 3]);
    expect(from(11)).toEqual([10, 11, 7, 11, 8, 11]);
    expect(moveFocus(board, 5, 'a')).toBeNull();
  });

  test('reaches every cell from every other cell', () => {
    fc.assert(
      fc.property(fc.nat(11), fc.nat(11), (from, to) => {
        let at = from;
        for (let i = 0; i < 3; i++) at = moveFocus(board, at, to > at ? 'ArrowDown' : 'ArrowUp') ?? at;
        while (Math.floor(at / 4) !== Math.floor(to / 4))
          at = moveFocus(board, at, at < to ? 'ArrowDown' : 'ArrowUp') ?? at;
        while (at !== to) at = moveFocus(board, at, at < to ? 'ArrowRight' : 'ArrowLeft') ?? at;
        expect(at).toBe(to);
      }),
    );
  });

  test('accepts characters and Backspace, but no shortcuts or other keys', () => {
    const event = (key: string, ctrlKey = false) =>
      isTextKey({ key, ctrlKey, metaKey: false, altKey: false } as KeyboardEvent);
    expect([event('3'), event('Backspace'), event('Enter'), event('z', true), event('F5')]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

test('cellsBetween returns a path of neighbouring cells to the target', () => {
  fc.assert(
    fc.property(fc.nat(89), fc.nat(89), (from, to) => {
      const path = [from, ...cellsBetween({ columns: 9 }, from, to)];
      expect(path.at(-1)).toBe(to);
      for (const [i, cell] of path.slice(1).entries()) {
        const before = path[i] ?? 0;
        expect(
          Math.max(Math.abs((cell % 9) - (before % 9)), Math.abs(Math.floor(cell / 9) - Math.floor(before / 9))),
        ).toBe(1);
      }
    }),
  );
});

test.each([
  ['sudoku-6x6', false],
  ['queens-6', false],
  ['sudoku-9x9', true],
  ['maze-5', true],
  ['arc', true],
  ['nonogram-5', true],
  ['custom-20x20:.ab', true],
])('isDrawnOnCanvas of %s is %s', (id, drawn) => {
  expect(isDrawnOnCanvas(getKind(id))).toBe(drawn);
});

describe('a cell', () => {
  test('is drawn as wall or path in mazes, as a colour if it has one, and otherwise as text', () => {
    expect(getKind('maze-5').tokenStyles.map(({ as }) => as)).toEqual([
      'ink',
      'wall',
      'ink',
      'colour',
      'colour',
      'path',
    ]);
    expect(
      getKind('arc')
        .tokenStyles.map(({ as }) => as)
        .slice(0, 3),
    ).toEqual(['ink', 'ink', 'colour']);
    expect(getKind('sudoku-4x4').tokenStyles.every(({ as }) => as === 'ink')).toBe(true);
  });

  test('has a description in words', () => {
    expect(inEnglish(getKind('maze-5').tokenNames)).toEqual(['', 'wall', 'open', 'start', 'goal', 'path']);
    expect(inEnglish(getKind('arc').tokenNames[5])).toBe('green 3');
    const maze = getKind('maze-5');
    const [wall, open] = getCellStates(maze, { inputs: [1, 2] });
    expect([wall && describeBoardCell(wall, 0, 5), open && describeBoardCell(open, 1, 5)]).toEqual([
      'row 1, column 1: wall, clue',
      'row 1, column 2: empty',
    ]);
  });

  test('is never a clue in an answer that is separate from its input grid', () => {
    const [same] = getCellStates(getKind('arc'), { inputs: [3], answer: [3], confidence: [0.4] });
    expect(same).toMatchObject({ clue: false, confidence: 0.4 });
    expect(getCellStates(getKind('arc'), { inputs: [3] })[0]).toMatchObject({ clue: true });
  });

  test('of a classical solver has no confidence in its description', () => {
    const [cellState] = getCellStates(getKind('sudoku-4x4'), { inputs: [1], answer: [4], isClassical: true });
    expect(cellState && describeBoardCell(cellState, 0, 4)).toBe('row 1, column 1: 3');
  });
});

const inputs = tokens(clues);

test('without an answer the grid has clues and empty cells', () => {
  const [first, second] = getCellStates(kind, { inputs });
  expect(first).toMatchObject({ symbol: '1', clue: true, confidence: 1 });
  expect(second).toMatchObject({ symbol: '', clue: false });
});

test('an answer fills the empty cells with their confidence, changes and marks', () => {
  const [first, second] = getCellStates(kind, {
    inputs,
    answer: tokens(solution),
    confidence: inputs.map(() => 0.25),
    changedCells: [1],
    marks: [1],
  });
  expect(first).toMatchObject({ symbol: '1', clue: true, confidence: 1 });
  expect(second).toEqual({
    token: 4,
    symbol: '3',
    name: '3',
    clue: false,
    confidence: 0.25,
    isClassical: false,
    changed: true,
    marked: true,
  });
});

test('a clue that the answer changes is shown as an answer', () => {
  const [first] = getCellStates(kind, { inputs, answer: tokens(`2${solution.slice(1)}`) });
  expect(first).toMatchObject({ symbol: '2', clue: false });
});

test('describeBoardCell describes confidence, changes and broken rules', () => {
  const cellState = {
    token: 4,
    symbol: '3',
    name: '3',
    clue: false,
    confidence: 0.634,
    isClassical: false,
    changed: true,
    marked: true,
  };
  expect(describeBoardCell(cellState, 6, 4)).toBe('row 2, column 3: 3, 63 % confidence, changed, breaks a rule');
  expect(describeBoardCell({ ...cellState, symbol: '', name: '', changed: false, marked: false }, 0, 4)).toBe(
    'row 1, column 1: empty',
  );
});

test('boxEnds marks the ends of boxes inside the grid, not the ends of the grid', () => {
  const cells = inputs.map((_, cell) => boxEnds(kind, cell));
  expect(cells.flatMap(({ right }, cell) => (right ? [cell] : []))).toEqual([1, 5, 9, 13]);
  expect(cells.flatMap(({ bottom }, cell) => (bottom ? [cell] : []))).toEqual([4, 5, 6, 7]);
});

test('boxEnds marks the ends of the margins of a nonogram', () => {
  const nonogram = getKind('nonogram-5');
  const cells = Array.from({ length: 64 }, (_, cell) => boxEnds(nonogram, cell));
  expect(cells.flatMap(({ right }, cell) => (right ? [cell % 8] : []))).toEqual(Array(8).fill(2));
  expect(cells.flatMap(({ bottom }, cell) => (bottom ? [Math.floor(cell / 8)] : []))).toEqual(Array(8).fill(2));
  expect(boxEnds(getKind('queens-8'), 9)).toEqual({ right: false, bottom: false });
});
