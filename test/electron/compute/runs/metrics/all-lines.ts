import { readLines, type MetricsLine } from '../../../../../electron/compute/runs/metrics/metrics-log';

/** All valid lines of a metrics.jsonl. */
export async function readAllLines(file: string): Promise<MetricsLine[]> {
  const all: MetricsLine[] = [];
  for await (const lines of readLines(file)) all.push(...lines);
  return all;
}
