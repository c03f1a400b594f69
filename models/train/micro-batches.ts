/**
 * A batch is worked through a few examples at a time: what a part computes stays in the processor's
 * cache instead of going through main memory, and what is kept for the backward pass is that of one part
 * only. Examples do not see each other, and gradients add up, so the numbers stay the same up to rounding.
 */
import { concat, reshape } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { positions } from '../family/config';
import type { Precision } from '../nn/precision';
import { inner } from '../family/weights';

/** Examples `from` (included) to `to` (excluded). */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * Of the largest tensor of a part: a handful of them go into the cache that the cores share. Products in 8 bits have more
 * nodes, and onnxruntime takes longer over each: with parts as small its sessions took 0.6 s to make at a width of 128
 * and a batch of 64, with these 0.36 s, and steps took as long (within 3 %).
 */
const targetBytes: Readonly<Record<Precision, number>> = {
  float32: 2 ** 21,
  mixed: 3.5 * 2 ** 20,
  int8: 3.5 * 2 ** 20,
};

/**
 * The parts of a batch, as equal as they can be. A part keeps at least as many rows as the channel MLP is
 * wide, else reading the weights once more for every part would cost what the cache saves.
 */
export function batchParts(config: ModelConfig, batchSize: number, precision: Precision = 'float32'): Part[] {
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

/** Tensors [rows, b·columns] of the parts side by side, [rows, B·columns]. */
export const beside = (parts: readonly Tensor[]): Tensor => concat(parts, 1);

/** Logits [S·b, V] of the parts → [S·B, V]. */
export function joinLogits(parts: readonly Tensor[], seqLen: number): Tensor {
  if (parts.length === 1) return parts[0]!;
  const classes = parts[0]!.shape[1]!;
  return reshape(beside(parts.map((part) => reshape(part, [seqLen, -1, classes]))), [-1, classes]);
}
