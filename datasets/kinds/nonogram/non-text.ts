/** Reads nonograms in the `.non` format of Steve Simpson's solver: `width`, `height`, then the runs of `rows` and `columns`. */
import { PuzzleTextError } from '../puzzle-kind';
import type { PuzzleRow } from '../puzzle-text';

/** A puzzle of a `.non` text. */
interface NonPuzzle {
  line: number;
  width: number;
  height: number;
  rows: readonly (readonly number[])[];
  columns: readonly (readonly number[])[];
  /** Cells of the answer, row by row: 1 for a filled one. */
  goal: string;
}

/**
 * The puzzles of a text, in the lab's text form; null for a text that is not in this format.
 * @throws PuzzleTextError for a puzzle that is not square, of another size, or with too few clues
 */
export function readNon(text: string, sides: { readonly min: number; readonly max: number }): PuzzleRow[] | null {
  if (!/^\s*(width|height)\s+\d+\s*$/mu.test(text) || !/^\s*(rows|columns)\s*$/mu.test(text)) return null;
  return readFields(text.split(/\r\n?|\n/u)).map((puzzle) => toRow(puzzle, sides));
}

/** A second `width`, `rows` or the like begins the next puzzle. */
function readFields(lines: readonly string[]): NonPuzzle[] {
  const puzzles: NonPuzzle[] = [];
  let seen = new Set<string>();
  for (let index = 0; index < lines.length; index++) {
    const { name, value } =
      /^\s*(?<name>width|height|rows|columns|goal)\b\s*"?(?<value>.*?)"?\s*$/u.exec(lines[index]!)?.groups ?? {};
    if (name === undefined) continue;
    if (puzzles.length === 0 || seen.has(name)) {
      puzzles.push({ line: index + 1, width: 0, height: 0, rows: [], columns: [], goal: '' });
      seen = new Set();
    }
    seen.add(name);
    const puzzle = puzzles[puzzles.length - 1]!;
    if (name === 'width' || name === 'height') puzzle[name] = Number(value);
    else if (name === 'goal') puzzle.goal = (value ?? '').replace(/[^01]/gu, '');
    else puzzle[name as 'rows' | 'columns'] = readClues(lines, index + 1);
  }
  return puzzles;
}

/** The lines of runs from `from` on: `1,3`, or `0` or an empty line for none. */
function readClues(lines: readonly string[], from: number): number[][] {
  const clues: number[][] = [];
  for (const line of lines.slice(from)) {
    if (!/^[\s\d,]*$/u.test(line)) break;
    clues.push((line.match(/\d+/gu) ?? []).map(Number).filter((run) => run > 0));
  }
  return clues;
}

function toRow(puzzle: NonPuzzle, sides: { readonly min: number; readonly max: number }): PuzzleRow {
  const { line, width, height, goal } = puzzle;
  if (width !== height || width < sides.min || width > sides.max)
    throw new PuzzleTextError('kinds.nonogram.badSize', { ...sides, width, height });
  const [rows, columns] = [fitClues(puzzle.rows, height), fitClues(puzzle.columns, width)];
  const answer = goal.length === width * height ? goal : '';
  return {
    line,
    question: formatGrid(rows, columns, '?'.repeat(width * height)),
    answer: answer && formatGrid(rows, columns, answer.replaceAll('1', '#').replaceAll('0', '.')),
    rating: '',
  };
}

/** Without the empty lines around the clues. @throws PuzzleTextError for another number of lines */
function fitClues(clues: readonly (readonly number[])[], count: number): readonly (readonly number[])[] {
  let [from, to] = [0, clues.length];
  while (to - from > count && clues[to - 1]!.length === 0) to--;
  while (to - from > count && clues[from]!.length === 0) from++;
  if (to - from === count) return clues.slice(from, to);
  throw new PuzzleTextError('kinds.nonogram.clueLines', { expected: count, found: to - from });
}

/** The clues in their margins, nearest to the board, and the cells of the board. */
function formatGrid(
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  cells: string,
): string {
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
