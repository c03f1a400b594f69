/** Tests whether this CPU sums 8-bit products exactly. */
import { roundedGemm } from '../graph/build';
import { Graph } from '../graph/graph';
import { Session } from './session';

const LENGTH = 64;

/**
 * Processors without an instruction of their own for such sums add two products in 16 bits first: 255·127 twice exceeds their
 * range, and the sum saturates. In this test every pair is as large as possible.
 */
export async function sumsExactly(): Promise<boolean> {
  const graph = new Graph();
  graph.output('sums', roundedGemm(graph.input('left', [LENGTH, LENGTH]), graph.input('right', [LENGTH, LENGTH])));
  const session = await Session.create(graph, { threads: 1 });
  const ones = new Float32Array(LENGTH * LENGTH).fill(1);
  const { sums } = await session.run({ left: ones, right: ones });
  await session.release();
  return sums!.every((sum) => Math.abs(sum - LENGTH) < LENGTH / 100);
}
