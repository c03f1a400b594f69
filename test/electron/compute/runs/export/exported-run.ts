/** A small run that the reference can resume: with its inner widths, and puzzles with identifiers. */
import { join } from 'node:path';
import type { ExportSource } from '../../../../../electron/compute/runs/export/cluster-job';
import { restoreNewest } from '../../../../../electron/compute/runs/resume';
import { Recorder } from '../../../../../electron/compute/runs/run-loop';
import { RunFolder } from '../../../../../electron/compute/runs/run-store';
import type { RunPlan } from '../../../../../electron/compute/runs/run-plan';
import { createRecord, defaultPolicy } from '../../../../../electron/compute/runs/run-record';
import { Trainer } from '../../../../../electron/compute/runs/trainer';
import type { StoredModel } from '../../../../../models/checkpoint/model-folder';
import { createPlanNow } from '../examples';
import { identifiedSudokus, tiny } from '../identified-dataset';

const dataset = identifiedSudokus(16);
const preset = { ...tiny, run: { ...tiny.run, model: { ...tiny.run.model, innerMultiple: 256 } } };

export const exportedPlan: RunPlan = createPlanNow({
  dataset,
  preset,
  seed: 3,
  maxSeconds: 600,
  settings: { batchSize: 4, maxSteps: 9, maxEvalSamples: 32 },
});

export interface ExportedRun {
  readonly source: ExportSource;
  readonly folder: RunFolder;
  /** The model after the last step. */
  readonly model: StoredModel;
}

/** Trains four of nine steps, with checkpoints after the second and the fourth. */
export async function trainExportedRun(parent: string): Promise<ExportedRun> {
  const policy = { ...defaultPolicy, everySteps: 2, everySeconds: null };
  const trainer = await Trainer.prepare({ ...exportedPlan, config: { ...exportedPlan.config, maxSteps: 4 } });
  try {
    const record = createRecord(exportedPlan, { runId: 'exported', policy, ...trainer.flops, device: 'cpu' });
    const folder = await RunFolder.create(join(parent, 'exported'), record);
    const { resumePoint } = await restoreNewest(trainer, folder);
    for await (const recorded of new Recorder({ trainer, folder, policy, resumePoint }).trainAndRecord()) void recorded;
    const model = await trainer.model(null);
    return {
      folder,
      model,
      source: {
        folder,
        dataset: () => Promise.resolve({ dataset, folder: null }),
        savedModel: () => Promise.resolve(model),
      },
    };
  } finally {
    await trainer.release();
  }
}
