/** Puzzles in the form a train step takes: B puzzles of S cells, row-major, in flat 32-bit arrays. */
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import { Random, streams } from './random';
import { applyToPuzzle } from './symmetry';

/** Label of a cell that is not learned and not counted. */
export const IGNORED = -100;

export interface Batch {
  /** [B, S] tokens. */
  readonly inputs: Int32Array;
  /** [B, S] tokens, or -100 where there is no label. */
  readonly labels: Int32Array;
  /** [B]; 0, the blank identifier, for puzzles that have none of their own. */
  readonly puzzleIdentifiers: Int32Array;
}

/** Endless training batches whose course can be saved. */
export interface Batches {
  next(): Batch;
  state(): BatchesState;
  /** Goes on exactly where `state()` was taken, given the same puzzles and options. */
  restore(state: BatchesState): void;
}

/** A puzzle with its identifier where it has one of its own. */
type BatchedPuzzle = Puzzle & { readonly identifier?: number };

export interface TestBatch extends Batch {
  /** How many rows are puzzles; the others, at the end, are padding. */
  readonly count: number;
}

export type Augmentation = 'none' | 'on-the-fly';

export interface TrainBatchesOptions {
  readonly puzzles: readonly Puzzle[];
  readonly kind: PuzzleKind;
  readonly batchSize: number;
  /** `on-the-fly`: a fresh random symmetry for every puzzle drawn. */
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/** All that decides which batches come next; plain numbers, for a checkpoint. Its size does not depend on the data set's. */
export interface BatchesState {
  /** Draws the order of the epoch under way: its state before that epoch. */
  readonly order: readonly number[];
  /** Draws symmetries, or which of the augmented copies. */
  readonly augmentation: readonly number[];
  /** Puzzles, or groups of them, of the epoch already drawn. */
  readonly position: number;
}

/**
 * Endless training batches. An epoch is one random order of the puzzles. An epoch that ends inside
 * a batch goes on into the next order, where the reference drops the rest: with batches larger than
 * the data set dropping would leave nothing, and otherwise some puzzles would be drawn less often.
 */
export class TrainBatches implements Batches {
  private readonly options: TrainBatchesOptions;
  private orderDraws: Random;
  private augmentationDraws: Random;
  private orderBefore: readonly number[] = [];
  private order = new Uint32Array();
  private position = 0;

  /** @throws RangeError for an empty data set or a batch size below 1 */
  constructor(options: TrainBatchesOptions) {
    requireBatchable(options.puzzles, options.batchSize);
    this.options = options;
    this.orderDraws = Random.seeded(options.seed, streams.order);
    this.augmentationDraws = Random.seeded(options.seed, streams.augmentation);
    this.startEpoch();
  }

  next(): Batch {
    const batch = emptyBatch(this.options.batchSize, countCells(this.options.puzzles));
    for (let row = 0; row < this.options.batchSize; row++) writeRow(batch, row, this.augmented(this.draw()));
    return batch;
  }

  state(): BatchesState {
    return { order: this.orderBefore, augmentation: this.augmentationDraws.state(), position: this.position };
  }

  /** Goes on exactly where `state()` was taken, given the same puzzles and options. */
  restore(state: BatchesState): void {
    this.orderDraws = Random.restored(state.order);
    this.augmentationDraws = Random.restored(state.augmentation);
    this.startEpoch();
    this.position = state.position;
  }

  private startEpoch(): void {
    this.orderBefore = this.orderDraws.state();
    this.order = this.orderDraws.shuffle(Uint32Array.from(this.options.puzzles.keys()));
    this.position = 0;
  }

  private draw(): Puzzle {
    if (this.position === this.order.length) this.startEpoch();
    return this.options.puzzles[this.order[this.position++]!]!;
  }

  private augmented(puzzle: Puzzle): Puzzle {
    if (this.options.augmentation === 'none') return puzzle;
    return applyToPuzzle(this.options.kind.drawSymmetry(this.augmentationDraws), puzzle);
  }
}

/**
 * The puzzles in order, the last batch filled up with padding: inputs 0, labels ignored, identifier 0.
 * @throws RangeError for an empty data set or a batch size below 1, at the call
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
export function emptyBatch(batchSize: number, cells: number): Batch {
  return {
    inputs: new Int32Array(batchSize * cells),
    labels: new Int32Array(batchSize * cells).fill(IGNORED),
    puzzleIdentifiers: new Int32Array(batchSize),
  };
}

export function writeRow(batch: Batch, row: number, { inputs, labels, identifier = 0 }: BatchedPuzzle): void {
  const start = row * inputs.length;
  batch.puzzleIdentifiers[row] = identifier;
  batch.inputs.set(inputs, start);
  labels.forEach((label, cell) => (batch.labels[start + cell] = label === 0 ? IGNORED : label));
}

function countCells(puzzles: readonly Puzzle[]): number {
  return puzzles[0]!.inputs.length;
}

/** @throws RangeError */
export function requireBatchable(puzzles: readonly Puzzle[], batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new RangeError(`the batch size must be a whole number of at least 1, came ${batchSize}`);
  if (puzzles.length === 0) throw new RangeError('the data set has no puzzles to make batches of');
}
