/** Conventions of a text with puzzles that a line alone does not show. */

export interface Conventions {
  /** Whether `-` is a cell. */
  readonly hasDashes: boolean;
  /** Cells in a line whose blanks are spaces, which may be missing at its end; 0 where spaces are no cells. */
  readonly spacedWidth: number;
  /** Whether box characters are walls of mazes, and not lines between digits. */
  readonly hasDrawnWalls: boolean;
  /** Cells in a row of the grids whose clues are pairs of letters. */
  readonly letterWidths: ReadonlySet<number>;
}

export function findConventions(lines: readonly string[]): Conventions {
  const hasBlanks = lines.some((line) => /^[\d.*_|\s-]+$/u.test(line) && /[.0*_]/u.test(line));
  const spaced = hasBlanks ? [] : lines.filter(isSpaced).map((line) => line.trimEnd().length);
  const longest = Math.max(0, ...spaced);
  return {
    hasDashes: lines.some((line) => /[\dQ]-|-[\dQ]/u.test(line.replace(/(^|\s)#.*$/u, ''))),
    spacedWidth: longest === 0 ? 0 : ([4, 6, 9, 16, 36, 81].find((width) => width >= longest) ?? 0),
    hasDrawnWalls: !lines.some((line) => /[│┃║]/u.test(line) && /\d/u.test(line)),
    letterWidths: findLetterWidths(lines),
  };
}

/** Whether a line has digits at some cells and spaces at others, and not one space after each digit. */
function isSpaced(line: string): boolean {
  const text = line.trimEnd();
  if (!/^[1-9 ]+$/u.test(text) || !text.includes(' ') || hasCandidates(text)) return false;
  return !/^\s*\d(\s+\d)*$/u.test(text) || !isSide(text.replaceAll(' ', '').length);
}

/** Whether a line has the pencil marks of a row, in ascending order. */
export function hasCandidates(line: string): boolean {
  const tokens = line.replaceAll('|', ' ').trim().split(/\s+/u);
  if (tokens.length !== 6 && tokens.length !== 9) return false;
  return tokens.every((token) => /^1?2?3?4?5?6?7?8?9?$/u.test(token)) && tokens.some(({ length }) => length > 1);
}

/** Whether it is a side of a sudoku. */
export const isSide = (length: number): boolean => length === 4 || length === 6 || length === 9;

/** A row of a maze, in which a space is a cell and # a wall; letters other than the path's are its ends. */
export function isMazeRow(line: string): boolean {
  if (/^(?=.*#)[#SGo ._]{5,}$/u.test(line)) return true;
  return /^(?=.*#.*#)[#a-z*@$+ ._]{5,}$/iu.test(line) && line.replace(/[^a-z*@$]|[ox]/giu, '').length <= 2;
}

/** Rows of square blocks of letters and blanks, in which every letter is there twice. */
function findLetterWidths(lines: readonly string[]): Set<number> {
  const widths = new Set<number>();
  let block: string[] = [];
  for (const line of lines) {
    const cells = line.replace(/[\s,;|]+/gu, '');
    if (!/^[a-z.0_-]{4,9}$/iu.test(cells)) block = [];
    else block = block[0]?.length === cells.length ? [...block, cells] : [cells];
    if (block.length === cells.length && hasPairs(block.join(''))) widths.add(cells.length);
  }
  return widths;
}

function hasPairs(cells: string): boolean {
  const letters = cells.replace(/[.0_-]/gu, '');
  const isTwice = (text: string) => [...text].every((letter) => text.split(letter).length === 3);
  return letters.length >= 4 && letters.length < cells.length && (isTwice(letters) || isTwice(letters.toUpperCase()));
}
