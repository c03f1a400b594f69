/**
 * Held-out puzzles. Symmetric copies of one puzzle are the same puzzle to a model trained with
 * augmentation, so whole symmetry classes are held out, never single puzzles.
 */
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import type { Random } from './random';
import { applyToPuzzle } from './symmetry';

export interface SplitOptions {
  readonly kind: PuzzleKind;
  /** Share of the classes to hold out, 0..1, rounded to a whole number of classes. */
  readonly heldOutShare: number;
  /** How many puzzles to draw from the held-out classes. */
  readonly testPuzzles: number;
  readonly random: Random;
}

export interface Split {
  /** One puzzle of each class. */
  readonly train: readonly Puzzle[];
  /** Distinct puzzles; their classes take turns, so any beginning is spread evenly over them. */
  readonly test: readonly Puzzle[];
  readonly trainClasses: number;
  readonly testClasses: number;
}

/** Splits puzzles of different classes. The outcome depends on the classes and the seed, not on the order given. */
export function splitByClass(classes: readonly Puzzle[], plan: SplitOptions): Split {
  const { kind, random } = plan;
  const mixed = random.shuffle(inClassOrder(kind, classes));
  const heldOut = mixed.splice(0, Math.round(mixed.length * plan.heldOutShare));
  return {
    // A canonical form is far from a typical member (blanks first, digits ascending): a random one stands for the class.
    train: mixed.map((puzzle) => applyToPuzzle(kind.drawSymmetry(random), puzzle)),
    test: drawVariants(heldOut, plan),
    trainClasses: mixed.length,
    testClasses: heldOut.length,
  };
}

/** The canonical form of each class with its solution, ascending: the same whatever member was found first. */
function inClassOrder(kind: PuzzleKind, classes: readonly Puzzle[]): Puzzle[] {
  const keys = classes.map(({ inputs }) => kind.classKey(inputs)).sort();
  return keys.map((key) => {
    const inputs = kind.parse(key);
    return { inputs, labels: kind.solve(inputs, { maxSolutions: 1 }).solutions[0]! };
  });
}

/** A class whose draws bring nothing new so many times in a row is taken to have no member left. */
const MAX_REPEATS = 1000;

/** Random members of the classes in turn; fewer than asked for only when the classes run out of members. */
function drawVariants(classes: readonly Puzzle[], plan: SplitOptions): Puzzle[] {
  const variants = new Map<string, Puzzle>();
  let rich = classes;
  while (variants.size < plan.testPuzzles && rich.length > 0)
    rich = rich.filter((puzzle) => variants.size === plan.testPuzzles || addVariant(puzzle, variants, plan));
  return [...variants.values()];
}

/** Whether a new member of the puzzle's class was found. */
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
