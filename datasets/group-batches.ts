/** Training batches of sets whose puzzles have identifiers, drawn as the reference's loader does; and the batches that suit a set. */
import {
  emptyBatch,
  requireBatchable,
  TrainBatches,
  writeRow,
  type Batch,
  type Batches,
  type BatchesState,
} from './batches';
import type { Dataset, IdentifiedPuzzle } from './catalog';
import { Random, streams } from './random';

export interface GroupBatchesOptions {
  readonly puzzles: readonly IdentifiedPuzzle[];
  readonly batchSize: number;
  readonly seed: number;
}

/** The examples of each puzzle of a group. */
type Group = readonly (readonly IdentifiedPuzzle[])[];

/**
 * An epoch is one random order of the groups. Each group in turn gives a random one of its puzzles, and of
 * this as many random examples as the batch has room for. An epoch that ends inside a batch drops it. Where
 * an epoch may be too small to fill even one, it goes on into the next epoch instead, or a set smaller than a
 * batch would never train. No symmetries are drawn: each augmented copy has an identifier of its own.
 */
export class GroupBatches implements Batches {
  private readonly options: GroupBatchesOptions;
  private readonly groups: readonly Group[];
  private readonly isDropping: boolean;
  private orderDraws: Random;
  private choiceDraws: Random;
  private orderBefore: readonly number[] = [];
  private order = new Uint32Array();
  private position = 0;

  /** @throws RangeError for an empty data set or a batch size below 1 */
  constructor(options: GroupBatchesOptions) {
    requireBatchable(options.puzzles, options.batchSize);
    this.options = options;
    this.groups = groupPuzzles(options.puzzles);
    this.isDropping = countMinExamples(this.groups) >= options.batchSize;
    this.orderDraws = Random.seeded(options.seed, streams.order);
    this.choiceDraws = Random.seeded(options.seed, streams.augmentation);
    this.startEpoch();
  }

  next(): Batch {
    const { batchSize, puzzles } = this.options;
    const batch = emptyBatch(batchSize, puzzles[0]!.inputs.length);
    this.drawRows(batchSize).forEach((puzzle, row) => writeRow(batch, row, puzzle));
    return batch;
  }

  state(): BatchesState {
    return { order: this.orderBefore, augmentation: this.choiceDraws.state(), position: this.position };
  }

  /** Goes on exactly where `state()` was taken, given the same puzzles and options. */
  restore(state: BatchesState): void {
    this.orderDraws = Random.restored(state.order);
    this.choiceDraws = Random.restored(state.augmentation);
    this.startEpoch();
    this.position = state.position;
  }

  private startEpoch(): void {
    this.orderBefore = this.orderDraws.state();
    this.order = this.orderDraws.shuffle(Uint32Array.from(this.groups.keys()));
    this.position = 0;
  }

  private drawRows(count: number): readonly IdentifiedPuzzle[] {
    let rows: IdentifiedPuzzle[] = [];
    while (rows.length < count) {
      if (this.position === this.order.length) {
        this.startEpoch();
        if (this.isDropping) rows = [];
      }
      rows.push(...this.examplesOf(this.groups[this.order[this.position++]!]!).slice(0, count - rows.length));
    }
    return rows;
  }

  /** Those of a random puzzle, in random order. */
  private examplesOf(group: Group): IdentifiedPuzzle[] {
    return this.choiceDraws.shuffle([...group[this.choiceDraws.integer(0, group.length - 1)]!]);
  }
}

function groupPuzzles(puzzles: readonly IdentifiedPuzzle[]): Group[] {
  const groups = new Map<number, Map<number, IdentifiedPuzzle[]>>();
  for (const puzzle of puzzles) {
    const group = groups.get(puzzle.group) ?? new Map<number, IdentifiedPuzzle[]>();
    const examples = group.get(puzzle.identifier) ?? [];
    examples.push(puzzle);
    groups.set(puzzle.group, group.set(puzzle.identifier, examples));
  }
  return [...groups.values()].map((group) => [...group.values()]);
}

/** Examples that an epoch has at least, whatever puzzles are drawn. */
function countMinExamples(groups: readonly Group[]): number {
  const fewest = (group: Group) => group.reduce((least, { length }) => Math.min(least, length), Infinity);
  return groups.reduce((sum, group) => sum + fewest(group), 0);
}

interface TrainingBatchesOptions {
  readonly batchSize: number;
  readonly seed: number;
}

/** Group by group where puzzles have identifiers, else each puzzle by a fresh symmetry. @throws RangeError as those do */
export function trainingBatches(
  { identified, train, kind }: Pick<Dataset, 'identified' | 'train' | 'kind'>,
  options: TrainingBatchesOptions,
): Batches {
  if (identified) return new GroupBatches({ puzzles: identified.train, ...options });
  return new TrainBatches({ puzzles: train, kind, augmentation: 'on-the-fly', ...options });
}
