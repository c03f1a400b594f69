/**
 * How the built-in datasets that are stored are generated. Puzzles are drawn in chunks, each from a seed of its own, so
 * that the result does not depend on where and in which order the chunks are generated.
 */
import { usualTasks, type TaskPlan } from './kinds/arc/generated-tasks/task-rules';
import type { DifficultyId } from './kinds/puzzle-kind';

/** Puzzles of one difficulty. */
export interface RecipePart {
  readonly difficulty: DifficultyId;
  /** Puzzles in each split, all of different symmetry classes. */
  readonly train: number;
  readonly test: number;
  /** Puzzles in a chunk: about 0.2 s of work. The puzzles of the dataset depend on it. */
  readonly chunk: number;
  /** Milliseconds for a puzzle on one core of a laptop, measured; for the estimate of the time. */
  readonly milliseconds: number;
}

export interface PuzzleRecipe {
  readonly type: 'puzzles';
  /** Incremented when the recipe or the generator changes, so that stored copies are generated again. */
  readonly version: number;
  readonly parts: readonly RecipePart[];
  /** Kinds of one family in ascending size, the last that of the dataset, for a dataset of several sizes; only that one when absent. */
  readonly kinds?: readonly [string, ...string[]];
}

/** The lab's ARC tasks: their examples are the training set, their tests the test set. */
export interface TaskRecipe {
  readonly type: 'tasks';
  readonly version: number;
  /** The tasks; the canvas of the dataset's kind limits their grids. */
  readonly tasks: Omit<TaskPlan, 'maxSide'>;
  /** Augmented copies of each task. */
  readonly copies: number;
  /** Rows of each split, copies included. */
  readonly train: number;
  readonly test: number;
  readonly milliseconds: number;
}

export type Recipe = PuzzleRecipe | TaskRecipe;

const puzzles = (...parts: readonly RecipePart[]): PuzzleRecipe => ({ type: 'puzzles', version: 1, parts });

export const sudokuRecipe = puzzles(
  { difficulty: 'easy', train: 8000, test: 400, chunk: 100, milliseconds: 2 },
  { difficulty: 'medium', train: 8000, test: 400, chunk: 50, milliseconds: 4 },
  { difficulty: 'hard', train: 8000, test: 400, chunk: 30, milliseconds: 7 },
  // Few, since each takes long: the whole dataset takes about two minutes on two cores.
  { difficulty: 'extreme', train: 1600, test: 400, chunk: 4, milliseconds: 52 },
);

export const mazeRecipe: PuzzleRecipe = {
  ...puzzles(
    { difficulty: 'easy', train: 8000, test: 400, chunk: 200, milliseconds: 0.4 },
    { difficulty: 'medium', train: 8000, test: 400, chunk: 200, milliseconds: 0.4 },
    { difficulty: 'hard', train: 8000, test: 400, chunk: 200, milliseconds: 0.4 },
  ),
  // Version 1 had mazes of 10×10 with few ways that meet again.
  version: 2,
  kinds: ['maze-9', 'maze-10', 'maze-11', 'maze-12'],
};

export const nonogramRecipe = puzzles(
  { difficulty: 'easy', train: 4000, test: 400, chunk: 200, milliseconds: 0.8 },
  { difficulty: 'hard', train: 4000, test: 400, chunk: 40, milliseconds: 4 },
);

export const queensRecipe = puzzles(
  { difficulty: 'easy', train: 1500, test: 300, chunk: 200, milliseconds: 1 },
  { difficulty: 'medium', train: 1500, test: 300, chunk: 200, milliseconds: 1 },
  // There are about 2,200 classes.
  { difficulty: 'hard', train: 1500, test: 300, chunk: 100, milliseconds: 6 },
);

export const numberlinkRecipe: PuzzleRecipe = {
  ...puzzles(
    // Few, since boards that need so little search are rare.
    { difficulty: 'easy', train: 300, test: 100, chunk: 2, milliseconds: 240 },
    { difficulty: 'medium', train: 1500, test: 200, chunk: 10, milliseconds: 28 },
    { difficulty: 'hard', train: 1800, test: 200, chunk: 20, milliseconds: 13 },
  ),
  // Version 1 had boards of 6×6, of which there are too few.
  version: 2,
};

export const arcRecipe: TaskRecipe = {
  type: 'tasks',
  version: 1,
  tasks: usualTasks,
  copies: 20,
  train: 1806,
  test: 714,
  milliseconds: 1000,
};

/** Few rules with many examples on a small canvas: learned in minutes. */
export const arcSmallRecipe: TaskRecipe = {
  type: 'tasks',
  version: 1,
  tasks: {
    rules: ['mirror', 'turn', 'swap-colours', 'keep-one-colour', 'gravity', 'fill-enclosed'],
    examples: [40, 40],
    tests: [4, 4],
  },
  copies: 4,
  train: 1200,
  test: 120,
  milliseconds: 1000,
};

export function countRecipe(recipe: Recipe): { readonly train: number; readonly test: number } {
  if (recipe.type === 'tasks') return { train: recipe.train, test: recipe.test };
  const sum = (split: 'train' | 'test') => recipe.parts.reduce((total, part) => total + part[split], 0);
  return { train: sum('train'), test: sum('test') };
}

/** Milliseconds on one core. */
export function estimateMilliseconds(recipe: Recipe): number {
  if (recipe.type === 'tasks') return recipe.milliseconds;
  return recipe.parts.reduce((total, { train, test, milliseconds }) => total + (train + test) * milliseconds, 0);
}

const SEEDS_PER_PART = 1 << 16;
const PARTS_PER_DATASET = 16;

/** The seed of a chunk; those of the same dataset all differ. */
export const chunkSeed = (dataset: number, part: number, chunk: number): number =>
  ((dataset * PARTS_PER_DATASET + part) * SEEDS_PER_PART + chunk) | 0;
