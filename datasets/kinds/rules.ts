/** Shared by the rules and solvers of kinds: rule reports, bounded search with guesses, and the neighbours of cells. */
import { message, MessageError, type Message } from '../../renderer/messages/message';
import type {
  Difficulty,
  DifficultyId,
  RuleReport,
  SearchLimits,
  SearchResult,
  ClassicalSolution,
} from './puzzle-kind';

/** A broken rule, and the cells that take part in it. */
export interface Violation {
  /** Called only where the violation is shown: training checks many answers. */
  describe(): Message;
  readonly cells: readonly number[];
}

/** An answer is legal when it is complete and breaks no rule. */
export function createRuleReport(violations: readonly Violation[], complete: boolean): RuleReport {
  let brokenCells: readonly number[] | undefined;
  return {
    legal: complete && violations.length === 0,
    brokenRules: violations.length,
    // Getters: evaluations need neither cells nor texts.
    get brokenCells() {
      return (brokenCells ??= [...new Set(violations.flatMap(({ cells }) => cells))].sort((a, b) => a - b));
    },
    get violations() {
      return violations.map((violation) => violation.describe());
    },
  };
}

/** Depth-first search: counts solutions and guesses, and ends at the limits. */
export class SolutionSearch implements SearchResult {
  readonly solutions: Uint8Array[] = [];
  guesses = 0;
  gaveUp = false;

  constructor(private readonly limits: SearchLimits) {}

  found(solution: Uint8Array): void {
    this.solutions.push(solution);
  }

  get isOver(): boolean {
    return this.gaveUp || this.solutions.length >= this.limits.maxSolutions;
  }

  /** Tries candidates in turn until the search is over. Each of several candidates is a guess; a single one is not. */
  branch<Candidate>(candidates: readonly Candidate[], attempt: (candidate: Candidate) => void): void {
    for (const candidate of candidates) {
      if (this.isOver || (candidates.length > 1 && !this.mayGuess())) return;
      attempt(candidate);
    }
  }

  /** Counts a guess; false when the limit is reached, and the search gives up. */
  private mayGuess(): boolean {
    this.gaveUp = this.guesses >= (this.limits.maxGuesses ?? Infinity);
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

/** Limit of guesses for searches that the window waits for: about 0.1 s. The hardest known 9×9 sudokus take some hundreds. */
export const MAX_GUESSES = 10_000;

/** A band, or all ratings. */
export type Band = Difficulty<DifficultyId | 'any'>;

/** The error of a generator that found no puzzle of a band. */
export const noneFound = (kind: Message, { id }: Band, tries: number): MessageError =>
  new MessageError('kinds.generate.noneFound', { kind, difficulty: id, tries });

/** The result for clues that break a rule; null when they break none. */
export function describeContradiction({ brokenRules }: RuleReport): ClassicalSolution | null {
  if (brokenRules === 0) return null;
  return {
    method: message('kinds.classical.none'),
    steps: [],
    summary: message('kinds.classical.contradiction'),
    note: null,
  };
}
