/** Whether a puzzle someone typed or imported is a proper one: the same verdict for command line and window. */
import type { PuzzleKind } from './kinds/puzzle-kind';
import { describeCell } from './kinds/rule-report';

/** Messages are one line, for people. */
export type Verdict =
  | { readonly state: 'ok'; readonly solution: Uint8Array }
  /** Two clues break a rule between them. `cells` are all clues in a broken rule, ascending. */
  | { readonly state: 'contradiction'; readonly cells: readonly number[]; readonly message: string }
  | { readonly state: 'unsolvable'; readonly message: string }
  /** The most guesses allowed did not settle it. */
  | { readonly state: 'undecided'; readonly message: string }
  /** Nobody knows the rules of such puzzles. */
  | { readonly state: 'unruled'; readonly message: string }
  /** `solutions` are the first two found. */
  | { readonly state: 'ambiguous'; readonly solutions: readonly Uint8Array[]; readonly message: string };

/** A 9×9 sudoku of the hardest known takes some hundreds; so many take about 0.1 s. */
const MAX_GUESSES = 10_000;

/**
 * Answers soon whatever the clues: a window asks at every key typed.
 * @throws RangeError when `inputs` is not a whole grid of the kind
 */
export function checkPuzzle(kind: PuzzleKind, inputs: Uint8Array): Verdict {
  const { violations, brokenCells } = kind.check(inputs, inputs);
  if (!kind.hasRules) return { state: 'unruled', message: `the rules of ${kind.name} are not known` };
  if (violations.length > 0)
    return { state: 'contradiction', cells: brokenCells, message: `contradictory clues: ${violations.join('; ')}` };
  const { solutions, gaveUp } = kind.solve(inputs, { solutions: 2, guesses: MAX_GUESSES });
  if (gaveUp) return { state: 'undecided', message: describeUndecided(solutions.length) };
  if (solutions.length === 0)
    return { state: 'unsolvable', message: 'no solution: no way to fill the blanks keeps every rule' };
  if (solutions.length === 1) return { state: 'ok', solution: solutions[0]! };
  return { state: 'ambiguous', solutions, message: `several solutions: ${firstDifference(kind, solutions)}` };
}

function describeUndecided(found: number): string {
  const tried = `after ${MAX_GUESSES.toLocaleString('en')} guesses`;
  return found === 0
    ? `no solution found ${tried}, and none excluded`
    : `one solution found ${tried}, and no other excluded`;
}

/** Where two solutions part, e.g. `row 1, column 2 can be 3 or 4`. */
function firstDifference({ columns, symbols }: PuzzleKind, [one, other]: readonly Uint8Array[]): string {
  const cell = one!.findIndex((token, i) => token !== other![i]);
  const named = (solution: Uint8Array) => symbols[solution[cell]!]!.trim() || 'blank';
  return `${describeCell(columns, cell)} can be ${named(one!)} or ${named(other!)}`;
}
