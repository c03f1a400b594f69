/** A loaded dataset as a few large arrays, which move from one thread to another without a copy. */
import { TimeSlicer } from '../../../datasets/browse/scan';
import type { Dataset, DatasetInfo, IdentifiedPuzzle } from '../../../datasets/catalog';
import { hashDataset, setHash } from './dataset-hash';
import { UNKNOWN, type RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../datasets/kinds/registry';

interface PackedSplit {
  readonly count: number;
  /** [count, 2, S]: tokens of inputs and labels. */
  readonly tokens: Uint8Array<ArrayBuffer>;
  /** [count, 2]: identifier and group; null where all puzzles have the blank identifier. */
  readonly identifiers: Int32Array<ArrayBuffer> | null;
  /** [count]; -1 where unknown, null where all are. */
  readonly ratings: Float64Array<ArrayBuffer> | null;
}

export interface PackedDataset extends Pick<Dataset, 'trainClasses' | 'testClasses'> {
  readonly spec: DatasetInfo;
  readonly hash: string;
  /** Names by identifier; null where all puzzles have the blank identifier. */
  readonly names: readonly string[] | null;
  readonly train: PackedSplit;
  readonly test: PackedSplit;
}

export function packDataset(dataset: Dataset): PackedDataset {
  const { spec, trainClasses, testClasses, identified, train, test } = dataset;
  return {
    spec,
    trainClasses,
    testClasses,
    hash: hashDataset(dataset),
    names: identified?.names ?? null,
    train: packSplit(train, identified?.train),
    test: packSplit(test, identified?.test),
  };
}

function packSplit(puzzles: readonly RatedPuzzle[], identified: readonly IdentifiedPuzzle[] | undefined): PackedSplit {
  const cells = puzzles[0]?.inputs.length ?? 0;
  const tokens = new Uint8Array(puzzles.length * 2 * cells);
  puzzles.forEach(({ inputs, labels }, index) => {
    tokens.set(inputs, 2 * index * cells);
    tokens.set(labels, (2 * index + 1) * cells);
  });
  const identifiers = identified ? new Int32Array(2 * identified.length) : null;
  identified?.forEach(({ identifier, group }, index) => identifiers?.set([identifier, group], 2 * index));
  const isRated = puzzles.some(({ rating }) => rating !== undefined);
  const ratings = isRated ? Float64Array.from(puzzles, ({ rating = UNKNOWN }) => rating) : null;
  return { count: puzzles.length, tokens, identifiers, ratings };
}

/** The memory of the arrays, to be moved to another thread. */
export const listBuffers = ({ train, test }: PackedDataset): ArrayBuffer[] =>
  [train, test].flatMap(({ tokens, identifiers, ratings }) =>
    [tokens, identifiers, ratings].flatMap((array) => (array ? [array.buffer] : [])),
  );

/** The same dataset; its puzzles read the arrays. Yields to other tasks. */
export async function unpackDataset({ names, hash, ...packed }: PackedDataset): Promise<Dataset> {
  const { spec, trainClasses, testClasses } = packed;
  const splits = { train: await unpackSplit(packed.train), test: await unpackSplit(packed.test) };
  const identified = names && { names, ...splits };
  const dataset = { spec, kind: getKind(spec.kind), trainClasses, testClasses, identified, ...splits };
  setHash(dataset, hash);
  return dataset;
}

async function unpackSplit(split: PackedSplit): Promise<IdentifiedPuzzle[]> {
  const puzzles: IdentifiedPuzzle[] = [];
  await new TimeSlicer().inBlocks(split.count, (from, to) => {
    for (let index = from; index < to; index++) puzzles.push(new PackedPuzzle(split, index));
  });
  return puzzles;
}

/** A puzzle of a split. Its grids are created when they are read: as objects, those of a million puzzles take 250 MB. */
class PackedPuzzle implements IdentifiedPuzzle {
  constructor(
    private readonly split: PackedSplit,
    private readonly index: number,
  ) {}

  get inputs(): Uint8Array {
    return this.grid(2 * this.index);
  }

  get labels(): Uint8Array {
    return this.grid(2 * this.index + 1);
  }

  get identifier(): number {
    return this.split.identifiers?.[2 * this.index] ?? 0;
  }

  get group(): number {
    return this.split.identifiers?.[2 * this.index + 1] ?? 0;
  }

  get rating(): number | undefined {
    const rating = this.split.ratings?.[this.index] ?? UNKNOWN;
    return rating === UNKNOWN ? undefined : rating;
  }

  private grid(row: number): Uint8Array {
    const { tokens, count } = this.split;
    const cells = tokens.length / (2 * count);
    return tokens.subarray(row * cells, (row + 1) * cells);
  }
}
