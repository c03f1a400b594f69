/** Generates puzzles, no two of them symmetric to each other. */
import type { Difficulty, Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import type { Random } from './random';

export interface GenerateOptions {
  readonly count: number;
  readonly difficulty?: Difficulty;
  readonly random: Random;
}

/** Puzzles without a new class in a row after which the classes are taken to be exhausted. */
const MAX_REPEATS = 1000;

/**
 * Generates `count` puzzles of different symmetry classes, compared by class hash: one in some millions may be wrongly
 * dropped as a copy.
 * @throws RangeError for a kind without generator, or when the classes run out
 */
export function* generatePuzzles(kind: PuzzleKind, { count, difficulty, random }: GenerateOptions): Generator<Puzzle> {
  const { generator } = kind;
  if (!generator) throw new RangeError(`${kind.name} has no generator`);
  const classes = new Set<string>();
  for (let repeats = 0; classes.size < count;) {
    const puzzle = generator.generate(random, difficulty);
    const hash = kind.classHash(puzzle.inputs);
    repeats = classes.has(hash) ? repeats + 1 : 0;
    if (repeats === MAX_REPEATS) throw new RangeError(describeShortage(kind, classes.size, count, difficulty));
    if (repeats > 0) continue;
    classes.add(hash);
    yield puzzle;
  }
}

function describeShortage(kind: PuzzleKind, found: number, count: number, difficulty?: Difficulty): string {
  return `found only ${found} of ${count} essentially different ${difficulty ? `${difficulty.id} ` : ''}puzzles of ${kind.name}`;
}

/**
 * Returns the difficulty band with this id.
 * @throws RangeError naming the bands the kind has
 */
export function getDifficulty(kind: PuzzleKind, id: string): Difficulty {
  const bands = kind.generator?.difficulties ?? [];
  const band = bands.find((candidate) => candidate.id === id);
  if (band) return band;
  throw new RangeError(
    `${kind.name} has no difficulty "${id}"; known: ${bands.map((known) => known.id).join(', ') || 'none'}`,
  );
}
