/** Generates puzzles, no two of them symmetric to each other. */
import { MessageError } from '../renderer/messages/message';
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
 * @throws MessageError for a kind without generator, or when the classes run out
 */
export function* generatePuzzles(kind: PuzzleKind, { count, difficulty, random }: GenerateOptions): Generator<Puzzle> {
  const { generator } = kind;
  if (!generator) throw new MessageError('kinds.generate.notSupported', { kind: kind.name });
  const classes = new Set<string>();
  for (let repeats = 0; classes.size < count;) {
    const puzzle = generator.generate(random, difficulty);
    const hash = kind.classHash(puzzle.inputs);
    repeats = classes.has(hash) ? repeats + 1 : 0;
    if (repeats === MAX_REPEATS)
      throw new MessageError('kinds.generate.shortage', {
        kind: kind.name,
        found: classes.size,
        count,
        difficulty: difficulty?.id ?? 'any',
      });
    if (repeats > 0) continue;
    classes.add(hash);
    yield puzzle;
  }
}

/**
 * Returns the difficulty band with this id.
 * @throws MessageError naming the difficulties of the kind
 */
export function getDifficulty(kind: PuzzleKind, id: string): Difficulty {
  const bands = kind.generator?.difficulties ?? [];
  const band = bands.find((candidate) => candidate.id === id);
  if (band) return band;
  if (bands.length === 0) throw new MessageError('kinds.generate.noDifficulties', { kind: kind.name });
  throw new MessageError('kinds.generate.unknownDifficulty', {
    kind: kind.name,
    id,
    known: bands.map((known) => known.id),
  });
}
