import { describe, expect, test } from 'vitest';
import { clueCount, judgeDraft, readText } from '../../../../../renderer/features/solve/puzzle/check-draft';
import { clues, kind, solution, tokens } from '../../../examples';

const judged = (text: string) => judgeDraft(kind, tokens(text));

describe('a typed puzzle', () => {
  test('with one solution is welcome and brings it along', () => {
    expect(judged(clues)).toMatchObject({
      tone: 'good',
      line: '4 clues, exactly one solution.',
      solution: tokens(solution),
    });
  });

  test('without clues is no error', () => {
    expect(judged('.'.repeat(16))).toMatchObject({ tone: 'neutral', line: 'No clues yet.' });
  });

  test('with clashing clues names the rule and marks the cells', () => {
    const verdict = judged('11..............');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [0, 1], solution: null });
    expect(verdict.line).toContain('row 1 has 1 more than once');
  });

  test('that has no solution although no clues clash says so and marks nothing', () => {
    const verdict = judged('123....4........');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [] });
    expect(verdict.line).toMatch(/^No solution/);
  });

  test('with several solutions names a cell that is open', () => {
    const verdict = judged('1...............');
    expect(verdict).toMatchObject({ tone: 'warning', solution: null });
    expect(verdict.line).toMatch(/^Several solutions: row \d, column \d can be/);
  });
});

describe('a typed text', () => {
  test('is read with white space and zeros', () => {
    expect(readText(kind, '1000 0030\n0200 0004')).toEqual({ tokens: tokens(clues) });
  });

  test.each([
    ['123', 'Expected 16 cells, came 3.'],
    [`${clues}1`, 'Expected 16 cells, came 17.'],
    ['1.....3..2.....7', "Unknown character '7' at row 4, column 4: expected 1 to 4, or . or 0 for a blank."],
  ])('that is %j is refused with a sentence', (text, error) => {
    expect(readText(kind, text)).toEqual({ error });
  });
});

test('clues are the cells that are not blank', () => {
  expect(clueCount(kind, tokens(clues))).toBe(4);
});
