/** What one cell shows, for the eye and in words. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';

export interface CellFace {
  readonly token: number;
  /** '' where nothing stands. */
  readonly symbol: string;
  /** In words, e.g. `4`, `wall`, `green 3`; '' where nothing stands. */
  readonly name: string;
  readonly clue: boolean;
  /** Probability of the answered symbol, 0..1; 1 for clues and empty cells. */
  readonly confidence: number;
  /** Put there by a classical solver, not by the model. */
  readonly plain: boolean;
  readonly flipped: boolean;
  /** Takes part in a broken rule, or is wrong. */
  readonly marked: boolean;
}

/** A grid as it stands at one point: clues, and the answer where one is decoded. */
export interface GridContent {
  readonly inputs: readonly number[];
  readonly answer?: readonly number[] | null | undefined;
  readonly confidence?: readonly number[] | undefined;
  readonly flips?: readonly number[] | undefined;
  readonly marks?: readonly number[] | undefined;
  /** Whether the answer is a classical solver's, which is never unsure. */
  readonly plain?: boolean | undefined;
}

export function faces(kind: PuzzleKind, content: GridContent): CellFace[] {
  const flips = new Set(content.flips);
  const marks = new Set(content.marks);
  // An answer that fills blanks keeps its clues; one that is a grid of its own has none.
  const hasClues = kind.blank !== 0 || !content.answer;
  return content.inputs.map((input, cell) => {
    const token = content.answer?.[cell] ?? input;
    // A clue that the answer changed is no clue any more: it shows as the (wrong) answer it is.
    const clue = hasClues && input !== kind.blank && token === input;
    return {
      token,
      symbol: token === kind.blank ? '' : (kind.symbols[token] ?? ''),
      name: token === kind.blank ? '' : (kind.tokenNames[token] ?? ''),
      clue,
      confidence: clue ? 1 : (content.confidence?.[cell] ?? 1),
      plain: !clue && content.plain === true,
      flipped: flips.has(cell),
      marked: marks.has(cell),
    };
  });
}

/** e.g. `row 2, column 3: 4, clue` or `row 2, column 3: 4, 63 % sure, changed, breaks a rule`. */
export function cellWords(face: CellFace, cell: number, columns: number): string {
  const place = `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
  const said = [face.name || 'empty'];
  if (face.clue) said.push('clue');
  else if (face.name && !face.plain) said.push(`${Math.round(face.confidence * 100)} % sure`);
  if (face.flipped) said.push('changed');
  if (face.marked) said.push('breaks a rule');
  return `${place}: ${said.join(', ')}`;
}

/** Cells at which a heavier line follows, because a box or the margin with the clues ends there (never at the grid's own edge). */
export function boxEnds(kind: PuzzleKind, cell: number): { readonly right: boolean; readonly bottom: boolean } {
  const [row, column] = [Math.floor(cell / kind.columns) + 1, (cell % kind.columns) + 1];
  if (!kind.box) return { right: column === kind.margin, bottom: row === kind.margin };
  return {
    right: column < kind.columns && column % kind.box.columns === 0,
    bottom: row < kind.rows && row % kind.box.rows === 0,
  };
}
