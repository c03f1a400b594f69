/** A run with tiny checkpoints that were not trained, for archives. */
import { createLearnerState } from '../../../../../models/train/learner';
import { encodeTrainingState } from '../../../../../models/checkpoint/training-state-file';
import { initialState } from '../../../../../models/family/weights';
import { Random } from '../../../../../datasets/random';
import { appendLines } from '../../../../../electron/compute/runs/metrics/metrics-log';
import type { ResumeState } from '../../../../../electron/compute/runs/resume-state';
import type { RunRecord } from '../../../../../electron/compute/runs/run-record';
import type { RunFolder, RunStore } from '../../../../../electron/compute/runs/run-store';
import { tinyMlpT } from '../../../../models/family/tiny';
import { exampleRecord } from '../examples';
import { stepLine } from '../metrics/log-lines';

const batchSize = 2;
const random = [1, 2, 3, 4];
const resumeState: ResumeState = {
  batches: { order: random, augmentation: random, position: 0 },
  halting: random,
  seconds: 1,
  isEvalPending: false,
  best: null,
};

export const archivedRecord: RunRecord = {
  ...exampleRecord,
  run: { ...exampleRecord.run, runId: 'source', state: 'finished', step: 3, maxSteps: 10 },
  setup: {
    ...exampleRecord.setup,
    config: { ...exampleRecord.setup.config, model: tinyMlpT, batchSize, maxSteps: 10 },
  },
};

export function encodeCheckpoint(updates: number, model = tinyMlpT): Uint8Array[] {
  const state = createLearnerState(initialState(model, Random.seeded(updates)), model, batchSize);
  return encodeTrainingState({ ...state, updates }, resumeState);
}

/** A run with metrics up to its step, and a checkpoint of each of `steps`. */
export async function createArchivedRun(
  store: RunStore,
  { record = archivedRecord, steps = [2, 3] }: { readonly record?: RunRecord; readonly steps?: readonly number[] } = {},
): Promise<RunFolder> {
  const folder = await store.create(record);
  await appendLines(
    folder.metricsFile,
    Array.from({ length: record.run.step }, (_, i) => stepLine(i + 1)),
  );
  for (const step of steps) await folder.checkpoints.write(step, encodeCheckpoint(step));
  await folder.writeNotes('# What we saw\n');
  return folder;
}
