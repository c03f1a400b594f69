/** In what numbers products with weights are made on the device that computes. */
import { quantisedGemm } from '../graph/build';
import { Graph } from '../graph/graph';
import type { Precision } from '../nn/precision';
import { Session, type SessionOptions } from './session';

/**
 * Products in 8 bits are the processor's, and only of one that sums them exactly: elsewhere they are made in float32.
 * @param isExact whether the processor does, asked only where it matters
 */
export async function resolvePrecision(
  { provider = 'cpu' }: SessionOptions,
  precision: Precision = 'float32',
  isExact = sumsExactly,
): Promise<Precision> {
  if (precision === 'float32' || provider !== 'cpu') return 'float32';
  return (await isExact()) ? precision : 'float32';
}

let answer: Promise<boolean> | undefined;

/** Tried once, in some milliseconds. */
const sumsExactly = (): Promise<boolean> => (answer ??= trySums());

const LENGTH = 64;

/**
 * Processors without an instruction of their own for such sums add two products in 16 bits first: 255·127 twice is
 * more than these hold, and the sum stops at their greatest number. Here every pair is as large as it can be.
 */
async function trySums(): Promise<boolean> {
  const graph = new Graph();
  graph.output('sums', quantisedGemm(graph.input('left', [LENGTH, LENGTH]), graph.input('right', [LENGTH, LENGTH])));
  const session = await Session.create(graph, { threads: 1 });
  const ones = new Float32Array(LENGTH * LENGTH).fill(1);
  const { sums } = await session.run({ left: ones, right: ones });
  await session.release();
  return sums!.every((sum) => Math.abs(sum - LENGTH) < LENGTH / 100);
}
