/** Lines of metrics.jsonl for tests, and a whole log. */
import { readLines, type MetricsLine } from '../../../../../electron/compute/runs/metrics/metrics-log';

/** All valid lines of a metrics.jsonl. */
export async function readAllLines(file: string): Promise<MetricsLine[]> {
  const all: MetricsLine[] = [];
  for await (const lines of readLines(file)) all.push(...lines);
  return all;
}

export const stepLine = (step: number): MetricsLine => ({
  type: 'step',
  step,
  seconds: step / 10,
  lmLoss: 1 / step,
  qHaltLoss: 0.1,
  accuracy: 0.5,
  exactAccuracy: null,
  steps: 2,
  learningRate: 1e-4,
  gradientNorm: 1,
  halted: 2,
  samples: 8 * step,
});

export const sampleLine = (step: number): MetricsLine => ({
  type: 'sample',
  step,
  samples: [{ address: 'd/test/0', inputs: [1], labels: [2], answer: [2], confidence: [1] }],
});
