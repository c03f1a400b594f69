/** Reads nonograms in the `.non` format of Steve Simpson's solver: `width`, `height`, then the runs of `rows` and `columns`. */
import { PuzzleTextError } from '../puzzle-kind';
import type { PuzzleRow } from '../puzzle-text';

type Clues = readonly (readonly number[])[];

/** A puzzle of a `.non` text. */
interface NonPuzzle {
  line: number;
  width: number | null;
  height: number | null;
  rows: Clues;
  columns: Clues;
  /** Cells of the answer, row by row: 1 for a filled one. */
  goal: string;
}

interface Sides {
  readonly min: number;
  readonly max: number;
}

/** The puzzles of a text, in the lab's text form, each with its problem where it has one; null for a text that is not in this format. */
export function readNon(text: string, sides: Sides): PuzzleRow[] | null {
  if (!/^\s*rows\b\W*$/imu.test(text) || !/^\s*columns\b\W*$/imu.test(text)) return null;
  return readFields(text.replace(/^\ufeff/u, '').split(/\r\n?|\n/u)).map((puzzle) => toRow(puzzle, sides));
}

/** A name and its value, perhaps with a colon or quotes; the other names (`title`, `by`, `copyright`) are passed over. */
const FIELD = /^\s*(?<name>width|height|rows|columns|goal|catalogue|title)\b[\s:=]*"?(?<value>.*?)"?\s*$/iu;

/** A second `width`, `rows` or the like begins the next puzzle. */
function readFields(lines: readonly string[]): NonPuzzle[] {
  const puzzles: NonPuzzle[] = [];
  let puzzle: NonPuzzle | null = null;
  let seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const { name, value = '' } = FIELD.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    const field = name.toLowerCase();
    if (puzzle === null || seen.has(field)) {
      puzzle = { line: index + 1, width: null, height: null, rows: [], columns: [], goal: '' };
      puzzles.push(puzzle);
      seen = new Set();
    }
    seen.add(field);
    setField(puzzle, field, { value, after: lines.slice(index + 1, index + 1 + MAX_LINES) });
  }
  return puzzles;
}

/** Lines of clues or cells that are read after a name, more than any puzzle has. */
const MAX_LINES = 200;

function setField(
  puzzle: NonPuzzle,
  field: string,
  { value, after }: { readonly value: string; readonly after: readonly string[] },
): void {
  if (field === 'width' || field === 'height') puzzle[field] = Number(value);
  else if (field === 'rows' || field === 'columns') puzzle[field] = readClues(after);
  else if (field === 'goal') puzzle.goal = readGoal(value, after);
}

/** The cells after `goal`, and those of the lines below it that have nothing else. */
function readGoal(value: string, after: readonly string[]): string {
  const end = after.findIndex((line) => !/^[\s01"]+$/u.test(line));
  return [value, ...after.slice(0, end < 0 ? after.length : end)].join('').replace(/[^01]/gu, '');
}

/** The lines of runs: `1,3`, or `0` or an empty line for none. */
function readClues(lines: readonly string[]): number[][] {
  const clues: number[][] = [];
  for (const line of lines) {
    if (!/^[\s\d,"]*$/u.test(line)) break;
    clues.push((line.match(/\d+/gu) ?? []).map(Number).filter((run) => run > 0));
  }
  return clues;
}

function toRow(puzzle: NonPuzzle, sides: Sides): PuzzleRow {
  const { line } = puzzle;
  try {
    return { line, ...formatPuzzle(puzzle, sides), rating: '' };
  } catch (problem) {
    if (!(problem instanceof PuzzleTextError)) throw problem;
    return { line, question: '', answer: '', rating: '', problem };
  }
}

/** @throws PuzzleTextError for a puzzle that is not square, of another size, or with clues that do not fit */
function formatPuzzle(puzzle: NonPuzzle, sides: Sides): Pick<PuzzleRow, 'question' | 'answer'> {
  const width = puzzle.width ?? trimClues(puzzle.columns).length;
  const height = puzzle.height ?? trimClues(puzzle.rows).length;
  if (width !== height || width < sides.min || width > sides.max)
    throw new PuzzleTextError('kinds.nonogram.badSize', { ...sides, width, height });
  const [rows, columns] = [fitClues(puzzle.rows, height), fitClues(puzzle.columns, width)];
  const answer = puzzle.goal.length === width * height ? puzzle.goal : '';
  return {
    question: formatGrid(rows, columns, '?'.repeat(width * height)),
    answer: answer && formatGrid(rows, columns, answer.replaceAll('1', '#').replaceAll('0', '.')),
  };
}

/** Without the empty lines around the clues. */
function trimClues(clues: Clues, count = 0): Clues {
  let [from, to] = [0, clues.length];
  while (to - from > count && clues[to - 1]!.length === 0) to--;
  while (to - from > count && clues[from]!.length === 0) from++;
  return clues.slice(from, to);
}

/** @throws PuzzleTextError for another number of lines, or runs that are longer than a line */
function fitClues(all: Clues, count: number): Clues {
  const clues = trimClues(all, count);
  if (clues.length !== count)
    throw new PuzzleTextError('kinds.nonogram.clueLines', { expected: count, found: clues.length });
  const long = clues.find((runs) => runs.reduce((sum, run) => sum + run, 0) + runs.length - 1 > count);
  if (long) throw new PuzzleTextError('kinds.nonogram.longClue', { runs: long.join(', '), side: count });
  return clues;
}

/** The clues in their margins, nearest to the board, and the cells of the board. */
function formatGrid(rows: Clues, columns: Clues, cells: string): string {
  const side = rows.length;
  const margin = Math.ceil(side / 2);
  const inMargin = (runs: readonly number[]) =>
    runs
      .map((run) => run.toString(16).toUpperCase())
      .join('')
      .padStart(margin, '_');
  const above = columns.map(inMargin);
  const head = Array.from({ length: margin }, (_, row) => '_'.repeat(margin) + above.map((clue) => clue[row]).join(''));
  const body = rows.map((runs, row) => inMargin(runs) + cells.slice(row * side, (row + 1) * side));
  return [...head, ...body].join('\n');
}
