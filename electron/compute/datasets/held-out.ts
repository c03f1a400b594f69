/** Holds out whole symmetry classes of an imported dataset that has no test split. */
import { getClassNumber } from '../../../datasets/class-number';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import type { Puzzle, RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { countHeldOut } from '../../../datasets/split';
import { message } from '../../../renderer/messages/message';
import type { Job } from '../job';
import type { DatasetContent } from './write-dataset';

/** The class number of each training puzzle, kept from the inspection: computing them takes longer than reading. */
const classNumbers = new WeakMap<PuzzleSource, readonly number[]>();

/** @param numbers class numbers of all puzzles of the train split, in order */
export const rememberClassNumbers = (source: PuzzleSource, numbers: readonly number[]): void =>
  void classNumbers.set(source, numbers);

/**
 * Whether a share of the puzzles can be held out: not where the source has a test split. Of puzzles with identifiers none are held out: their
 * embeddings would not be trained.
 */
export const takesTestShare = ({ counts, kind, folder }: PuzzleSource): boolean =>
  counts.test === undefined && counts.train !== undefined && !(folder !== undefined && kind.augmentation === 'copies');

interface HeldOutClasses {
  isHeld(puzzle: Puzzle): boolean;
  /** By its position in the train split; faster. */
  isRowHeld(row: number): boolean;
  /** Puzzles of the train split that are held out. */
  readonly rows: number;
}

/**
 * Selects the held-out puzzles: those of a share of the symmetry classes, the ones with the lowest hashes. The result
 * does not depend on the order of puzzles. Stores one number per puzzle.
 */
export async function selectHeldOutClasses(source: PuzzleSource, share: number, job: Job): Promise<HeldOutClasses> {
  const numbers = classNumbers.get(source) ?? (await readClassNumbers(source, job));
  const classes = Float64Array.from(new Set(numbers)).sort();
  const held = countHeldOut(classes.length, share);
  const limit = held === 0 ? -1 : classes[held - 1]!;
  return {
    isHeld: ({ inputs }) => getClassNumber(source.kind, inputs) <= limit,
    isRowHeld: (row) => numbers[row]! <= limit,
    rows: numbers.reduce((count, number) => count + (number <= limit ? 1 : 0), 0),
  };
}

async function readClassNumbers(source: PuzzleSource, job: Job): Promise<readonly number[]> {
  const numbers: number[] = [];
  for await (const { inputs } of source.read('train')) {
    numbers.push(getClassNumber(source.kind, inputs));
    const pause = job.advance(numbers.length, source.counts.train ?? null, (done) =>
      message('datasets.job.classified', { count: done }),
    );
    if (pause) await pause;
  }
  return numbers;
}

/** The splits of the source; without a test split, whole symmetry classes are held out. */
export async function createSplits(
  source: PuzzleSource,
  heldOut: number,
  job: Job,
  { maxKeptBytes = MAX_KEPT_BYTES }: SplitOptions = {},
): Promise<Pick<DatasetContent, 'train' | 'test'>> {
  if (!takesTestShare(source)) {
    const split = (name: 'train' | 'test') => (source.counts[name] === undefined ? [] : source.read(name));
    return { train: split('train'), test: split('test') };
  }
  if (heldOut === 0) return { train: source.read('train'), test: [] };
  return holdOut(source, await selectHeldOutClasses(source, heldOut, job), maxKeptBytes);
}

interface SplitOptions {
  /** Bytes of held-out puzzles that are kept in memory while the others are read; of more, the source is read twice. */
  readonly maxKeptBytes?: number;
}

const MAX_KEPT_BYTES = 2 ** 26;

/** The test split is read after the whole of the train split. */
function holdOut(
  source: PuzzleSource,
  { isRowHeld, rows }: HeldOutClasses,
  maxKeptBytes: number,
): Pick<DatasetContent, 'train' | 'test'> {
  const { rows: height, columns } = source.kind;
  const kept = new PuzzleList(rows, height * columns);
  if (kept.bytes > maxKeptBytes)
    return {
      train: filterRows(source.read('train'), (row) => !isRowHeld(row)),
      test: filterRows(source.read('train'), isRowHeld),
    };
  const isTrained = (row: number, puzzle: RatedPuzzle) => {
    const isHeld = isRowHeld(row);
    if (isHeld) kept.add(puzzle);
    return !isHeld;
  };
  return { train: filterRows(source.read('train'), isTrained), test: kept.read() };
}

async function* filterRows(
  puzzles: AsyncIterable<RatedPuzzle>,
  isWanted: (row: number, puzzle: RatedPuzzle) => boolean,
): AsyncGenerator<RatedPuzzle> {
  let row = 0;
  for await (const puzzle of puzzles) if (isWanted(row++, puzzle)) yield puzzle;
}

/** Puzzles in one array: as objects they take three times the memory. */
class PuzzleList {
  private tokens: Uint8Array | null = null;
  private readonly ratings: (number | undefined)[] = [];

  constructor(
    private readonly capacity: number,
    private readonly cells: number,
  ) {}

  get bytes(): number {
    return this.capacity * this.cells * 2;
  }

  add({ inputs, labels, rating }: RatedPuzzle): void {
    this.tokens ??= new Uint8Array(this.bytes);
    const at = this.ratings.push(rating) - 1;
    this.tokens.set(inputs, at * 2 * this.cells);
    this.tokens.set(labels, (at * 2 + 1) * this.cells);
  }

  *read(): Generator<RatedPuzzle> {
    const part = (index: number) =>
      this.tokens?.subarray(index * this.cells, (index + 1) * this.cells) ?? new Uint8Array();
    for (const [at, rating] of this.ratings.entries())
      yield { inputs: part(at * 2), labels: part(at * 2 + 1), ...(rating !== undefined && { rating }) };
  }
}
