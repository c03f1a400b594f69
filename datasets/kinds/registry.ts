/** Every kind of puzzle there is: a kind is one module and one line here. */
import { arc } from './arc/arc';
import { customKind } from './custom/custom';
import { maze } from './maze/maze';
import { nonogram } from './nonogram/nonogram';
import { numberlink } from './numberlink/numberlink';
import { queens } from './queens/queens';
import { sudoku } from './sudoku/sudoku';
import type { PuzzleKind } from './puzzle-kind';
import { UnknownIdError } from '../unknown-id';

export interface KindFamily {
  /** e.g. `maze`; kinds of a family with sizes are named `maze-11`. */
  readonly id: string;
  /** Sides of the grids, from `least` to `most`; null for a family of one. */
  readonly sizes: { readonly least: number; readonly most: number; readonly usual: number } | null;
  /** @throws RangeError for a size outside `sizes` */
  readonly kind: (size: number) => PuzzleKind;
}

export const families: readonly KindFamily[] = [
  { id: 'sudoku-4x4', sizes: null, kind: () => sudoku(2, 2) },
  { id: 'sudoku-6x6', sizes: null, kind: () => sudoku(2, 3) },
  { id: 'sudoku-9x9', sizes: null, kind: () => sudoku(3, 3) },
  { id: 'maze', sizes: { least: 5, most: 30, usual: 11 }, kind: maze },
  { id: 'nonogram', sizes: { least: 4, most: 10, usual: 5 }, kind: nonogram },
  { id: 'queens', sizes: { least: 4, most: 12, usual: 8 }, kind: queens },
  { id: 'numberlink', sizes: { least: 4, most: 7, usual: 6 }, kind: numberlink },
  { id: 'arc', sizes: null, kind: () => arc },
];

/** Kinds made so far: their tables are built once. */
const made = new Map<string, PuzzleKind>();

/**
 * The kind of an id such as `sudoku-9x9` or `maze-11`.
 * @throws UnknownIdError naming the families
 */
export function kindOf(id: string): PuzzleKind {
  const kind = made.get(id) ?? makeKind(id);
  made.set(id, kind);
  return kind;
}

function makeKind(id: string): PuzzleKind {
  if (id.startsWith('custom-')) return customKind(id);
  for (const { id: family, sizes, kind } of families) {
    if (!sizes && id === family) return kind(0);
    const size = Number(id.slice(family.length + 1));
    if (sizes && id === `${family}-${size}` && Number.isInteger(size) && size >= sizes.least && size <= sizes.most)
      return kind(size);
  }
  throw new UnknownIdError(`unknown kind of puzzle "${id}"; known: ${families.map(spoken).join(', ')}`);
}

/** `sudoku-9x9`, `maze-5 to maze-30` */
function spoken({ id, sizes }: KindFamily): string {
  return sizes ? `${id}-${sizes.least} to ${id}-${sizes.most}` : id;
}
