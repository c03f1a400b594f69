/** Resolves the precision that a device supports. */
import type { Precision } from '../runtime/execution';
import type { EngineOptions } from './engine';
import { runTask } from './engine';

let isExact: Promise<boolean> | undefined;

/** Tested once, which takes some milliseconds. */
const testOnce = (options: EngineOptions): Promise<boolean> => {
  isExact ??= runTask(options, 'sumsExactly', undefined);
  // A failed test is repeated.
  isExact.catch(() => (isExact = undefined));
  return isExact;
};

/**
 * Returns the precision that is used: 8-bit products only on a CPU that sums them exactly, else float32.
 * @param test whether the CPU does; called only when it matters
 */
export async function resolvePrecision(
  options: EngineOptions,
  precision: Precision = 'float32',
  test = testOnce,
): Promise<Precision> {
  if (precision === 'float32' || (options.provider ?? 'cpu') !== 'cpu') return 'float32';
  return (await test(options)) ? precision : 'float32';
}
