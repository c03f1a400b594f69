/** Resolves the precision that a device supports. */
import type { Precision } from '../runtime/execution';
import type { SessionOptions } from '../runtime/onnxruntime';

let tested: Promise<boolean> | undefined;

/** Tested once: each test waits for a free worker. */
function testOnce(canRound: () => Promise<boolean>): Promise<boolean> {
  tested ??= canRound();
  // A failed test is repeated.
  tested.catch(() => (tested = undefined));
  return tested;
}

/**
 * Returns the precision that is used: products with rounded factors only on a CPU that sums 8-bit products exactly, or on a
 * device whose float16 products agree with the CPU's. The backward pass is never in float16: gradients are smaller than its
 * smallest numbers.
 * @param canRound tests the CPU; called only when it matters, and once
 */
export async function resolvePrecision(
  { provider = 'cpu', float16 = false }: SessionOptions,
  precision: Precision,
  canRound: () => Promise<boolean>,
): Promise<Precision> {
  if (precision === 'float32') return precision;
  if (provider !== 'cpu') return float16 ? 'mixed' : 'float32';
  return (await testOnce(canRound)) ? precision : 'float32';
}
