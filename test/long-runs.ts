/** Data of a laboratory that has been used for years: runs with millions of steps, and thousands of runs. */
import { open } from 'node:fs/promises';
import { RunStore } from '../electron/compute/runs/run-store';
import { exampleRecord } from './electron/compute/runs/examples';

/** Lines that are written at once. */
const BATCH = 20_000;

/** A line of metrics.jsonl in the format of the app, with values of full precision. */
export function stepLine(step: number, lmLoss: number): string {
  const isHalted = step % 3 > 0;
  return JSON.stringify({
    type: 'step',
    step,
    seconds: step,
    learningRate: 1e-4,
    lmLoss,
    qHaltLoss: lmLoss / 10,
    gradientNorm: lmLoss / 3,
    accuracy: isHalted ? 1 / (1 + lmLoss) : null,
    exactAccuracy: isHalted ? 0.9 / (1 + lmLoss) : null,
    steps: isHalted ? 8 / (1 + lmLoss) : null,
  });
}

/** Writes a metrics.jsonl with the steps 1 to `count`. */
export async function writeLog(
  file: string,
  count: number,
  lossOf: (step: number) => number = (step) => 2 * Math.exp(-step / count) * (1 + 0.2 * Math.sin(step)),
): Promise<void> {
  const log = await open(file, 'w');
  try {
    for (let from = 1; from <= count; from += BATCH) {
      const length = Math.min(BATCH, count - from + 1);
      const lines = Array.from({ length }, (_, index) => `${stepLine(from + index, lossOf(from + index))}\n`);
      await log.write(lines.join(''));
    }
  } finally {
    await log.close();
  }
}

/** Writes the folders of `count` finished runs, one a minute, without metrics; `run-<count>` is the newest. */
export async function writeRuns(folder: string, count: number): Promise<void> {
  const store = new RunStore(folder);
  const { run } = exampleRecord;
  for (let number = 1; number <= count; number++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
    const more = { runId: `run-${number}`, name: `Run ${number}`, state: 'finished', startedAt, step: number } as const;
    await store.create({ ...exampleRecord, run: { ...run, ...more } });
  }
}
