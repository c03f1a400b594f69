/** Which kind of puzzle a grid of some size is. */
import { families, kindOf } from './registry';
import { PuzzleTextError, type PuzzleKind } from './puzzle-kind';

/** Every kind there is, each family's sizes in ascending order. */
function* everyKind(): Generator<PuzzleKind> {
  for (const { id, sizes } of families) {
    if (!sizes) yield kindOf(id);
    else for (let size = sizes.least; size <= sizes.most; size++) yield kindOf(`${id}-${size}`);
  }
}

/** The kinds whose text form both texts are; the first is the usual one. Those without rules take almost any text, and are only used where they are named. */
export function kindsOfText(question: string, answer: string): PuzzleKind[] {
  return [...everyKind()].filter((kind) => kind.isRuled && reads(kind, question) && reads(kind, answer));
}

function reads(kind: PuzzleKind, text: string): boolean {
  try {
    kind.parse(text);
    return true;
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return false;
    throw reason;
  }
}

/** The kinds with grids of so many cells and so many tokens; the first is the usual one. */
export function kindsOfShape(cells: number, vocabulary: number): PuzzleKind[] {
  return [...everyKind()].filter((kind) => kind.rows * kind.columns === cells && kind.symbols.length === vocabulary);
}
