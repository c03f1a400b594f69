import { describe, expect, test, vi } from 'vitest';
import { kindOf } from '../../../../../datasets/kinds/registry';
import { Draft } from '../../../../../renderer/features/solve/puzzle/draft.svelte';
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
    expect(draft.textError).toBe('Expected 16 cells, came 3.');
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
    draft.begin(tokens(solution));
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
  const maze = kindOf('maze-5');
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
    expect(draft.verdict.line).toMatch(/^No solution/u);
  });

  test('that paints nothing is no change', () => {
    const draft = new Draft(maze, [...maze.parse('#'.padEnd(25))]);
    draft.beginStroke();
    draft.paint(0);
    draft.endStroke();
    expect(draft.history.canUndo).toBe(false);
  });
});
