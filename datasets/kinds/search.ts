/** What exact searches have in common: counting solutions and guesses, when to end, and the neighbours of cells. */
import type { SearchLimits, SearchResult } from './puzzle-kind';

export class Search implements SearchResult {
  readonly solutions: Uint8Array[] = [];
  guesses = 0;
  gaveUp = false;

  constructor(private readonly limits: SearchLimits) {}

  found(solution: Uint8Array): void {
    this.solutions.push(solution);
  }

  get isOver(): boolean {
    return this.gaveUp || this.solutions.length >= this.limits.solutions;
  }

  /** Tries candidates in turn until the search is over. Each of several is a guess; a single one follows. */
  branch<Candidate>(candidates: readonly Candidate[], attempt: (candidate: Candidate) => void): void {
    for (const candidate of candidates) {
      if (this.isOver || (candidates.length > 1 && !this.mayGuess())) return;
      attempt(candidate);
    }
  }

  /** Counts a guess, or gives up. */
  private mayGuess(): boolean {
    this.gaveUp = this.guesses >= (this.limits.guesses ?? Infinity);
    if (!this.gaveUp) this.guesses++;
    return !this.gaveUp;
  }

  result(): SearchResult {
    return { solutions: this.solutions, guesses: this.guesses, gaveUp: this.gaveUp };
  }
}
/** For each cell of a square grid the cells above, left, right and below, where there are such. */
export function squareNeighbours(side: number): readonly (readonly number[])[] {
  const cells = side * side;
  return Array.from({ length: cells }, (_, cell) => {
    const column = cell % side;
    return [
      ...(cell >= side ? [cell - side] : []),
      ...(column > 0 ? [cell - 1] : []),
      ...(column < side - 1 ? [cell + 1] : []),
      ...(cell < cells - side ? [cell + side] : []),
    ];
  });
}
