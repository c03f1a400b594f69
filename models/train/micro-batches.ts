/**
 * A batch is computed in micro-batches of a few examples: their activations stay in the processor's cache instead of
 * going through main memory, and only those of one micro-batch are kept for its backward pass. Examples are independent
 * and gradients add up, so the numbers stay the same up to rounding.
 */
import { concat, reshape } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { positions } from '../family/config';
import type { Precision } from '../nn/precision';
import { inner } from '../family/weights';

/** Examples `from` (included) to `to` (excluded). */
export interface MicroBatch {
  readonly from: number;
  readonly to: number;
}

/**
 * Size of the largest tensor of a micro-batch: a handful of them go into the cache that the cores share. Products in 8 bits have more
 * nodes, and onnxruntime takes longer over each: with micro-batches as small its sessions took 0.6 s to make at a width of 128
 * and a batch of 64, with these 0.36 s, and steps took as long (within 3 %).
 */
const targetBytes: Readonly<Record<Precision, number>> = {
  float32: 2 ** 21,
  mixed: 3.5 * 2 ** 20,
  int8: 3.5 * 2 ** 20,
};

/**
 * The micro-batches of a batch, as equal as they can be. One keeps at least as many rows as the channel MLP is
 * wide, else reading the weights once more for each of them would cost what the cache saves.
 */
export function splitBatch(config: ModelConfig, batchSize: number, precision: Precision = 'float32'): MicroBatch[] {
  const byCache = Math.floor((4 * batchSize * largestPerExample(config)) / targetBytes[precision]);
  const byRows = Math.floor((batchSize * positions(config)) / inner(config).channels);
  const count = Math.max(1, Math.min(batchSize, byCache, byRows));
  const bound = (index: number) => Math.round((index * batchSize) / count);
  return Array.from({ length: count }, (_, index) => ({ from: bound(index), to: bound(index + 1) }));
}

/** Numbers of the widest activation: the inner side of a gated MLP. */
function largestPerExample(config: ModelConfig): number {
  const { channels, positions: across } = inner(config);
  return Math.max(positions(config) * channels, config.mlpT ? across * config.hiddenSize : 0);
}

/** Tensors [rows, b·columns] of the micro-batches joined to [rows, B·columns]. */
export const concatColumns = (microBatches: readonly Tensor[]): Tensor => concat(microBatches, 1);

/** Logits [S·b, V] of the micro-batches → [S·B, V]. */
export function concatLogits(microBatches: readonly Tensor[], seqLen: number): Tensor {
  if (microBatches.length === 1) return microBatches[0]!;
  const classes = microBatches[0]!.shape[1]!;
  return reshape(concatColumns(microBatches.map((microBatch) => reshape(microBatch, [seqLen, -1, classes]))), [
    -1,
    classes,
  ]);
}
