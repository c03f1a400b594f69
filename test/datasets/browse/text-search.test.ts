import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatcher, getWildcard } from '../../../datasets/browse/text-search';
import { getKind } from '../../../datasets/kinds/registry';

const finds = (id: string, text: string, puzzle: string) => {
  const kind = getKind(id);
  return createMatcher(kind, text)?.(kind.parse(puzzle)) ?? null;
};

describe('createMatcher', () => {
  const puzzle = '12.. ..34 ...1 4...';

  test.each([
    { text: '12', found: true },
    { text: '...341', found: false },
    { text: '2....34', found: true },
    { text: '2?..?34', found: true },
    { text: '??????????????????', found: null },
    { text: '????????????????', found: true },
    { text: '12....34...14...', found: true },
    { text: '12....34...14..?', found: true },
    { text: '12....34...14..1', found: false },
    { text: '?4...', found: true },
    { text: '?12', found: false },
  ])('searches $text cell by cell', ({ text, found }) => {
    expect(finds('sudoku-4x4', text, puzzle)).toBe(found);
  });

  test('accepts the blanks and white space that the kind parses', () => {
    expect(finds('sudoku-4x4', '1 2 0 0\n0 0 3 4', puzzle)).toBe(true);
  });

  test('returns no matcher for a text with unknown characters', () => {
    expect(finds('sudoku-4x4', '15', puzzle)).toBeNull();
    expect(finds('sudoku-4x4', '', puzzle)).toBeNull();
  });

  test('treats spaces as cells where the kind has them', () => {
    const kind = getKind('maze-5');
    const maze = '#####\n#S  #\n### #\n#G  #\n#####';
    expect(createMatcher(kind, 'S  #')?.(kind.parse(maze))).toBe(true);
    expect(createMatcher(kind, 'S   #')?.(kind.parse(maze))).toBe(false);
    expect(createMatcher(kind, 'S..#')?.(kind.parse(maze))).toBe(true);
  });
});

test('getWildcard returns a character that is not a symbol of the kind', () => {
  expect(getWildcard(getKind('sudoku-9x9'))).toBe('?');
  expect(getWildcard(getKind('nonogram-5'))).toBe('*');
  expect(getWildcard(getKind('custom-2x2:?*'))).toBe('~');
});

describe('kinds with one character per cell', () => {
  test('are searched by cells if padding is formatted as nothing', () => {
    const kind = getKind('custom-2x3:abc');
    const grid = Uint8Array.of(1, 2, 0, 3, 1, 2);
    expect(['ab', 'bc', 'cab', 'b?c'].map((text) => createMatcher(kind, text)?.(grid))).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test('match exactly where their formatted text matches', () => {
    const kind = getKind('sudoku-4x4');
    // A format without one character per cell makes the matcher format each puzzle.
    const written = { ...kind, format: (grid: Uint8Array) => `${kind.format(grid)}/` };
    const tokens = fc.uint8Array({ minLength: 16, maxLength: 16, max: kind.symbols.length - 1 });
    const character = fc.constantFrom('.', '1', '2');
    const text = fc
      .tuple(character, fc.string({ unit: fc.constantFrom('?', '.', '1'), maxLength: 3 }), character)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(tokens, text, (inputs, searched) => {
        expect(createMatcher(kind, searched)?.(inputs)).toBe(createMatcher(written, searched)?.(inputs));
      }),
      { numRuns: 300 },
    );
  });
});

test('ARC grids are searched by their rows', () => {
  expect(finds('arc', '10/22', '010/222')).toBe(true);
  expect(finds('arc', '1?/2', '010/222')).toBe(true);
  expect(finds('arc', '1./2', '010/222')).toBe(false);
});
