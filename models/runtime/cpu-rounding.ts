/** Finds the 8-bit products that this CPU computes exactly. */
import { reachableNodes } from '../graph/analysis';
import { roundedGemm } from '../graph/build';
import { Graph } from '../graph/graph';
import type { Rounding } from '../onnx/encode';
import { createTensor, load } from './onnxruntime';

type CpuRounding = Exclude<Rounding, 'float16'>;

const LENGTH = 64;

/**
 * Processors with AVX2 but without VNNI add two products of an unsigned and a signed byte in 16 bits first: 255·127 twice
 * exceeds their range, and the sum saturates. In this test every pair is as large as possible.
 */
async function sumsExactly(rounding: CpuRounding): Promise<boolean> {
  const graph = new Graph();
  graph.output('sums', roundedGemm(graph.input('left', [LENGTH, LENGTH]), graph.input('right', [LENGTH, LENGTH])));
  const session = await load(graph, { threads: 1, rounding });
  const ones = createTensor('float32', new Float32Array(LENGTH * LENGTH).fill(1), [LENGTH, LENGTH]);
  const { sums } = await session.run({ left: ones, right: ones });
  await session.release();
  return (sums!.data as Float32Array).every((sum) => Math.abs(sum - LENGTH) < LENGTH / 100);
}

/** In the order of their speed where both are exact. */
async function testRoundings(): Promise<CpuRounding | null> {
  for (const rounding of ['int8', 'uint8'] as const) if (await sumsExactly(rounding)) return rounding;
  return null;
}

let tested: Promise<CpuRounding | null> | undefined;

/** The rounding of right factors whose products this CPU sums exactly; null for none. Tested once, in milliseconds. */
export function findCpuRounding(): Promise<CpuRounding | null> {
  tested ??= testRoundings();
  // A failed test is repeated.
  tested.catch(() => (tested = undefined));
  return tested;
}

/** The rounding that a graph is computed with on the CPU; tests the CPU only for graphs with rounded products. */
export async function cpuRoundingOf(graph: Graph): Promise<CpuRounding> {
  const isRounded = reachableNodes(graph).some(({ op }) => op === 'roundedGemm');
  return (isRounded && (await findCpuRounding())) || 'int8';
}
