/** Generates puzzles, no two of them symmetric to each other: one after the other, or in chunks that threads can share. */
import { MessageError } from '../renderer/messages/message';
import type { Difficulty, DifficultyId, Puzzle, PuzzleGenerator, PuzzleKind, RatedPuzzle } from './kinds/puzzle-kind';
import { getKind } from './kinds/registry';
import { withSizes } from './mixed-sizes';
import { Random } from './random';

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
  const generator = requireGenerator(kind);
  const classes = new Set<string>();
  for (let repeats = 0; classes.size < count;) {
    const puzzle = generator.generate(random, difficulty);
    const hash = kind.classHash(puzzle.inputs);
    repeats = classes.has(hash) ? repeats + 1 : 0;
    if (repeats === MAX_REPEATS)
      throw shortage(kind, { found: classes.size, count, difficulty: difficulty?.id ?? 'any' });
    if (repeats > 0) continue;
    classes.add(hash);
    yield puzzle;
  }
}

/** @throws MessageError for a kind that cannot be generated */
function requireGenerator({ generator, name }: PuzzleKind): PuzzleGenerator {
  if (!generator) throw new MessageError('kinds.generate.notSupported', { kind: name });
  return generator;
}

const shortage = (
  { name }: PuzzleKind,
  found: { readonly found: number; readonly count: number; readonly difficulty: DifficultyId | 'any' },
): MessageError<'kinds.generate.shortage'> => new MessageError('kinds.generate.shortage', { kind: name, ...found });

export interface ChunkRequest {
  /** Ids of kinds of one family in ascending size; usually one. */
  readonly kinds: readonly [string, ...string[]];
  readonly difficulty: DifficultyId;
  readonly count: number;
  readonly seed: number;
}

/** Puzzles as arrays, which threads exchange quickly. */
export interface PuzzleChunk {
  /** [count, 2, S]: tokens of inputs and labels. */
  readonly tokens: Uint8Array;
  readonly ratings: Int32Array;
  /** Hash of the symmetry class of each puzzle; puzzles of a chunk may share one. */
  readonly classes: readonly string[];
}

/** Generates the puzzles of a chunk: the same for the same request, wherever it is computed. @throws as `generatePuzzles` */
export function generateChunk({ kinds, difficulty, count, seed }: ChunkRequest): PuzzleChunk {
  const kind = kinds.length > 1 ? withSizes(kinds.map(getKind)) : getKind(kinds[0]);
  const generator = requireGenerator(kind);
  const band = getDifficulty(kind, difficulty);
  const random = Random.seeded(seed);
  const cells = kind.rows * kind.columns;
  const tokens = new Uint8Array(count * 2 * cells);
  const ratings = new Int32Array(count);
  const classes: string[] = [];
  for (let index = 0; index < count; index++) {
    const { inputs, labels } = generator.generate(random, band);
    tokens.set(inputs, 2 * index * cells);
    tokens.set(labels, (2 * index + 1) * cells);
    ratings[index] = generator.rate(inputs);
    classes.push(kind.classHash(inputs));
  }
  return { tokens, ratings, classes };
}

/** Collects puzzles of different symmetry classes from chunks: a copy of an earlier puzzle, of any difficulty, is left out. */
export class ClassCollector {
  private readonly classes = new Set<string>();
  private repeats = 0;

  constructor(private readonly kind: PuzzleKind) {}

  /**
   * Adds the puzzles of a chunk to `puzzles` until there are `count`.
   * @throws MessageError when the classes run out
   */
  add({ tokens, ratings, classes }: PuzzleChunk, puzzles: RatedPuzzle[], { count, difficulty }: PartRequest): void {
    const cells = this.kind.rows * this.kind.columns;
    const grid = (row: number) => tokens.subarray(row * cells, (row + 1) * cells);
    for (const [index, hash] of classes.entries()) {
      if (puzzles.length === count) return;
      this.repeats = this.classes.has(hash) ? this.repeats + 1 : 0;
      if (this.repeats === MAX_REPEATS) throw shortage(this.kind, { found: puzzles.length, count, difficulty });
      if (this.repeats > 0) continue;
      this.classes.add(hash);
      puzzles.push({ inputs: grid(2 * index), labels: grid(2 * index + 1), rating: ratings[index]! });
    }
  }
}

interface PartRequest {
  readonly count: number;
  readonly difficulty: DifficultyId;
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
