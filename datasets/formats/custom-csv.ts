/** Which custom kind the grids of a CSV file are: its shape and its characters, told by reading it once. */
import { basename } from 'node:path';
import { kindOf } from '../kinds/registry';
import { customId, MOST_CHARACTERS, shapeOf } from '../kinds/custom/custom';
import type { PuzzleKind } from '../kinds/puzzle-kind';
import { FormatError } from './format-error';
import { readPuzzleCsv } from './puzzle-csv';

/**
 * @param asked `custom`, or `custom-3x5` where the shape is not the square or row that it is taken for
 * @throws FormatError for grids of several sizes, or of too many characters
 */
export async function customKindOfCsv(path: string, asked: string): Promise<PuzzleKind> {
  const characters = new Set<string>();
  const file = basename(path);
  let cells: number | null = null;
  for await (const { question, answer, line } of readPuzzleCsv(path)) {
    const where = `${file}, line ${line}`;
    for (const [name, text] of [
      ['question', question],
      ['answer', answer],
    ] as const)
      cells = cellsOf(text, cells, `${where}, ${name}`);
    for (const character of question + answer) characters.add(character);
    if (characters.size > MOST_CHARACTERS)
      throw new FormatError(
        where,
        `at most ${MOST_CHARACTERS} different characters in the file`,
        String(characters.size),
      );
  }
  if (cells === null) throw new FormatError(file, 'puzzles', 'none');
  return kindOf(customId({ ...shapeAsked(asked, cells, file), characters: ordered(characters) }));
}

function cellsOf(text: string, before: number | null, where: string): number {
  const cells = [...text].length;
  if (cells > 0 && (before === null || cells === before)) return cells;
  throw new FormatError(where, before === null ? 'at least one cell' : `${before} cells, as before`, String(cells));
}

function shapeAsked(asked: string, cells: number, file: string) {
  const [, rows, columns] = (/^custom-(\d{1,4})x(\d{1,4})$/u.exec(asked) ?? []).map(Number);
  if (rows === undefined || columns === undefined) return shapeOf(cells);
  if (rows * columns === cells) return { rows, columns };
  throw new FormatError(file, `${rows * columns} cells, as ${rows}×${columns} takes`, String(cells));
}

/** A blank first, then by code point. */
function ordered(characters: ReadonlySet<string>): string[] {
  const blank = ['.', '0'].find((character) => characters.has(character));
  const others = [...characters]
    .filter((character) => character !== blank)
    .sort((one, other) => (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0));
  return blank === undefined ? others : [blank, ...others];
}
