/**
 * Puzzles as JSON: a puzzle is a text, a list of cells, a list of rows, or an object with a question and perhaps an answer and a
 * rating under the names that tables have. A file is a puzzle, a list of them, an object with such a list, or an object of columns.
 */
import { columnNames, plainName } from './column-names';
import { PuzzleTextError } from './puzzle-kind';
import { readPuzzleText, type PuzzleRow } from './puzzle-text';
import { isMazeRow } from './text-conventions';
import { isWholeMaze } from './text-line';

/** The puzzles of parsed JSON, numbered from 1; null where it is nothing of that form. */
export function listJsonPuzzles(content: unknown): PuzzleRow[] | null {
  const puzzles = findPuzzles(content, MAX_WRAPPERS);
  return puzzles && puzzles.map((puzzle, index) => ({ ...puzzle, line: index + 1, counts: 'puzzles' }));
}

/** Objects around a list of puzzles: `{"newboard": {"grids": [...]}}`. */
const MAX_WRAPPERS = 3;

type Puzzle = Pick<PuzzleRow, 'question' | 'answer' | 'rating' | 'problem'>;

function findPuzzles(content: unknown, depth: number): Puzzle[] | null {
  const single = isListOfSmallGrids(content) ? null : readGrid(content);
  if (single !== null) return [{ question: single, answer: '', rating: '' }];
  if (Array.isArray(content)) return readList(content);
  if (!isObject(content)) return null;
  const named = readColumns(content) ?? readObject(content);
  if (named) return Array.isArray(named) ? named : [named];
  if (depth === 0) return null;
  for (const value of Object.values(content)) {
    const found = typeof value === 'object' ? findPuzzles(value, depth - 1) : null;
    if (found) return found;
  }
  return null;
}

/** Null where no item is a puzzle; others of the list are then bad rows. */
function readList(items: readonly unknown[]): Puzzle[] | null {
  const puzzles = items.map((item) => {
    const grid = readGrid(item);
    if (grid !== null) return { question: grid, answer: '', rating: '' };
    return isObject(item) ? readObject(item) : null;
  });
  if (puzzles.every((puzzle) => puzzle === null)) return null;
  return puzzles.map((puzzle, index) => puzzle ?? unreadable(items[index]));
}

/** A row that the parser of the kind refuses. */
const unreadable = (item: unknown, answer = ''): Puzzle => ({ question: JSON.stringify(item), answer, rating: '' });

/** An object of one puzzle. */
function readObject(item: object): Puzzle | null {
  const question = readGrid(find(item, 'question'));
  if (question === null) return null;
  const rating = find(item, 'rating');
  return {
    question,
    ...readAnswer(find(item, 'answer')),
    rating: typeof rating === 'number' || typeof rating === 'string' ? String(rating) : '',
  };
}

/** The solver must not fill in an answer that is there and cannot be read. */
function readAnswer(value: unknown): Pick<Puzzle, 'answer' | 'problem'> {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === ''))
    return { answer: '' };
  const answer = readGrid(value);
  if (answer !== null) return { answer };
  const found = JSON.stringify(value).slice(0, MAX_QUOTED);
  return { answer: '', problem: new PuzzleTextError('kinds.text.unreadableAnswer', { found }) };
}

/** Characters of an unreadable answer in its error. */
const MAX_QUOTED = 40;

/** An object with a list of questions and a list of answers, or with objects in their place, by number. */
function readColumns(content: object): Puzzle[] | null {
  const [questions, answers, ratings] = (['question', 'answer', 'rating'] as const).map((of) => {
    const column = find(content, of);
    return isObject(column) ? Object.values(column) : Array.isArray(column) ? (column as unknown[]) : [];
  });
  if (!questions || questions.length === 0) return null;
  if (!isListOfSmallGrids(questions) && readGrid(questions) !== null) return null;
  const rows = questions.map((question, row) =>
    readObject({ question, answer: answers?.[row], rating: ratings?.[row] }),
  );
  if (rows.every((row) => row === null)) return null;
  return rows.map((row, index) => row ?? unreadable(questions[index], readGrid(answers?.[index]) ?? ''));
}

function find(item: object, of: keyof typeof columnNames): unknown {
  const entries = Object.entries(item);
  const names = of === 'question' ? [...columnNames.question, 'value', 'cells'] : columnNames[of];
  for (const name of names) {
    const entry = entries.find(([key]) => plainName(key) === name);
    if (entry) return entry[1];
  }
  return undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A longer list is of the cells of a whole puzzle, not of a row. */
const MAX_SIDE = 30;

const MIN_SIDE = 4;

/** A grid as text, row by row; null for what is none. */
function readGrid(value: unknown): string | null {
  if (typeof value === 'string') return readText(value);
  if (!Array.isArray(value) || value.length < MIN_SIDE) return null;
  const rows = value as unknown[];
  if (rows.every(isCell)) return rows.length >= MIN_SIDE ** 2 ? rows.map(readCell).join('') : null;
  if (
    rows.length > MAX_SIDE ||
    !rows.every((row) => (Array.isArray(row) ? row.every(isCell) : isRowText(row, rows.length)))
  )
    return null;
  const lines = rows.map((row) => (Array.isArray(row) ? row.map(readCell).join('') : String(row)));
  return lines.every(({ length }) => length === rows.length) ? lines.join('\n') : null;
}

/**
 * Whether a list that has the form of one grid is of 16 puzzles of 4×4, or 25 of 5×5. The rows of a large grid have more
 * characters, and those of a large maze are walls alone at its edge, or have not both of its ends.
 */
function isListOfSmallGrids(value: unknown): boolean {
  if (!Array.isArray(value) || !SMALL_GRIDS.includes(value.length)) return false;
  const texts = (value as unknown[]).map((item) =>
    Array.isArray(item) && item.every(isCell) ? item.map(readCell).join('') : item,
  );
  if (!texts.every((text) => isRowText(text, texts.length))) return false;
  const isWhole = (text: string) => (isMazeRow(text) ? isWholeMaze(text) : new Set(text).size > 1);
  return new Set(texts.join('')).size <= MAX_SMALL_CHARACTERS && texts.every(isWhole);
}

/** Cells of puzzles that can be as many as a grid has rows. */
const SMALL_GRIDS = [4 ** 2, 5 ** 2];

/** Nine numbers and a blank. */
const MAX_SMALL_CHARACTERS = 10;

/** A list of texts is a grid where each is as long as the list. */
const isRowText = (row: unknown, side: number): row is string => typeof row === 'string' && row.length === side;

/** A number, a character, or nothing for a blank. */
const isCell = (value: unknown): boolean =>
  value === null || (Number.isInteger(value) && Number(value) < 36) || (typeof value === 'string' && value.length <= 1);

/** A character of each cell; numbers from 10 as letters, as nonograms write them. */
function readCell(value: unknown): string {
  if (typeof value === 'number') return value < 0 ? '.' : value.toString(36).toUpperCase();
  return typeof value === 'string' && value.trim() !== '' ? value : '.';
}

/** A text may be in any form of a file with one puzzle. */
function readText(text: string): string | null {
  if (text.trim().length < MIN_SIDE ** 2) return null;
  const [row, ...others] = readPuzzleText(text);
  return row && others.length === 0 ? row.question : text;
}
