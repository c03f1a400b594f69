/** Times the list of 500 runs, the curves of 100,000 steps, and a checkpoint of the published size. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBuiltInDataset } from '../../datasets/catalog';
import { Random } from '../../datasets/random';
import { Checkpoints } from '../../electron/compute/runs/checkpoints';
import { RunStore } from '../../electron/compute/runs/run-store';
import { readHistory } from '../../electron/compute/runs/metrics/read-history';
import { createPlan } from '../../electron/compute/runs/run-plan';
import { createRecord, defaultPolicy } from '../../electron/compute/runs/run-record';
import { encodeTrainingState } from '../../models/checkpoint/training-state-file';
import { initialState } from '../../models/family/weights';
import { createLearnerState } from '../../models/train/learner';
import { getPreset } from '../../models/presets/presets';
import { configurations } from './configurations';
import { median } from './measure';

const REPEATS = 7;

export async function benchRuns(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trm-bench-'));
  try {
    await benchList(join(folder, 'runs'));
    await benchHistory(join(folder, 'metrics.jsonl'));
    await benchCheckpoint(join(folder, 'checkpoints'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchList(folder: string): Promise<void> {
  const store = new RunStore(folder);
  const plan = await createPlan({
    dataset: loadBuiltInDataset('sudoku-4x4'),
    preset: getPreset('classroom'),
    seed: 1,
    maxSeconds: 60,
  });
  const record = createRecord(plan, { runId: 'run', policy: defaultPolicy, stepFlop: 1, device: 'cpu' });
  for (let i = 0; i < 500; i++) await store.create({ ...record, run: { ...record.run, runId: `run-${i}` } });
  console.log(`500 runs listed in ${(await timed(() => store.list())).toFixed(0)} ms`);
}

async function benchHistory(file: string): Promise<void> {
  const line = (step: number) =>
    `{"type":"step","step":${step},"seconds":${step / 7},"lmLoss":${Math.exp(-step / 3e4) + 1e-3},"qHaltLoss":0.0123456789,"accuracy":0.987654321,"exactAccuracy":0.87654321,"steps":3.456789,"learningRate":0.0001}\n`;
  await writeFile(file, Array.from({ length: 100_000 }, (_, i) => line(i + 1)).join(''));
  console.log(
    `metrics of 100,000 steps read for a chart of 2,000 points in ${(await timed(() => readHistory(file, { points: 2000, evaluations: 100 }))).toFixed(0)} ms`,
  );
}

/** Only encoding blocks the training; writing the file runs in parallel. */
async function benchCheckpoint(folder: string): Promise<void> {
  const paper = configurations.find(({ name }) => name === 'paper');
  if (!paper) throw new Error('there is no configuration of the published size');
  const state = createLearnerState(initialState(paper.model, Random.seeded(1)), paper.model, paper.batchSize);
  const checkpoints = new Checkpoints(folder);
  const blocked: number[] = [];
  const written = await timed(async () => {
    const start = performance.now();
    const parts = encodeTrainingState(state, { at: 1 });
    blocked.push(performance.now() - start);
    await checkpoints.write(1, parts);
  });
  const bytes = (await checkpoints.read(1)).length;
  console.log(
    `checkpoint of ${(state.params.length / 1e6).toFixed(1)} million weights (${(bytes / 1e6).toFixed(0)} MB): written in ${written.toFixed(0)} ms, training blocked for ${median(blocked).toFixed(1)} ms`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}
