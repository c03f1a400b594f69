/** A small run that the reference can go on with: its inner widths, and puzzles with identifiers. */
import { join } from 'node:path';
import type { RunParts } from '../../../../../electron/compute/runs/export/cluster';
import { restoreNewest } from '../../../../../electron/compute/runs/resume';
import { Recorder } from '../../../../../electron/compute/runs/run-driver';
import { RunFolder } from '../../../../../electron/compute/runs/run-store';
import type { RunPlan } from '../../../../../electron/compute/runs/run-plan';
import { createPlan } from '../../../../../electron/compute/runs/run-plan';
import { createRecord, defaultPolicy } from '../../../../../electron/compute/runs/run-record';
import { TrainingRun } from '../../../../../electron/compute/runs/training-run';
import type { StoredModel } from '../../../../../models/checkpoint/model-folder';
import { sudokusOf, tiny } from '../identified-set';

const dataset = sudokusOf(16);
const preset = { ...tiny, run: { ...tiny.run, model: { ...tiny.run.model, innerMultiple: 256 } } };

export const carriedPlan: RunPlan = createPlan({
  dataset,
  preset,
  seed: 3,
  maxSeconds: 600,
  override: { batchSize: 4, maxSteps: 9 },
});

export interface CarriedRun {
  readonly parts: RunParts;
  readonly folder: RunFolder;
  /** As it is after the last step. */
  readonly model: StoredModel;
}

/** Four steps of nine, with a checkpoint after the second and the fourth. */
export async function trainCarried(parent: string): Promise<CarriedRun> {
  const policy = { ...defaultPolicy, everySteps: 2, everySeconds: null };
  const training = await TrainingRun.prepare({ ...carriedPlan, config: { ...carriedPlan.config, maxSteps: 4 } });
  try {
    const record = createRecord(carriedPlan, { runId: 'carried', policy, stepFlop: training.stepFlop, device: 'cpu' });
    const folder = await RunFolder.create(join(parent, 'carried'), record);
    const resumePoint = await restoreNewest(training, folder);
    for await (const recorded of new Recorder({ training, folder, policy, resumePoint }).record()) void recorded;
    const model = training.model(null);
    return {
      folder,
      model,
      parts: {
        folder,
        dataset: () => Promise.resolve({ dataset, folder: null }),
        savedModel: () => Promise.resolve(model),
      },
    };
  } finally {
    await training.release();
  }
}
