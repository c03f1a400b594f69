/** What the puzzles of a set are told apart by: small whole numbers, quick to tell from the tokens alone. */
import { UNKNOWN, type FacetSpec } from './puzzle-kind';

/** Number of cells that hold one of these tokens. */
export function countOf(tokens: Iterable<number>): (grid: Uint8Array) => number {
  const counts = tableOf(tokens);
  return (grid) => {
    let sum = 0;
    for (let i = 0; i < grid.length; i++) sum += counts[grid[i]!]!;
    return sum;
  };
}

/** How many of these tokens occur. */
export function varietyOf(tokens: Iterable<number>): (grid: Uint8Array) => number {
  const counts = tableOf(tokens);
  /** The call that saw a token last: nothing is cleared between calls. */
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

function tableOf(tokens: Iterable<number>): Uint8Array {
  const table = new Uint8Array(256);
  for (const token of tokens) table[token] = 1;
  return table;
}

/** Tokens from one to another, both included. */
export function tokensFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Cells filled in from the start, with one of these tokens. */
export function givensFacet(tokens: Iterable<number>): FacetSpec {
  const count = countOf(tokens);
  return { id: 'givens', name: 'Clues', unit: 'cells', of: ({ inputs }) => count(inputs) };
}

/** Different colours of the question, among these tokens. */
export function coloursFacet(tokens: Iterable<number>): FacetSpec {
  const variety = varietyOf(tokens);
  return { id: 'colours', name: 'Colours', unit: 'colours', of: ({ inputs }) => variety(inputs) };
}

/** The rating that a puzzle comes with. */
export function ratingFacet(unit: string): FacetSpec {
  return { id: 'rating', name: 'Rating', unit, of: ({ rating = UNKNOWN }) => rating };
}
