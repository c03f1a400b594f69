/** What is in a set of puzzles, and what is odd about it. */
import { checkPuzzle } from './check-puzzle';
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';

export interface SplitReport {
  readonly puzzles: number;
  /** Symmetry classes, told apart by class hash. */
  readonly classes: number;
  /** Puzzles that came before, cell by cell. */
  readonly duplicates: number;
  /** Puzzles that are a symmetric copy of an earlier one, and no duplicates. */
  readonly symmetricCopies: number;
  readonly contradictory: number;
  readonly unsolvable: number;
  readonly severalSolutions: number;
  /** The search for solutions gave up. */
  readonly undecided: number;
  /** Puzzles whose class is in a split surveyed before: a test that was learnt from. */
  readonly inEarlierSplit: number;
  /** The answer given breaks a rule of the puzzle. */
  readonly wrongAnswers: number;
  /** Number of puzzles by number of cells given. */
  readonly givens: Readonly<Record<number, number>>;
  /** Number of puzzles by the hardest technique they need; empty for kinds without named techniques. */
  readonly techniques: Readonly<Record<string, number>>;
}

/** Gathers a survey puzzle by puzzle; remembers a hash of each puzzle and of each class. */
export class SplitInspector {
  private readonly texts = new Set<string>();
  /** Hashes seen so far. */
  readonly classes = new Set<string>();
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
    private readonly earlier: ReadonlySet<string> = new Set(),
  ) {}

  add({ inputs, labels }: Puzzle): void {
    this.counts.puzzles++;
    const given = inputs.filter((token) => token !== this.kind.blank && token !== 0).length;
    this.givens[given] = (this.givens[given] ?? 0) + 1;
    const technique = this.kind.explain?.(inputs).rating;
    if (technique !== undefined) this.techniques[technique] = (this.techniques[technique] ?? 0) + 1;
    this.compare(inputs);
    if (!this.kind.hasRules) return;
    this.weigh(inputs);
    if (!this.kind.check(inputs, labels).legal) this.counts.wrongAnswers++;
  }

  result(): SplitReport {
    return {
      ...this.counts,
      classes: this.classes.size,
      givens: { ...this.givens },
      techniques: { ...this.techniques },
    };
  }

  private compare(inputs: Uint8Array): void {
    const text = this.kind.format(inputs);
    const hash = this.kind.classHash(inputs);
    if (this.texts.has(text)) this.counts.duplicates++;
    else if (this.classes.has(hash)) this.counts.symmetricCopies++;
    if (this.earlier.has(hash)) this.counts.inEarlierSplit++;
    this.texts.add(text);
    this.classes.add(hash);
  }

  private weigh(inputs: Uint8Array): void {
    const { state } = checkPuzzle(this.kind, inputs);
    if (state === 'contradiction') this.counts.contradictory++;
    else if (state === 'unsolvable') this.counts.unsolvable++;
    else if (state === 'ambiguous') this.counts.severalSolutions++;
    else if (state === 'undecided') this.counts.undecided++;
  }
}

/** Classes that two sets share, by class hash. */
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
