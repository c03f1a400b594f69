/** Puzzles in plain text, as Sudoku programs exchange them: one puzzle in a line, or grids of several lines. */

/** A puzzle of a file or text, before its kind is known. */
export interface PuzzleRow {
  /** Line in the text, from 1. */
  readonly line: number;
  readonly question: string;
  /** '' where there is none. */
  readonly answer: string;
  /** '' where there is none. */
  readonly rating: string;
}

/** Characters of a text that are examined for its conventions before it is read. */
export const SAMPLE_CHARACTERS = 1 << 16;

/** Cells of the smallest puzzle written in one line; shorter texts are rows of a grid. */
const MIN_CELLS = 16;

/** The puzzles of a text. */
export function readPuzzleText(text: string): PuzzleRow[] {
  const reader = new PuzzleTextReader(text.slice(0, SAMPLE_CHARACTERS));
  return [...text.split(/\r\n?|\n/u).flatMap((line) => reader.add(line)), ...reader.finish()];
}

/** Whether a text has the characters of cells, enough for a whole puzzle. */
export function isWholeGrid(text: string): boolean {
  return text.length >= MIN_CELLS && [...text].filter((character) => CELL.test(character)).length > text.length / 2;
}

const CELL = /[\d.*_xX?#Q -]/u;
const CELLS = /^[\d.*_xX?#QAoSG-]+$/u;
const NUMBER = /^\d+(\.\d+)?$/u;
/** Letters in a row; x alone is a blank. */
const WORDS = /[a-wyz]{2}/iu;
/** A row of a maze, in which a space is a cell and # a wall. */
const MAZE_ROW = /^(?=.*#)[#SGo ._]{5,}$/u;
const SECTION = /^\s*\[.*\]\s*$/u;

/**
 * Reads a text line by line. Comments (`#`, `;`, `%`, `//`), section names (`[Puzzle]`), lines between boxes and titles
 * above a grid are skipped. What is no puzzle becomes a row as well, so that the kind's parser says what is wrong.
 */
export class PuzzleTextReader {
  private readonly conventions: Conventions;
  private line = 0;
  private section: 'puzzle' | 'answer' | 'ignored' = 'puzzle';
  private grid: { readonly line: number; readonly rows: string[] } | null = null;
  /** A line of words, a title if a grid follows. */
  private title: PuzzleRow | null = null;
  /** Not returned yet: an answer may follow. */
  private last: PuzzleRow | null = null;
  private isFirst = true;

  /** @param sample beginning of the text */
  constructor(sample: string) {
    this.conventions = findConventions(sample.split(/\r\n?|\n/u));
  }

  /** Returns the puzzles that the line completes. */
  add(raw: string): PuzzleRow[] {
    this.line++;
    const text = withoutComment(raw.replace(/^\ufeff/u, ''));
    if (SECTION.test(text)) return this.beginSection(text);
    if (this.section === 'ignored') return [];
    if (text.trim() === '' && !this.isBlankRow(text)) return this.isInsideGrid() ? [] : this.endGrid();
    if (isSeparator(text, this.conventions)) return [];
    return this.addContent(text);
  }

  /** Returns the puzzles that the end of the text completes. */
  finish(): PuzzleRow[] {
    return [...this.endGrid(), ...this.takeTitle(), ...this.put(null)];
  }

  private addContent(text: string): PuzzleRow[] {
    const content = readContent(text, this.conventions);
    const isFirst = this.isFirst;
    this.isFirst = false;
    if (content.type === 'row') return this.addRow(content.cells);
    const before = this.endGrid();
    if (content.type === 'words') {
      const untitled = this.takeTitle();
      this.title = isFirst ? null : this.createRow(text.trim());
      return [...before, ...untitled];
    }
    return [...before, ...this.takeTitle(), ...this.put({ line: this.line, ...content.puzzle })];
  }

  private addRow(cells: string): PuzzleRow[] {
    this.title = null;
    const before = this.grid && this.grid.rows[0]!.length !== cells.length ? this.endGrid() : [];
    this.grid ??= { line: this.line, rows: [] };
    this.grid.rows.push(cells);
    return this.grid.rows.length === cells.length ? [...before, ...this.endGrid()] : before;
  }

  private endGrid(): PuzzleRow[] {
    const { grid } = this;
    this.grid = null;
    return grid ? this.put({ line: grid.line, question: grid.rows.join('\n'), answer: '', rating: '' }) : [];
  }

  /** An empty line between two bands of boxes is inside a grid. */
  private isInsideGrid(): boolean {
    const { rows = [] } = this.grid ?? {};
    const side = rows[0]?.length ?? 0;
    return side > 0 && rows.length % (side === 9 ? 3 : 2) === 0;
  }

  /** Whether a line of spaces is a row of blanks. */
  private isBlankRow(text: string): boolean {
    return text.length > 0 && this.grid !== null && this.conventions.spacedWidth > 0;
  }

  private beginSection(text: string): PuzzleRow[] {
    const ended = this.endGrid();
    if (/solution|answer/iu.test(text)) this.section = 'answer';
    else this.section = /state|pencil|mark|note|progress|comment|author|time/iu.test(text) ? 'ignored' : 'puzzle';
    return ended;
  }

  private takeTitle(): PuzzleRow[] {
    const { title } = this;
    this.title = null;
    return title ? this.put(title) : [];
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

/** Whether a grid without blanks is the answer of the puzzle before it, as books print them: it has all its clues. */
function isSolutionOf(text: string, { question, answer }: PuzzleRow): boolean {
  const [full, puzzle] = [text.replaceAll('\n', ''), question.replaceAll('\n', '')];
  if (answer !== '' || full.length !== puzzle.length || BLANK.test(full) || !BLANK.test(puzzle)) return false;
  return [...puzzle].every((cell, index) => BLANK.test(cell) || cell === full[index]);
}

const BLANK = /[.0*_xX?-]/u;

/** Conventions of a text that a line alone does not show. */
interface Conventions {
  /** Whether `-` is a cell. */
  readonly hasDashes: boolean;
  /** Cells in a line whose blanks are spaces, which may be missing at its end; 0 where spaces are no cells. */
  readonly spacedWidth: number;
}

function findConventions(lines: readonly string[]): Conventions {
  const hasBlanks = lines.some((line) => /^[\d.*_|\s-]+$/u.test(line) && /[.0*_]/u.test(line));
  const spaced = hasBlanks ? [] : lines.filter(isSpaced).map((line) => line.trimEnd().length);
  const longest = Math.max(0, ...spaced);
  return {
    hasDashes: lines.some((line) => /[\dQ]-|-[\dQ]/u.test(withoutComment(line))),
    spacedWidth: longest === 0 ? 0 : ([4, 6, 9, 16, 36, 81].find((width) => width >= longest) ?? 0),
  };
}

/** Whether a line has digits at some cells and spaces at others, and not one space after each digit. */
function isSpaced(line: string): boolean {
  const text = line.trimEnd();
  if (!/^[1-9 ]+$/u.test(text) || !text.includes(' ')) return false;
  return !/^\s*\d(\s+\d)*$/u.test(text) || !isSide(text.replaceAll(' ', '').length);
}

const isSide = (length: number) => length === 4 || length === 6 || length === 9;

function withoutComment(line: string): string {
  if (MAZE_ROW.test(line) || readFields(line) !== null) return line;
  return /^\s*(?:[;%]|\/\/)/u.test(line) ? '' : line.replace(/(^|\s)#.*$/u, '');
}

/** A line between boxes, or around a grid. */
function isSeparator(text: string, { hasDashes }: Conventions): boolean {
  if (!/^[-=+|*:.'\s]+$/u.test(text) || !/-{3}|={3}|-{2}\+/u.test(text)) return false;
  return !hasDashes || /[+*=:]/u.test(text);
}

/** A row of a spreadsheet, whose blanks are empty fields; null for other lines. */
function readFields(text: string): string | null {
  for (const delimiter of [',', ';', '\t', '|']) {
    // A row of a Markdown table has a bar at both ends.
    const fields = text.replace(/^\s*\|(.*)\|\s*$/u, '$1').split(delimiter);
    if (isSide(fields.length) && fields.every((field) => /^\s*[\d.*_xX?-]?\s*$/u.test(field)) && /\d/u.test(text))
      return fields.map((field) => field.trim() || '.').join('');
  }
  return null;
}

type Content =
  | { readonly type: 'row'; readonly cells: string }
  | { readonly type: 'words' }
  | { readonly type: 'puzzle'; readonly puzzle: Omit<PuzzleRow, 'line'> };

function readContent(text: string, { spacedWidth }: Conventions): Content {
  if (MAZE_ROW.test(text)) return readMazeLine(text);
  if (spacedWidth > 0 && /^[1-9 ]+$/u.test(text))
    return toContent(text.trimEnd().padEnd(spacedWidth).replaceAll(' ', '.'));
  const fields = readFields(text);
  if (fields) return { type: 'row', cells: fields };
  const tokens = text
    .replaceAll('|', ' ')
    .trim()
    .split(/[\s,;]+/u);
  const grids = tokens.filter(isWholeGrid);
  const clean = grids.filter((token) => CELLS.test(token));
  if (grids.length > 0) return readWholePuzzle(tokens, clean.length > 0 ? clean : grids);
  const cells = tokens.join('');
  if (WORDS.test(text)) return { type: 'words' };
  return CELLS.test(cells) ? toContent(cells) : toPuzzle(text.trim());
}

const toContent = (cells: string): Content => (cells.length < MIN_CELLS ? { type: 'row', cells } : toPuzzle(cells));

const toPuzzle = (question: string, answer = '', rating = ''): Content => ({
  type: 'puzzle',
  puzzle: { question, answer, rating },
});

/** A maze in one line has its start and its goal. */
function readMazeLine(text: string): Content {
  const isWhole = text.length >= 25 && Number.isInteger(Math.sqrt(text.length)) && /S/u.test(text) && /G/u.test(text);
  return isWhole ? toPuzzle(text) : { type: 'row', cells: text };
}

/** A puzzle, its answer where one of the same length follows, and the number after them as its rating. */
function readWholePuzzle(tokens: readonly string[], [question = '', second = '']: readonly string[]): Content {
  const answer = second.length === question.length ? second : '';
  const after = tokens.slice(tokens.lastIndexOf(answer || question) + 1);
  return toPuzzle(
    question,
    answer,
    after.find((token) => NUMBER.test(token)),
  );
}
