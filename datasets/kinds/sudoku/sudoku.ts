/** Sudoku as a puzzle kind: 4×4 with 2×2 boxes, 6×6 with boxes of 2 rows and 3 columns, 9×9 with 3×3 boxes. */
import { message } from '../../../renderer/messages/message';
import { cluesFacet, tokenRange } from '../facets';
import { defineKind } from '../define-kind';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';
import { createSingleFamily } from '../kind-family';
import type { FacetSpec, PuzzleKind } from '../puzzle-kind';
import { sudokuClassHash } from './class-hash';
import { createSudokuClassKey } from './classes';
import { sudokuGenerator } from './generate';
import { BLANK, checkSudoku, FIRST_DIGIT, requireGrid, sudokuName, sudokuShape, type SudokuShape } from './shape';
import { solveSudoku } from './solve';
import { drawSudokuSymmetry, sudokuSymmetrySubgroups } from './symmetries';
import { explainSudoku } from './techniques';

function sudokuFacets({ vocabulary }: SudokuShape): readonly FacetSpec[] {
  return [cluesFacet(tokenRange(FIRST_DIGIT, vocabulary - 1))];
}

/** Symbol of each token, by token number; padding has none. */
function sudokuSymbols(shape: SudokuShape): readonly string[] {
  return ['', '.', ...Array.from({ length: shape.side }, (_, digit) => String(digit + 1))];
}

/** Other characters that files use for a blank. */
const blankAliases = Object.fromEntries([...'0*_-xX?·'].map((character) => [character, BLANK]));

function createGridText(shape: SudokuShape): GridTextFormat {
  const { side } = shape;
  return {
    rows: side,
    columns: side,
    characters: sudokuSymbols(shape),
    aliases: blankAliases,
    expected: message('kinds.text.expectedDigits', { max: side }),
    otherwise: '.',
  };
}

/**
 * Tokens of a text, white space ignored, unless spaces are the blanks.
 * @throws PuzzleTextError for a wrong number of cells, or a character that is not a digit of this size
 */
function parseSudoku(shape: SudokuShape, form: GridTextFormat, text: string): Uint8Array {
  return parseGrid(form, hasSpacesForBlanks(shape, text) ? text.replaceAll(' ', '.') : text);
}

/** Whether a text consists of digits and spaces, one for each cell. */
function hasSpacesForBlanks({ cells }: SudokuShape, text: string): boolean {
  return text.includes(' ') && /^[1-9 ]+$/u.test(text) && text.length === cells;
}

/** The inverse of `parseSudoku`; tokens that are not digits are written as blanks. */
function formatSudoku(shape: SudokuShape, form: GridTextFormat, tokens: Uint8Array): string {
  requireGrid(shape, tokens);
  return formatGrid(form, tokens);
}

export interface SudokuKind extends PuzzleKind {
  readonly shape: SudokuShape;
}

/** @throws RangeError unless the boxes make a grid of side 4 to 9 */
export function sudoku(boxRows: number, boxColumns: number): SudokuKind {
  const shape = sudokuShape(boxRows, boxColumns);
  const { side } = shape;
  const form = createGridText(shape);
  const kind = defineKind({
    // A model that treats all digits alike learns several times as fast as TRM, or where TRM does not.
    defaultPreset: side > 6 ? 'sudoku' : 'sudoku-small',
    id: `sudoku-${side}x${side}`,
    name: sudokuName(shape),
    rows: side,
    columns: side,
    symbols: sudokuSymbols(shape),
    blank: BLANK,
    clues: { unseen: 0 },
    box: { rows: boxRows, columns: boxColumns },
    parse: (text) => parseSudoku(shape, form, text),
    format: (tokens) => formatSudoku(shape, form, tokens),
    check: (inputs, answer) => checkSudoku(shape, inputs, answer),
    solve: (inputs, limits) => solveSudoku(shape, inputs, limits),
    facets: sudokuFacets(shape),
    generator: sudokuGenerator(shape),
    explain: (inputs) => explainSudoku(shape, inputs),
    drawSymmetry: (random) => drawSudokuSymmetry(shape, random),
    symmetrySubgroups: sudokuSymmetrySubgroups(shape),
    classKey: createSudokuClassKey(shape),
    classHash: (inputs) => sudokuClassHash(shape, inputs),
  });
  return { ...kind, shape };
}

const family = (boxRows: number, boxColumns: number) => {
  const side = boxRows * boxColumns;
  return createSingleFamily({
    id: `sudoku-${side}x${side}`,
    name: sudokuName({ side }),
    generates: 'puzzles',
    extensions: ['.sdk', '.sdm', '.ss'],
    create: () => sudoku(boxRows, boxColumns),
  });
};

export const sudokuFamilies = [family(2, 2), family(2, 3), family(3, 3)];
