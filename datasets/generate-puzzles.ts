/** Sets of generated puzzles, no two of them symmetric to each other. */
import type { Difficulty, Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import type { Random } from './random';

export interface GenerateOptions {
  readonly count: number;
  readonly difficulty?: Difficulty;
  readonly random: Random;
}

/** So many puzzles in a row that bring no new class: there are hardly any left. */
const MAX_REPEATS = 1000;

/**
 * `count` puzzles of different classes, in order of appearance; told apart by class hash, so one in
 * some millions may be missed as a copy that is none.
 * @throws RangeError for a kind without generator, or when the classes run out
 */
export function* generateSet(kind: PuzzleKind, { count, difficulty, random }: GenerateOptions): Generator<Puzzle> {
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
 * The band of a name.
 * @throws RangeError naming those the kind has
 */
export function getDifficulty(kind: PuzzleKind, id: string): Difficulty {
  const bands = kind.generator?.difficulties ?? [];
  const band = bands.find((candidate) => candidate.id === id);
  if (band) return band;
  throw new RangeError(
    `${kind.name} has no difficulty "${id}"; known: ${bands.map((known) => known.id).join(', ') || 'none'}`,
  );
}
