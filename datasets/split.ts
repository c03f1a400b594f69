/**
 * Splits puzzles into a training and a test set. To a model trained with augmentation symmetric copies are the same
 * puzzle, so whole symmetry classes are held out, never single puzzles.
 */
import type { Puzzle, PuzzleKind, RatedPuzzle } from './kinds/puzzle-kind';
import type { Random } from './random';
import { applyToPuzzle } from './symmetry';

export interface SplitOptions {
  readonly kind: PuzzleKind;
  /** Share of the classes to hold out, 0 to 1; rounded to a whole number of classes. */
  readonly testShare: number;
  /** Number of puzzles to draw from the held-out classes. */
  readonly testPuzzles: number;
  readonly random: Random;
}

export interface Split {
  /** One puzzle of each class. */
  readonly train: readonly RatedPuzzle[];
  /** Distinct puzzles with alternating classes, so that any prefix is spread evenly over the classes. */
  readonly test: readonly RatedPuzzle[];
  readonly trainClasses: number;
  readonly testClasses: number;
}

/** Splits puzzles of different classes. The result depends on the classes and the seed, not on the order of `classes`. */
export function splitByClass(classes: readonly Puzzle[], plan: SplitOptions): Split {
  const { kind, random } = plan;
  const mixed = random.shuffle(inClassOrder(kind, classes));
  const test = mixed.splice(0, Math.round(mixed.length * plan.testShare));
  return {
    // A canonical form is not typical (blanks first, digits ascending), so a random puzzle represents the class.
    train: mixed.map((puzzle) => applyToPuzzle(kind.drawSymmetry(random), puzzle)),
    test: drawVariants(test, plan),
    trainClasses: mixed.length,
    testClasses: test.length,
  };
}

/** The canonical form of each class with its solution, sorted; independent of which puzzle of a class was given. */
function inClassOrder(kind: PuzzleKind, classes: readonly Puzzle[]): Puzzle[] {
  const keys = classes.map(({ inputs }) => kind.classKey(inputs)).sort();
  return keys.map((key) => {
    const inputs = kind.parse(key);
    return { inputs, labels: kind.solve(inputs, { maxSolutions: 1 }).solutions[0]! };
  });
}

/**
 * Number of symmetry classes or tasks to hold out. Of several at least one is held out and one is kept, and a single one is kept, unless
 * the share says none or all: training needs both splits.
 */
export function countHeldOut(count: number, share: number): number {
  if (share === 0 || share === 1) return count * share;
  return count < 2 ? 0 : Math.min(count - 1, Math.max(1, Math.round(count * share)));
}

/** Draws without a new puzzle in a row after which a class is taken to be exhausted. */
const MAX_REPEATS = 1000;

/** Draws random puzzles from the classes in turn; fewer than `testPuzzles` only when the classes are exhausted. */
function drawVariants(classes: readonly Puzzle[], plan: SplitOptions): Puzzle[] {
  const variants = new Map<string, Puzzle>();
  let open = classes;
  while (variants.size < plan.testPuzzles && open.length > 0)
    open = open.filter((puzzle) => variants.size === plan.testPuzzles || addVariant(puzzle, variants, plan));
  return [...variants.values()];
}

/** Adds a new puzzle of the class; false when none was found. */
function addVariant(puzzle: Puzzle, variants: Map<string, Puzzle>, { kind, random }: SplitOptions): boolean {
  for (let draw = 0; draw < MAX_REPEATS; draw++) {
    const variant = applyToPuzzle(kind.drawSymmetry(random), puzzle);
    const text = kind.format(variant.inputs);
    if (variants.has(text)) continue;
    variants.set(text, variant);
    return true;
  }
  return false;
}

/**
 * Merges lists so that any prefix has items of each list in proportion to its length: e.g. test puzzles by difficulty.
 * Each list keeps its order.
 */
export function interleaveEvenly<Item>(lists: readonly (readonly Item[])[]): Item[] {
  return lists
    .flatMap((list) => list.map((item, index) => ({ item, place: (index + 0.5) / list.length })))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
