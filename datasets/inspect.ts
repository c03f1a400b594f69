/** Checks single puzzles, and inspects whole splits: duplicates, symmetric copies, unsolvable puzzles, wrong answers. */
import { message, type Message } from '../renderer/messages/message';
import { getClassNumber } from './class-number';
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import { MAX_GUESSES } from './kinds/rules';
import { describeCell } from './kinds/text';
import { NumberSet } from './number-set';

/** The result of checking one puzzle; messages are sentences. */
export type Verdict =
  | { readonly state: 'ok'; readonly solution: Uint8Array }
  /** Two clues break a rule between them. `cells` are all clues in a broken rule, ascending. */
  | { readonly state: 'contradiction'; readonly cells: readonly number[]; readonly message: Message }
  | { readonly state: 'unsolvable'; readonly message: Message }
  /** The search ended at its limit of guesses. */
  | { readonly state: 'undecided'; readonly message: Message }
  /** The kind has no rules. */
  | { readonly state: 'unruled'; readonly message: Message }
  /** `solutions` are the first two found. */
  | { readonly state: 'ambiguous'; readonly solutions: readonly Uint8Array[]; readonly message: Message };

/**
 * Checks that the clues of a puzzle agree and have exactly one solution. Takes about 0.1 s at most: the window checks at
 * every key typed.
 * @throws RangeError when `inputs` is not a whole grid of the kind
 */
export function checkPuzzle(kind: PuzzleKind, inputs: Uint8Array): Verdict {
  const { violations, brokenCells } = kind.check(inputs, inputs);
  if (!kind.hasRules) return { state: 'unruled', message: message('kinds.check.unruled', { kind: kind.name }) };
  if (violations.length > 0)
    return {
      state: 'contradiction',
      cells: brokenCells,
      message: message('kinds.check.contradiction', { violations }),
    };
  const { solutions, gaveUp } = kind.solve(inputs, { maxSolutions: 2, maxGuesses: MAX_GUESSES });
  if (gaveUp) return { state: 'undecided', message: describeUndecided(solutions.length) };
  if (solutions.length === 1) return { state: 'ok', solution: solutions[0]! };
  if (solutions.length === 0)
    return {
      state: 'unsolvable',
      message: kind.explainSolutions?.(inputs, 'none') ?? message('kinds.check.unsolvable'),
    };
  return {
    state: 'ambiguous',
    solutions,
    message: kind.explainSolutions?.(inputs, 'several') ?? describeDifference(kind, solutions),
  };
}

const describeUndecided = (found: number): Message =>
  message(found === 0 ? 'kinds.check.nothingFound' : 'kinds.check.oneFound', { guesses: MAX_GUESSES });

/** The first cell in which two solutions differ, e.g. `row 1, column 2 can be 3 or 4`. */
function describeDifference({ columns, symbols }: PuzzleKind, [one, other]: readonly Uint8Array[]): Message {
  const cell = one!.findIndex((token, i) => token !== other![i]);
  const named = (solution: Uint8Array) => symbols[solution[cell]!]!.trim() || message('kinds.token.blank');
  return message('kinds.check.ambiguous', {
    cell: describeCell(columns, cell),
    one: named(one!),
    other: named(other!),
  });
}

export interface SplitReport {
  readonly puzzles: number;
  /** Symmetry classes, counted by their numbers. */
  readonly classes: number;
  /** Puzzles equal to an earlier one in every cell. */
  readonly duplicates: number;
  /** Puzzles that are symmetric to an earlier one without being equal to it. */
  readonly symmetricCopies: number;
  readonly contradictory: number;
  readonly unsolvable: number;
  readonly severalSolutions: number;
  /** Puzzles whose search for solutions gave up. */
  readonly undecided: number;
  /** Puzzles whose class occurs in a split inspected before: test puzzles that are also trained on. */
  readonly inEarlierSplit: number;
  /** Puzzles whose given answer breaks a rule. */
  readonly wrongAnswers: number;
  /** Number of puzzles by number of clues. The name is that of the printed report. */
  readonly givens: Readonly<Record<number, number>>;
  /** Number of puzzles by the hardest technique they need, of the first `MAX_EXPLAINED`; empty for kinds without named techniques. */
  readonly techniques: Readonly<Record<string, number>>;
}

/** Puzzles that are solved by techniques for the report: of a million it would take minutes. */
const MAX_EXPLAINED = 1000;

/** Inspects a split puzzle by puzzle; keeps a number for each puzzle and for each symmetry class. */
export class SplitInspector {
  private readonly grids = new NumberSet();
  /** Numbers of the classes seen so far. */
  readonly classes = new NumberSet();
  private readonly givens: Record<number, number> = {};
  private readonly techniques: Record<string, number> = {};
  private readonly counts = {
    puzzles: 0,
    duplicates: 0,
    symmetricCopies: 0,
    contradictory: 0,
    unsolvable: 0,
    severalSolutions: 0,
    undecided: 0,
    inEarlierSplit: 0,
    wrongAnswers: 0,
  };

  constructor(
    private readonly kind: PuzzleKind,
    private readonly earlier: Pick<NumberSet, 'has'> = new NumberSet(),
  ) {}

  /** Returns the number of the puzzle's class. */
  add({ inputs, labels }: Puzzle): number {
    this.counts.puzzles++;
    const given = inputs.filter((token) => token !== this.kind.blank && token !== 0).length;
    this.givens[given] = (this.givens[given] ?? 0) + 1;
    const technique = this.counts.puzzles <= MAX_EXPLAINED ? this.kind.explain?.(inputs).rating : undefined;
    if (technique !== undefined) this.techniques[technique] = (this.techniques[technique] ?? 0) + 1;
    const number = this.countRepeats(inputs);
    if (!this.kind.hasRules) return number;
    this.countVerdict(inputs);
    if (!this.kind.check(inputs, labels).legal) this.counts.wrongAnswers++;
    return number;
  }

  result(): SplitReport {
    return {
      ...this.counts,
      classes: this.classes.size,
      givens: { ...this.givens },
      techniques: { ...this.techniques },
    };
  }

  private countRepeats(inputs: Uint8Array): number {
    const number = getClassNumber(this.kind, inputs);
    const [isNewGrid, isNewClass] = [this.grids.add(hashGrid(inputs)), this.classes.add(number)];
    if (!isNewGrid) this.counts.duplicates++;
    else if (!isNewClass) this.counts.symmetricCopies++;
    if (this.earlier.has(number)) this.counts.inEarlierSplit++;
    return number;
  }

  private countVerdict(inputs: Uint8Array): void {
    const { state } = checkPuzzle(this.kind, inputs);
    if (state === 'contradiction') this.counts.contradictory++;
    else if (state === 'unsolvable') this.counts.unsolvable++;
    else if (state === 'ambiguous') this.counts.severalSolutions++;
    else if (state === 'undecided') this.counts.undecided++;
  }
}

/** A 53-bit hash of the tokens, by FNV-1a in two lanes: among a million grids two share one with a probability of 1 in 10⁴. */
function hashGrid(tokens: Uint8Array): number {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < tokens.length; i++) {
    high = Math.imul(high ^ tokens[i]!, 0x01000193);
    low = Math.imul(low ^ (tokens[i]! + i), 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}

/** Counts the symmetry classes that two datasets share, by class hash, and the puzzles of `other` in them. */
export async function findOverlap(
  kind: PuzzleKind,
  one: AsyncIterable<Puzzle>,
  other: AsyncIterable<Puzzle>,
): Promise<{ classes: number; puzzles: number }> {
  const classes = new Set<string>();
  for await (const { inputs } of one) classes.add(kind.classHash(inputs));
  const shared = new Set<string>();
  let puzzles = 0;
  for await (const { inputs } of other) {
    const hash = kind.classHash(inputs);
    if (!classes.has(hash)) continue;
    shared.add(hash);
    puzzles++;
  }
  return { classes: shared.size, puzzles };
}
