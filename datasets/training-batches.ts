/** The training batches that suit a set. */
import { TrainBatches, type Batches } from './batches';
import type { Dataset } from './catalog';
import { GroupBatches } from './group-batches';

export interface TrainingBatchesOptions {
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
