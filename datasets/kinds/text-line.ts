/** What a line of a text with puzzles is: a row of a grid, a whole puzzle, or words; by the conventions of the text. */
import { findConventions, hasCandidates, isMazeRow, isSide, type Conventions } from './text-conventions';

/** Cells of the smallest puzzle written in one line; shorter texts are rows of a grid. */
const MIN_CELLS = 16;

/** Whether a text has the characters of cells, enough for a whole puzzle. */
export function isWholeGrid(text: string): boolean {
  return text.length >= MIN_CELLS && [...text].filter((character) => CELL.test(character)).length > text.length / 2;
}

const CELL = /[\d.*_xX?#Q· -]/u;
const CELLS = /^[\d.*_xX?#QAoSGEFTB@·-]+$/u;
const NUMBER = /^\d+(\.\d+)?$/u;
/** Letters in a row; x alone is a blank. */
const WORDS = /[a-wyz]{2}/iu;

export type Content =
  /** `isMarked`: cells have candidates, which are blanks here. */
  | { readonly type: 'row'; readonly cells: string; readonly isMarked?: true }
  | { readonly type: 'words'; readonly isNotice: boolean }
  | {
      readonly type: 'puzzle';
      readonly puzzle: { readonly question: string; readonly answer: string; readonly rating: string };
    };

export class LineReader {
  private readonly conventions: Conventions;

  /** @param sample beginning of the text */
  constructor(sample: string) {
    this.conventions = findConventions(sample.split(/\r\n?|\n/u).map(plainCharacters));
  }

  /** The line without a comment and with plain characters for lines and walls. */
  clean(raw: string): string {
    const line = plainCharacters(raw.replace(/^\ufeff/u, ''));
    return withoutComment(this.conventions.hasDrawnWalls ? line.replace(/[─-╿]/gu, '#') : plainLines(line));
  }

  /** Whether a line of spaces can be a row of blanks. */
  get hasSpacesForBlanks(): boolean {
    return this.conventions.spacedWidth > 0;
  }

  /** Whether it is a line between boxes, or around a grid. */
  isSeparator(text: string): boolean {
    if (!/^[-=+|*:.'\s]+$/u.test(text) || !/-{3}|={3}|-{2}\+/u.test(text)) return false;
    return !this.conventions.hasDashes || /[+*=:]/u.test(text);
  }

  /** @param width cells in a row of the grid that has begun; 0 where none has */
  read(text: string, width: number): Content {
    const { spacedWidth, letterWidths } = this.conventions;
    if (isMazeRow(text)) return readMazeLine(text);
    if (spacedWidth > 0 && /^[1-9 ]+$/u.test(text))
      return toContent(text.trimEnd().padEnd(spacedWidth).replaceAll(' ', '.'));
    if (/^\s*:/u.test(text)) return readLibraryLine(text);
    const fields = readFields(text) ?? readLetters(text, letterWidths);
    return fields === null ? (readCandidates(text) ?? readTokens(text, width)) : { type: 'row', cells: fields };
  }
}

/** Full blocks are walls, and a dot in the middle is a blank. */
const plainCharacters = (line: string) => line.replace(/[█▓▒■▉]/gu, '#').replaceAll('·', '.');

/** Lines between boxes, drawn with box characters. */
const plainLines = (line: string) =>
  line
    .replace(/[│┃┆┇┊┋║]/gu, '|')
    .replace(/[─━┄┅┈┉═]/gu, '-')
    .replace(/[┌-╿]/gu, '+');

/** A comment before or after a puzzle; `Puzzle #1: 53..7` is none. */
function withoutComment(line: string): string {
  if (isMazeRow(line) || readFields(line) !== null) return line;
  if (/^\s*(?:[;%]|\/\/)/u.test(line)) return '';
  const kept = line.replace(/(^|\s)#.*$/u, '');
  const hasGrid = (text: string) => text.split(/[\s,;:]+/u).some((token) => isWholeGrid(token) && CELLS.test(token));
  return kept.trim() !== '' && !hasGrid(kept) && hasGrid(line) ? line.replaceAll('#', ' ') : kept;
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

/** A row of a grid whose clues are letters; null for other lines. */
function readLetters(text: string, widths: ReadonlySet<number>): string | null {
  const cells = text.replace(/[\s,;|]+/gu, '');
  return widths.has(cells.length) && /^[a-z.0_-]+$/iu.test(cells) ? cells : null;
}

/** A row of a grid of side 6 or 9 with pencil marks, such as `4 | 15 259 3`; null for other lines. */
function readCandidates(text: string): Content | null {
  if (!hasCandidates(text)) return null;
  const cells = text
    .replaceAll('|', ' ')
    .trim()
    .split(/\s+/u)
    .map((token) => (token.length === 1 ? token : '.'));
  return { type: 'row', cells: cells.join(''), isMarked: true };
}

/** A line of a HoDoKu library, `:0000:x:53+8..7.…:::`; a digit with a plus is not a clue, but a step of the solution. */
function readLibraryLine(text: string): Content {
  const fields = text.split(':').map((field) => field.trim().replace(/\+\d/gu, '.'));
  const question = fields.find((field) => isWholeGrid(field) && CELLS.test(field));
  return toPuzzle(question ?? text.trim());
}

function readTokens(text: string, width: number): Content {
  const plain = text.replace(/[|"'[\](){}]/gu, ' ').trim();
  const tokens = plain.split(/[\s,;:]+/u).filter((token) => token !== '');
  const grids = tokens.filter(isWholeGrid);
  const clean = grids.filter((token) => CELLS.test(token));
  if (grids.length > 0) return readWholePuzzle(tokens, clean.length > 0 ? clean : grids);
  const cells = tokens.join('');
  if (WORDS.test(plain) || NOTICE.test(text)) return readWords(text, width);
  return CELLS.test(cells) ? toContent(cells) : toPuzzle(text.trim());
}

/** What programs and people write beside puzzles. */
const NOTICE =
  /[©®]|\(c\)|copyright|https?:|www\.|^\s*\p{L}[\p{L} ]{0,30}[:=](?:\s|$)|^\s*(?:title|author|by|from|source|difficulty|level|rating|date|puzzle|grid|game|solution|answer)\b/iu;

/** A row with words beside it, in a grid that has begun with rows of this width. */
function readWords(text: string, width: number): Content {
  const [, beside = ''] = /^([\d.*_?|\s-]+?)\s+[^\d\s].*$/u.exec(text) ?? [];
  const cells = beside.replace(/[|\s]/gu, '');
  if (cells.length > 0 && (cells.length === width || (width === 0 && cells.length === 9)))
    return { type: 'row', cells };
  return { type: 'words', isNotice: NOTICE.test(text) };
}

const toContent = (cells: string): Content => (cells.length < MIN_CELLS ? { type: 'row', cells } : toPuzzle(cells));

const toPuzzle = (question: string, answer = '', rating = ''): Content => ({
  type: 'puzzle',
  puzzle: { question, answer, rating },
});

const readMazeLine = (text: string): Content => (isWholeMaze(text) ? toPuzzle(text) : { type: 'row', cells: text });

/** Whether a text with the characters of mazes is a whole one, which has its start and its goal. */
export function isWholeMaze(text: string): boolean {
  const ends = text.replace(/[# ._oO]/gu, '').length;
  return text.length >= 25 && Number.isInteger(Math.sqrt(text.length)) && ends >= 2;
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
