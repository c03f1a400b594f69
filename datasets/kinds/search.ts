/** The book-keeping of every exact search: what it found, how often it guessed, and when it has to end. */
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
