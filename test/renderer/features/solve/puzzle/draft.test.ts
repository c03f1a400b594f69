import { describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { checkDraft, countClues, Draft, parseText } from '../../../../../renderer/features/solve/puzzle/draft.svelte';
import { clues, kind, solution, tokens } from '../../../examples';

const draftOf = (onchange?: () => void) => new Draft(kind, tokens(clues), onchange);

describe('a draft', () => {
  test('is the same as grid and as text', () => {
    const draft = draftOf();
    draft.setCell(1, 4);
    expect(draft.text).toBe(`13${clues.slice(2)}`);
    draft.setText(solution);
    expect(draft.tokens).toEqual(tokens(solution));
    expect(draft.verdict.tone).toBe('good');
  });

  test('keeps its grid while the text cannot be read, and says why', () => {
    const draft = draftOf();
    draft.setText('123');
    expect(draft.textError).toBe('The text cannot be read: expected 16 cells, got 3.');
    expect(draft.tokens).toEqual(tokens(clues));
    expect(draft.history.canUndo).toBe(false);
  });

  test('is undone and redone change by change; a new change ends the redoing', () => {
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

  test('brings back what stood before another puzzle was begun', () => {
    const draft = draftOf();
    draft.setCell(1, 4);
    draft.load(tokens(solution));
    draft.undo();
    expect(draft.text).toBe(`13${clues.slice(2)}`);
  });

  test('tells of every change that is complete, and of none that changes nothing', () => {
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

  test('is one change, however many cells it paints', () => {
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

  test('is judged when it ends', () => {
    const draft = new Draft(maze, [...maze.parse('S G'.padEnd(25))]);
    expect(draft.verdict.tone).toBe('good');
    draft.brush = 1;
    draft.beginStroke();
    for (const cell of [1, 6, 5]) draft.paint(cell);
    expect(draft.verdict.tone).toBe('good');
    draft.endStroke();
    expect(draft.verdict.summary).toMatch(/^No solution/u);
  });

  test('that paints nothing is no change', () => {
    const draft = new Draft(maze, [...maze.parse('#'.padEnd(25))]);
    draft.beginStroke();
    draft.paint(0);
    draft.endStroke();
    expect(draft.history.canUndo).toBe(false);
  });
});

const judged = (text: string) => checkDraft(kind, tokens(text));

describe('a typed puzzle', () => {
  test('with one solution is welcome and brings it along', () => {
    expect(judged(clues)).toMatchObject({
      tone: 'good',
      summary: '4 clues, exactly one solution.',
      solution: tokens(solution),
    });
  });

  test('without clues is no error', () => {
    expect(judged('.'.repeat(16))).toMatchObject({ tone: 'neutral', summary: 'No clues yet.' });
  });

  test('with clashing clues names the rule and marks the cells', () => {
    const verdict = judged('11..............');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [0, 1], solution: null });
    expect(verdict.summary).toContain('row 1 has 1 more than once');
  });

  test('that has no solution although no clues clash says so and marks nothing', () => {
    const verdict = judged('123....4........');
    expect(verdict).toMatchObject({ tone: 'bad', cells: [] });
    expect(verdict.summary).toMatch(/^No solution/);
  });

  test('with several solutions names a cell that is open', () => {
    const verdict = judged('1...............');
    expect(verdict).toMatchObject({ tone: 'warning', solution: null });
    expect(verdict.summary).toMatch(/^Several solutions: row \d, column \d can be/);
  });
});

describe('a typed text', () => {
  test('is read with white space and zeros', () => {
    expect(parseText(kind, '1000 0030\n0200 0004')).toEqual({ tokens: tokens(clues) });
  });

  test.each([
    ['123', 'The text cannot be read: expected 16 cells, got 3.'],
    [`${clues}1`, 'The text cannot be read: expected 16 cells, got 17.'],
    [
      '1.....3..2.....7',
      "The text cannot be read: unknown character '7' at row 4, column 4: expected 1 to 4, or . or 0 for a blank.",
    ],
  ])('that is %j is refused with a sentence', (text, error) => {
    expect(parseText(kind, text)).toEqual({ error });
  });
});

test('clues are the cells that are not blank', () => {
  expect(countClues(kind, tokens(clues))).toBe(4);
});
