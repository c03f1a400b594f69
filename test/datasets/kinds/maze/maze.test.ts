import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPuzzle } from '../../../../datasets/inspect';
import { maze } from '../../../../datasets/kinds/maze/maze';
import type { Puzzle, PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';
import { applySymmetry, applyToPuzzle, invertSymmetry } from '../../../../datasets/symmetry';
import { inEnglish } from '../../../english';

const maze5 = maze(5);
const sides = [5, 8, 11, 30].map((side) => ({ side, kind: maze(side) }));
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const puzzleOf = (kind: PuzzleKind): fc.Arbitrary<Puzzle> =>
  seed.map((number) => kind.generator!.generate(Random.seeded(number)));
const parseMaze = (rows: readonly string[]) => maze5.parse(rows.join('\n'));
const ring = parseMaze(['#####', '#S  #', '# # #', '#  G#', '#####']);

describe('generated mazes', () => {
  test.each(sides)('of side $side have a unique shortest path, which is the label', ({ kind }) => {
    fc.assert(
      fc.property(puzzleOf(kind), ({ inputs, labels }) => {
        expect(checkPuzzle(kind, inputs)).toEqual({ state: 'ok', solution: labels });
        expect(kind.check(inputs, labels)).toEqual({ legal: true, brokenCells: [], brokenRules: 0, violations: [] });
        expect(kind.generator!.rate(inputs)).toBe(labels.filter((token) => token === 5).length + 2);
      }),
      { numRuns: 30 },
    );
  });

  test.each(
    sides.flatMap(({ kind }) =>
      kind.generator!.difficulties.map((band) => ({ kind, name: kind.name, id: band.id, band })),
    ),
  )('$name, $id: the path length is within the band', ({ kind, band }) => {
    const random = Random.seeded(5);
    for (let i = 0; i < 10; i++) {
      const length = kind.generator!.rate(kind.generator!.generate(random, band).inputs);
      expect(length).toBeGreaterThanOrEqual(band.min);
      expect(length).toBeLessThanOrEqual(band.max);
    }
  });

  test.each([4, 31, 7.5, Number.NaN])('reject a side of %d', (side) => {
    expect(() => maze(side)).toThrow(`maze side must be 5–30, got ${side}`);
  });

  test('have walls on every side', () => {
    const { inputs } = maze(12).generator!.generate(Random.seeded(1));
    const text = maze(12).format(inputs);
    const rows = Array.from({ length: 12 }, (_, row) => text.slice(row * 12, row * 12 + 12));
    for (const line of [rows[0], rows[11], rows.map((row) => row[0]).join(''), rows.map((row) => row[11]).join('')])
      expect(line).toBe('#'.repeat(12));
  });
});

describe('the eight symmetries of a maze', () => {
  test('map solutions to solutions, keep the class and can be inverted', () => {
    const kind = maze(9);
    fc.assert(
      fc.property(puzzleOf(kind), seed, (puzzle, number) => {
        const symmetry = kind.drawSymmetry(Random.seeded(number));
        const moved = applyToPuzzle(symmetry, puzzle);
        expect(kind.solve(moved.inputs, { maxSolutions: 2 }).solutions).toEqual([moved.labels]);
        expect(kind.classKey(moved.inputs)).toBe(kind.classKey(puzzle.inputs));
        expect(applySymmetry(invertSymmetry(symmetry), moved.inputs)).toEqual(puzzle.inputs);
      }),
      { numRuns: 60 },
    );
  });

  test('are all drawn', () => {
    const kind = maze(9);
    const random = Random.seeded(2);
    const { inputs } = kind.generator!.generate(random);
    const images = new Set(
      Array.from({ length: 200 }, () => kind.format(applySymmetry(kind.drawSymmetry(random), inputs))),
    );
    expect(images.size).toBe(8);
  });
});

describe('check of a maze', () => {
  const checkAnswer = (rows: readonly string[]) => maze5.check(ring, parseMaze(rows));

  test('accepts either of two shortest paths', () => {
    expect(checkAnswer(['#####', '#Soo#', '# #o#', '#  G#', '#####']).legal).toBe(true);
    expect(checkAnswer(['#####', '#S  #', '#o# #', '#ooG#', '#####']).legal).toBe(true);
    expect(inEnglish(checkPuzzle(maze5, ring))).toMatchObject({
      state: 'ambiguous',
      message: 'Several paths from the start to the goal are equally short.',
    });
  });

  test('reports an unanswered maze as not legal, without broken rules', () => {
    expect(maze5.check(ring, ring)).toEqual({ legal: false, brokenCells: [], brokenRules: 0, violations: [] });
  });

  test.each([
    {
      flaw: 'a path that stops',
      rows: ['#####', '#So #', '# # #', '#  G#', '#####'],
      message: 'the path does not reach the goal',
      cells: [18],
    },
    {
      flaw: 'a gap',
      rows: ['#####', '#S o#', '# #o#', '#  G#', '#####'],
      message: '2 path cells are not connected to the start',
      cells: [8, 13],
    },
    {
      flaw: 'both paths',
      rows: ['#####', '#Soo#', '#o#o#', '#ooG#', '#####'],
      message: 'the path has 6 cells, the shortest has 3',
      cells: [7, 8, 11, 13, 16, 17],
    },
    {
      flaw: 'a wall walked through',
      rows: ['#####', '#Soo#', '# oo#', '#  G#', '#####'],
      message: 'row 3, column 3 was changed from “wall” to “path”',
      cells: [12],
    },
    {
      flaw: 'a moved goal',
      rows: ['#####', '#So #', '# # #', '# G #', '#####'],
      message: 'row 4, column 3 was changed from “open” to “goal”',
      cells: [17],
    },
  ])('reports $flaw', ({ rows, message, cells }) => {
    const report = checkAnswer(rows);
    expect(report.legal).toBe(false);
    expect(inEnglish(report.violations)).toContain(message);
    for (const cell of cells) expect(report.brokenCells).toContain(cell);
  });

  test('reports two starts as a contradiction', () => {
    expect(checkPuzzle(maze5, parseMaze(['#####', '#S S#', '#   #', '#  G#', '#####']))).toMatchObject({
      state: 'contradiction',
      cells: [6, 8],
    });
  });

  test.each([
    ['an unreachable goal', '#S# #', '# #G#', 'No path leads from the start to the goal.'],
    ['no start', '#   #', '# #G#', 'The maze has no start (S).'],
    ['no goal', '#S  #', '# # #', 'The maze has no goal (G).'],
  ])('reports %s as unsolvable', (_, second, fourth, text) => {
    const inputs = parseMaze(['#####', second, '# ###', fourth, '#####']);
    expect(inEnglish(checkPuzzle(maze5, inputs))).toMatchObject({ state: 'unsolvable', message: text });
  });

  test('accepts any tokens', () => {
    const anything = fc.uint8Array({ minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(anything, anything, (inputs, answer) => {
        const { legal, brokenRules, violations } = maze5.check(inputs, answer);
        expect(violations).toHaveLength(brokenRules);
        if (brokenRules > 0) expect(legal).toBe(false);
        maze5.solve(inputs, { maxSolutions: 2, maxGuesses: 100 });
      }),
    );
  });
});

describe('the text of a maze', () => {
  test('is parsed as formatted, with or without line breaks', () => {
    fc.assert(
      fc.property(puzzleOf(maze5), ({ labels }) => {
        const text = maze5.format(labels);
        expect(maze5.parse(text)).toEqual(labels);
        expect(maze5.parse(text.replace(/(.{5})/gu, '$1\r\n'))).toEqual(labels);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['#S G#', 'expected 25 cells, got 5'],
    ['#'.repeat(24) + 'x', "unknown character 'x' at row 5, column 5: expected #, space, S, G or o"],
    ['#'.repeat(24) + '\u0007', 'unknown character U+0007 at row 5, column 5: expected #, space, S, G or o'],
  ])('rejects %j', (text, message) => {
    expect(() => maze5.parse(text)).toThrow(message);
  });
});

test('a search with few guesses gives up on an open maze with too many paths', () => {
  const kind = maze(30);
  const hall = new Uint8Array(900).fill(2);
  hall[0] = 3;
  hall[899] = 4;
  expect(checkPuzzle(kind, hall)).toMatchObject({ state: 'ambiguous' });
  expect(kind.solve(hall, { maxSolutions: Infinity, maxGuesses: 1000 })).toMatchObject({ gaveUp: true, guesses: 1000 });
});
