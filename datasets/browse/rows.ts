/** The puzzles of one split by their place, wherever they are kept. */
import type { FacetSpec, RatedPuzzle } from '../facets';
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';

export interface Rows {
  readonly kind: PuzzleKind;
  readonly count: number;
  /** Those of the kind, and the rating where the rows have one. */
  readonly facets: readonly FacetSpec[];
  /**
   * Rows from..to (the last not included), never changed later; they may share memory.
   * @throws where a row cannot be read, saying which
   */
  read(from: number, to: number): Promise<readonly RatedPuzzle[]>;
  close(): Promise<void>;
}

/** Puzzles in memory; a rating, where the kind has any, is found out when it is asked for. */
export function memoryRows(kind: PuzzleKind, puzzles: readonly Puzzle[]): Rows {
  const { generator } = kind;
  const rating: FacetSpec[] =
    generator && !kind.facets.some(({ isRating }) => isRating)
      ? [{ id: 'rating', name: 'Rating', unit: generator.unit, of: ({ inputs }) => generator.rate(inputs) }]
      : [];
  return {
    kind,
    count: puzzles.length,
    facets: [...kind.facets, ...rating],
    read: (from, to) => Promise.resolve(puzzles.slice(from, to)),
    close: () => Promise.resolve(),
  };
}
