/** Puzzles in plain text, as Sudoku programs exchange them: one puzzle in a line, or grids of several lines. */
import { PuzzleTextError } from './puzzle-kind';
import { LineReader } from './text-line';

export { isWholeGrid } from './text-line';

/** A puzzle of a file or text, before its kind is known. */
export interface PuzzleRow {
  /** Line in the text, from 1. */
  readonly line: number;
  /** What `line` is the number of; lines where absent. */
  readonly counts?: 'lines' | 'puzzles';
  readonly question: string;
  /** '' where there is none. */
  readonly answer: string;
  /** '' where there is none. */
  readonly rating: string;
  /** Why it is no puzzle, where that is known before its kind. */
  readonly problem?: PuzzleTextError;
}

/** Characters of a text that are examined for its conventions before it is read. */
export const SAMPLE_CHARACTERS = 1 << 16;

/** The puzzles of a text. */
export function readPuzzleText(text: string): PuzzleRow[] {
  const reader = new PuzzleTextReader(text.slice(0, SAMPLE_CHARACTERS));
  return [...text.split(/\r\n?|\n/u).flatMap((line) => reader.add(line)), ...reader.finish()];
}

const SECTION = /^\s*\[[^\]]*[a-z][^\]]*\]\s*$/iu;

interface Grid {
  readonly line: number;
  readonly rows: string[];
  isMarked: boolean;
}

/**
 * Reads a text line by line. Comments (`#`, `;`, `%`, `//`), section names (`[Puzzle]`), lines between boxes, titles
 * above a grid and notices below or beside it are skipped. What else is no puzzle becomes a row as well, so that the kind's parser says
 * what is wrong.
 */
export class PuzzleTextReader {
  private readonly lines: LineReader;
  private line = 0;
  private section: 'puzzle' | 'answer' | 'ignored' = 'puzzle';
  private grid: Grid | null = null;
  /** Lines of words, titles if a grid follows. */
  private words: PuzzleRow[] = [];
  /** Not returned yet: an answer may follow. */
  private last: PuzzleRow | null = null;
  /** What the last content was. */
  private before: 'nothing' | 'grid' | 'line' = 'nothing';

  /** @param sample beginning of the text */
  constructor(sample: string) {
    this.lines = new LineReader(sample);
  }

  /** Returns the puzzles that the line completes. */
  add(raw: string): PuzzleRow[] {
    this.line++;
    const text = this.lines.clean(raw);
    if (SECTION.test(text)) return this.beginSection(text);
    if (this.section === 'ignored') return [];
    if (text.trim() === '' && !this.isBlankRow(text)) return this.isInsideGrid() ? [] : this.endGrid();
    if (this.lines.isSeparator(text)) return [];
    return this.addContent(text);
  }

  /** Returns the puzzles that the end of the text completes. */
  finish(): PuzzleRow[] {
    return [...this.endGrid(), ...this.takeWords(), ...this.put(null)];
  }

  private addContent(text: string): PuzzleRow[] {
    const content = this.lines.read(text, this.grid ? widthOf(this.grid) : 0);
    if (content.type === 'row') return this.addRow(content.cells, content.isMarked ?? false);
    const ended = this.endGrid();
    if (content.type === 'words') {
      if (!content.isNotice && this.before !== 'grid') this.words.push(this.createRow(text.trim()));
      return ended;
    }
    // Words above the first puzzle are a header.
    if (this.before === 'nothing') this.words = [];
    this.before = 'line';
    return [...ended, ...this.takeWords(), ...this.put({ line: this.line, ...content.puzzle })];
  }

  private addRow(cells: string, isMarked: boolean): PuzzleRow[] {
    // A row with a cell too few or too many makes its grid a bad one, not two.
    const ended = this.grid && Math.abs(widthOf(this.grid) - cells.length) > 1 ? this.endGrid() : [];
    if (cells.length > 3) this.words = [];
    this.grid ??= { line: this.line, rows: [], isMarked: false };
    this.grid.rows.push(cells);
    this.grid.isMarked ||= isMarked;
    return this.grid.rows.length >= widthOf(this.grid) ? [...ended, ...this.endGrid()] : ended;
  }

  private endGrid(): PuzzleRow[] {
    const { grid } = this;
    this.grid = null;
    if (!grid) return [];
    const row = { line: grid.line, question: grid.rows.join('\n'), answer: '', rating: '' };
    if (isNumberOfGrid(grid)) {
      this.words.push(row);
      return [];
    }
    const isSquare = grid.rows.length === widthOf(grid);
    if (isSquare) this.before = 'grid';
    return this.put(grid.isMarked ? { ...row, problem: new PuzzleTextError('kinds.text.pencilMarks') } : row);
  }

  /** An empty line between two bands of boxes is inside a grid. */
  private isInsideGrid(): boolean {
    if (!this.grid) return false;
    const { rows } = this.grid;
    const [side, least] = [widthOf(this.grid), Math.min(...rows.map(({ length }) => length))];
    return side > 3 && rows.length < least && rows.length % (side === 9 ? 3 : 2) === 0;
  }

  /** Whether a line of spaces is a row of blanks. */
  private isBlankRow(text: string): boolean {
    return text.length > 0 && this.grid !== null && this.lines.hasSpacesForBlanks;
  }

  private beginSection(text: string): PuzzleRow[] {
    const ended = this.endGrid();
    if (/solution|answer/iu.test(text)) this.section = 'answer';
    else this.section = /state|pencil|mark|note|progress|comment|author|time/iu.test(text) ? 'ignored' : 'puzzle';
    return ended;
  }

  private takeWords(): PuzzleRow[] {
    const { words } = this;
    this.words = [];
    return words.flatMap((row) => this.put(row));
  }

  /** Keeps a puzzle until the next; returns the one before. */
  private put(row: PuzzleRow | null): PuzzleRow[] {
    const { last } = this;
    if (row && last && (this.section === 'answer' || isSolutionOf(row.question, last))) {
      this.last = { ...last, answer: row.question };
      return [];
    }
    this.last = row;
    return last ? [last] : [];
  }

  private createRow(question: string): PuzzleRow {
    return { line: this.line, question, answer: '', rating: '' };
  }
}

/** Cells in most rows: a row with a cell too many must not take a row of the next grid. */
function widthOf({ rows }: Grid): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? 0;
}

/** A number alone is the title of the grid that follows. */
const isNumberOfGrid = ({ rows: [first = '', ...others] }: Grid): boolean =>
  others.length === 0 && /^\d{1,3}$/u.test(first);

/** Whether a grid without blanks is the answer of the puzzle before it, as books print them: it has all its clues. */
function isSolutionOf(text: string, { question, answer }: PuzzleRow): boolean {
  const [full, puzzle] = [text.replaceAll('\n', ''), question.replaceAll('\n', '')];
  if (answer !== '' || full.length !== puzzle.length || BLANK.test(full) || !BLANK.test(puzzle)) return false;
  return [...puzzle].every((cell, index) => BLANK.test(cell) || cell === full[index]);
}

const BLANK = /[.0*_xX?-]/u;
