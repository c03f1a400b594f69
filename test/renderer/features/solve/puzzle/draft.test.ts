import { describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { checkDraft, countClues, Draft, parseText } from '../../../../../renderer/features/solve/puzzle/draft.svelte';
import { clues, kind, solution, tokens } from '../../../examples';

const draftOf = (onchange?: () => void) => new Draft(kind, tokens(clues), onchange);

describe('Draft', () => {
  test('keeps grid and text in sync', () => {
    const draft = draftOf();
    draft.setCell(1, 4);
    expect(draft.text).toBe(`13${clues.slice(2)}`);
    draft.setText(solution);
    expect(draft.tokens).toEqual(tokens(solution));
    expect(draft.verdict.tone).toBe('good');
  });

  test('keeps its grid while the text is invalid, and reports the error', () => {
    const draft = draftOf();
    draft.setText('123');
    expect(draft.textError).toBe('The text cannot be read: expected 16 cells, got 3.');
    expect(draft.tokens).toEqual(tokens(clues));
    expect(draft.history.canUndo).toBe(false);
  });

  test('undoes and redoes change by change, and a new change clears the redo steps', () => {
    const draft = draftOf();
    draft.setCell(1, 4);
    draft.setCell(2, 5);
    draft.clear();
    draft.undo();
    draft.undo();
    expect(draft.text).toBe(`13${clues.slice(2)}`);
    draft.redo();
    expect(draft.tokens[2]).toBe(5);
    draft.setCell(3, 2);
    expect(draft.history.canRedo).toBe(false);
    for (let i = 0; i < 9; i++) draft.undo();
    expect(draft.tokens).toEqual(tokens(clues));
  });

  test('undoes loading another puzzle', () => {
    const draft = draftOf();
    draft.setCell(1, 4);
    draft.load(tokens(solution));
    draft.undo();
    expect(draft.text).toBe(`13${clues.slice(2)}`);
  });

  test('reports each completed change, but not one without effect', () => {
    const changed = vi.fn();
    const draft = draftOf(changed);
    draft.setCell(0, tokens(clues)[0] ?? 0);
    draft.setText('12');
    expect(changed).not.toHaveBeenCalled();
    draft.setCell(1, 4);
    draft.undo();
    expect(changed).toHaveBeenCalledTimes(2);
  });
});

describe('a stroke', () => {
  const maze = getKind('maze-5');
  const empty = [...maze.parse(' '.repeat(25))];

  test('is one change for any number of painted cells', () => {
    const changed = vi.fn();
    const draft = new Draft(maze, empty, changed);
    draft.beginStroke();
    for (const cell of [0, 1, 2, 2, 3]) draft.paint(cell);
    expect(changed).not.toHaveBeenCalled();
    draft.endStroke();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(draft.text.startsWith('#### ')).toBe(true);
    draft.undo();
    expect(draft.tokens).toEqual(empty);
  });

  test('is checked when it ends', () => {
    const draft = new Draft(maze, [...maze.parse('S G'.padEnd(25))]);
    expect(draft.verdict.tone).toBe('good');
    draft.brush = 1;
    draft.beginStroke();
    for (const cell of [1, 6, 5]) draft.paint(cell);
    expect(draft.verdict.tone).toBe('good');
    draft.endStroke();
    expect(draft.verdict.summary).toMatch(/^No path leads from the start/u);
  });

  test('that paints nothing is not a change', () => {
    const draft = new Draft(maze, [...maze.parse('#'.padEnd(25))]);
    draft.beginStroke();
    draft.paint(0);
    draft.endStroke();
    expect(draft.history.canUndo).toBe(false);
  });
});

const check = (text: string) => checkDraft(kind, tokens(text));

describe('checkDraft', () => {
  test('returns the solution of a puzzle with exactly one', () => {
    expect(check(clues)).toMatchObject({
      tone: 'good',
      summary: '4 clues, exactly one solution.',
      solution: tokens(solution),
    });
  });

  test('is neutral without clues', () => {
    expect(check('.'.repeat(16))).toMatchObject({ tone: 'neutral', summary: 'No clues yet.' });
  });

  test('names the rule and marks the cells of conflicting clues', () => {
    const verdict = check('11..............');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [0, 1], solution: null });
    expect(verdict.summary).toContain('row 1 has 1 more than once');
  });

  test('reports no solution without marking cells when no clues conflict', () => {
    const verdict = check('123....4........');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [] });
    expect(verdict.summary).toMatch(/^No solution/);
  });

  test('names an ambiguous cell of a puzzle with several solutions', () => {
    const verdict = check('1...............');
    expect(verdict).toMatchObject({ tone: 'warning', solution: null });
    expect(verdict.summary).toMatch(/^Several solutions: row \d, column \d can be/);
  });
});

describe('parseText', () => {
  test('accepts white space, and zeros as blanks', () => {
    expect(parseText(kind, '1000 0030\n0200 0004')).toEqual({ tokens: tokens(clues) });
  });

  test.each([
    '[Puzzle]\n1...\n..3.\n.2..\n...4',
    '# from a file\n10|00\n00|30\n--+--\n-----\n02|00\n00|04',
    '*---*\n|1x|xx|\n|xx|3x|\n|---+---|\n|x2|xx|\n|xx|x4|\n*---*',
  ])('accepts the text of a file, %j', (text) => {
    expect(parseText(kind, text)).toEqual({ tokens: tokens(clues) });
  });

  test.each([
    ['123', 'The text cannot be read: expected 16 cells, got 3.'],
    [`${clues}1`, 'The text cannot be read: expected 16 cells, got 17.'],
    [
      '1.....3..2.....7',
      "The text cannot be read: unknown character '7' at row 4, column 4: expected 1 to 4, or . or 0 for a blank.",
    ],
  ])('rejects %j with an error message', (text, error) => {
    expect(parseText(kind, text)).toEqual({ error });
  });
});

test('countClues counts the cells that are not blank', () => {
  expect(countClues(kind, tokens(clues))).toBe(4);
});
