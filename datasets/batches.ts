/**
 * Puzzles in the form a train step takes: B puzzles of S cells, row-major, in flat 32-bit arrays. Training batches are
 * endless: puzzles under a fresh symmetry each (`PuzzleBatches`), or the stored copies of puzzles that have identifiers,
 * drawn as the reference's loader draws them (`GroupBatches`).
 */
import type { Dataset, IdentifiedPuzzle, PuzzleGroup } from './catalog';
import { groupPuzzles } from './catalog';
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import { Random, streams } from './random';
import { applyToPuzzle } from './symmetry';

/** Label of a cell that is left out of loss and accuracy. */
export const IGNORED_LABEL = -100;

export interface Batch {
  /** [B, S] tokens. */
  readonly inputs: Int32Array;
  /** [B, S] tokens, or -100 where there is no label. */
  readonly labels: Int32Array;
  /** [B]; 0, the blank identifier, for puzzles without an identifier of their own. */
  readonly puzzleIdentifiers: Int32Array;
}

/** Endless training batches whose position can be saved. */
export interface Batches {
  next(): Batch;
  state(): BatchesState;
  /** Continues exactly where `state()` was taken, given the same puzzles and options. */
  restore(state: BatchesState): void;
}

/** Everything that decides which batches come next, as plain numbers for a checkpoint. Its size does not depend on the dataset. */
interface BatchesState {
  /** State of the generator that draws the order of the current epoch, before that epoch. */
  readonly order: readonly number[];
  /** State of the generator that draws symmetries, or augmented copies. */
  readonly augmentation: readonly number[];
  /** Puzzles, or groups of them, already drawn in this epoch. */
  readonly position: number;
}

interface BatchOptions {
  readonly batchSize: number;
  readonly seed: number;
}

/** 0, 1, 2, … For a million puzzles `Uint32Array.from` takes three times as long. */
function countUp(count: number): Uint32Array {
  const items = new Uint32Array(count);
  for (let item = 0; item < count; item++) items[item] = item;
  return items;
}

/** A random order of `count` items, drawn anew for every epoch. */
class EpochOrder {
  private before: readonly number[] = [];
  private order: Uint32Array = new Uint32Array();
  private position = 0;

  constructor(
    private readonly count: number,
    private random: Random,
  ) {
    this.startEpoch();
  }

  get isOver(): boolean {
    return this.position === this.order.length;
  }

  startEpoch(): void {
    this.before = this.random.state();
    this.order = this.random.shuffle(countUp(this.count));
    this.position = 0;
  }

  /** Index of the next item of the epoch. */
  next(): number {
    return this.order[this.position++]!;
  }

  state(): Pick<BatchesState, 'order' | 'position'> {
    return { order: this.before, position: this.position };
  }

  restore({ order, position }: Pick<BatchesState, 'order' | 'position'>): void {
    this.random = Random.restored(order);
    this.startEpoch();
    this.position = position;
  }
}

export interface PuzzleBatchesOptions extends BatchOptions {
  readonly puzzles: readonly Puzzle[];
  readonly kind: PuzzleKind;
  /** Symmetric copies of each puzzle, itself included: 1 is no augmentation. When absent every puzzle drawn has a fresh random symmetry. */
  readonly symmetricCopies?: number | undefined;
  /** Share of the puzzles drawn that show further cells of their solution, see `showExtraClues`; 0 when absent. */
  readonly extraClues?: number | undefined;
}

/** An odd number, so that copies have different seeds. */
const COPY_SEEDS = 0x9e3779b1;

/**
 * An epoch is one random order of the puzzles, or of their symmetric copies. An epoch that ends inside a batch continues with the next order, where
 * the reference drops the rest: dropping would leave nothing for batches larger than the dataset, and would draw some
 * puzzles less often than others.
 */
export class PuzzleBatches implements Batches {
  private readonly epoch: EpochOrder;
  private symmetries: Random;

  /** @throws RangeError for an empty dataset or a batch size below 1 */
  constructor(private readonly options: PuzzleBatchesOptions) {
    requireBatchable(options.puzzles, options.batchSize);
    const { puzzles, symmetricCopies = 1 } = options;
    this.epoch = new EpochOrder(puzzles.length * symmetricCopies, Random.seeded(options.seed, streams.order));
    this.symmetries = Random.seeded(options.seed, streams.augmentation);
  }

  next(): Batch {
    const { batchSize, puzzles } = this.options;
    const batch = emptyBatch(batchSize, countCells(puzzles));
    for (let row = 0; row < batchSize; row++) writeRow(batch, row, this.addClues(this.drawCopy()));
    return batch;
  }

  state(): BatchesState {
    return { ...this.epoch.state(), augmentation: this.symmetries.state() };
  }

  restore(state: BatchesState): void {
    this.epoch.restore(state);
    this.symmetries = Random.restored(state.augmentation);
  }

  private drawCopy(): Puzzle {
    const { puzzles, kind, symmetricCopies } = this.options;
    if (this.epoch.isOver) this.epoch.startEpoch();
    const item = this.epoch.next();
    const puzzle = puzzles[item % puzzles.length]!;
    if (symmetricCopies === undefined) return applyToPuzzle(kind.drawSymmetry(this.symmetries), puzzle);
    return item < puzzles.length ? puzzle : applyToPuzzle(kind.drawSymmetry(this.symmetriesOf(item)), puzzle);
  }

  /** The symmetry of a copy is drawn by its number: copies are the same in every epoch and take no memory. */
  private symmetriesOf(item: number): Random {
    return Random.seeded(this.options.seed ^ Math.imul(item, COPY_SEEDS), streams.copies);
  }

  private addClues(puzzle: Puzzle): Puzzle {
    const { extraClues = 0, kind } = this.options;
    const isChosen = extraClues > 0 && this.symmetries.uniform() < extraClues;
    return isChosen ? showExtraClues(puzzle, kind.blank, this.symmetries) : puzzle;
  }
}

/** Whether the clues of a puzzle are cells of its solution: further ones can then be shown. */
export const hasSolutionClues = ({ inputs, labels }: Puzzle, blank: number): boolean =>
  inputs.every((token, cell) => token === blank || token === labels[cell]);

/**
 * The puzzle with further cells of its solution as clues, which keeps the solution unique: a random share of the blank cells,
 * uniform from none to all. Nearly full grids are learned first.
 */
export function showExtraClues(puzzle: Puzzle, blank: number, random: Random): Puzzle {
  const share = random.uniform();
  const inputs = puzzle.inputs.map((token, cell) =>
    // A cell without a label, 0, stays blank.
    token === blank && random.uniform() < share ? puzzle.labels[cell]! || blank : token,
  );
  return { ...puzzle, inputs };
}

export interface GroupBatchesOptions extends BatchOptions {
  readonly puzzles: readonly IdentifiedPuzzle[];
}

/**
 * An epoch is one random order of the groups. Each group in turn gives one random puzzle, and random examples of it
 * until the batch is full. The rest of an epoch that ends inside a batch is dropped. Where an epoch may be too small to
 * fill a batch, it continues with the next epoch instead: else a dataset smaller than a batch would never be trained on.
 * No symmetries are drawn: each augmented copy has an identifier of its own.
 */
export class GroupBatches implements Batches {
  private readonly groups: readonly PuzzleGroup[];
  private readonly dropsRest: boolean;
  private readonly epoch: EpochOrder;
  private choices: Random;

  /** @throws RangeError for an empty dataset or a batch size below 1 */
  constructor(private readonly options: GroupBatchesOptions) {
    requireBatchable(options.puzzles, options.batchSize);
    this.groups = groupPuzzles(options.puzzles);
    this.dropsRest = countMinExamples(this.groups) >= options.batchSize;
    this.epoch = new EpochOrder(this.groups.length, Random.seeded(options.seed, streams.order));
    this.choices = Random.seeded(options.seed, streams.augmentation);
  }

  next(): Batch {
    const { batchSize, puzzles } = this.options;
    const batch = emptyBatch(batchSize, countCells(puzzles));
    this.drawExamples(batchSize).forEach((example, row) => writeRow(batch, row, example));
    return batch;
  }

  state(): BatchesState {
    return { ...this.epoch.state(), augmentation: this.choices.state() };
  }

  restore(state: BatchesState): void {
    this.epoch.restore(state);
    this.choices = Random.restored(state.augmentation);
  }

  private drawExamples(count: number): readonly IdentifiedPuzzle[] {
    let examples: IdentifiedPuzzle[] = [];
    while (examples.length < count) {
      if (this.epoch.isOver) {
        this.epoch.startEpoch();
        if (this.dropsRest) examples = [];
      }
      const group = this.groups[this.epoch.next()]!;
      examples.push(...this.drawPuzzle(group).slice(0, count - examples.length));
    }
    return examples;
  }

  /** The examples of a random puzzle of the group, in random order. */
  private drawPuzzle(group: PuzzleGroup): IdentifiedPuzzle[] {
    return this.choices.shuffle([...group[this.choices.integer(0, group.length - 1)]!.examples]);
  }
}

/** The smallest number of examples in an epoch, whichever puzzles are drawn. */
function countMinExamples(groups: readonly PuzzleGroup[]): number {
  const fewest = (group: PuzzleGroup) => group.reduce((min, { examples }) => Math.min(min, examples.length), Infinity);
  return groups.reduce((sum, group) => sum + fewest(group), 0);
}

/**
 * Training batches for a dataset: by groups where its puzzles have identifiers, else with random symmetries.
 * @throws RangeError for an empty dataset or a batch size below 1
 */
export function createTrainBatches(
  { identified, train, kind }: Pick<Dataset, 'identified' | 'train' | 'kind'>,
  {
    extraClues,
    symmetricCopies,
    ...options
  }: BatchOptions & Pick<PuzzleBatchesOptions, 'extraClues' | 'symmetricCopies'>,
): Batches {
  if (identified) return new GroupBatches({ puzzles: identified.train, ...options });
  return new PuzzleBatches({ puzzles: train, kind, extraClues, symmetricCopies, ...options });
}

/** A puzzle, with its identifier where it has one of its own. */
type BatchedPuzzle = Puzzle & { readonly identifier?: number };

export interface TestBatch extends Batch {
  /** Number of rows that are puzzles; the rows after them are padding. */
  readonly count: number;
}

/**
 * The puzzles in order. The last batch is filled up with padding: inputs 0, labels ignored, identifier 0.
 * @throws RangeError for an empty dataset or a batch size below 1, at the call
 */
export function testBatches(puzzles: readonly BatchedPuzzle[], batchSize: number): Iterable<TestBatch> {
  requireBatchable(puzzles, batchSize);
  return inOrder(puzzles, batchSize);
}

function* inOrder(puzzles: readonly BatchedPuzzle[], batchSize: number): Generator<TestBatch> {
  for (let from = 0; from < puzzles.length; from += batchSize) {
    const rows = puzzles.slice(from, from + batchSize);
    const batch = emptyBatch(batchSize, countCells(puzzles));
    rows.forEach((puzzle, row) => writeRow(batch, row, puzzle));
    yield { ...batch, count: rows.length };
  }
}

/** B rows of padding: inputs 0, labels ignored, the blank identifier. */
function emptyBatch(batchSize: number, cells: number): Batch {
  return {
    inputs: new Int32Array(batchSize * cells),
    labels: new Int32Array(batchSize * cells).fill(IGNORED_LABEL),
    puzzleIdentifiers: new Int32Array(batchSize),
  };
}

function writeRow(batch: Batch, row: number, { inputs, labels, identifier = 0 }: BatchedPuzzle): void {
  const start = row * inputs.length;
  batch.puzzleIdentifiers[row] = identifier;
  batch.inputs.set(inputs, start);
  labels.forEach((label, cell) => (batch.labels[start + cell] = label === 0 ? IGNORED_LABEL : label));
}

function countCells(puzzles: readonly Puzzle[]): number {
  return puzzles[0]!.inputs.length;
}

function requireBatchable(puzzles: readonly Puzzle[], batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new RangeError(`the batch size must be a whole number of at least 1, got ${batchSize}`);
  if (puzzles.length === 0) throw new RangeError('a batch needs at least one puzzle');
}
