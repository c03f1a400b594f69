/** Facets that kinds share: small whole numbers, computed quickly from the tokens. */
import { message } from '../../renderer/messages/message';
import { UNKNOWN, type FacetSpec, type FacetUnit, type RatedPuzzle } from './puzzle-kind';

/** Number of cells that hold one of these tokens. */
export function tokenCounter(tokens: Iterable<number>): (grid: Uint8Array) => number {
  const counts = createTokenTable(tokens);
  return (grid) => {
    let sum = 0;
    for (let i = 0; i < grid.length; i++) sum += counts[grid[i]!]!;
    return sum;
  };
}

/** Number of different tokens of these that occur. */
export function distinctTokenCounter(tokens: Iterable<number>): (grid: Uint8Array) => number {
  const counts = createTokenTable(tokens);
  /** The last call that saw each token, so that nothing has to be cleared between calls. */
  const seen = new Float64Array(256);
  let call = 0;
  return (grid) => {
    call++;
    let sum = 0;
    for (let i = 0; i < grid.length; i++) {
      if (seen[grid[i]!] === call) continue;
      seen[grid[i]!] = call;
      sum += counts[grid[i]!]!;
    }
    return sum;
  };
}

function createTokenTable(tokens: Iterable<number>): Uint8Array {
  const table = new Uint8Array(256);
  for (const token of tokens) table[token] = 1;
  return table;
}

/** Tokens from one to another, both included. */
export function tokenRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Number of clues: cells of the question with one of these tokens. The id is that of stored filters. */
export function cluesFacet(tokens: Iterable<number>): FacetSpec {
  const count = tokenCounter(tokens);
  return { id: 'givens', name: message('kinds.facet.clues'), unit: 'cells', compute: ({ inputs }) => count(inputs) };
}

/** Different colours of the question, among these tokens. */
export function coloursFacet(tokens: Iterable<number>): FacetSpec {
  const variety = distinctTokenCounter(tokens);
  return {
    id: 'colours',
    name: message('kinds.facet.colours'),
    unit: 'colours',
    compute: ({ inputs }) => variety(inputs),
  };
}

const STORED_RATING = 'rating';

/** Id of the facet that holds the ratings of a kind's puzzles: one of its own, or that of stored ratings. */
export function ratingFacetId({ facets }: { readonly facets: readonly FacetSpec[] }): string {
  return facets.find(({ isRating }) => isRating)?.id ?? STORED_RATING;
}

/** The rating of a puzzle: that of the kind's own facet, else the stored one; `UNKNOWN` where there is none. */
export function readRating({ facets }: { readonly facets: readonly FacetSpec[] }, puzzle: RatedPuzzle): number {
  const own = facets.find(({ isRating }) => isRating);
  return own ? own.compute(puzzle) : (puzzle.rating ?? UNKNOWN);
}

/** The rating stored with a puzzle. */
export function ratingFacet(unit: FacetUnit): FacetSpec {
  return { id: STORED_RATING, name: message('kinds.facet.rating'), unit, compute: ({ rating = UNKNOWN }) => rating };
}
