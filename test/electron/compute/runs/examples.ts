/** A run record, a run and run plans. */
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import type { RunPlan } from '../../../../electron/compute/runs/run-plan';
import {
  draftPlan,
  getQuickEvalSize,
  type RunChoice,
  withEvalBudget,
} from '../../../../electron/compute/runs/run-plan';
import type { RunRecord } from '../../../../electron/compute/runs/run-record';
import { createRecord, defaultPolicy } from '../../../../electron/compute/runs/run-record';
import { getPreset } from '../../../../models/presets/presets';
import type { RunSettings } from '../../../../models/train/run-settings';
import { countOperations } from '../../../../models/train/cost-estimate';

/** `createPlan` in the calling thread, without waiting. */
export function createPlanNow(choice: RunChoice): RunPlan {
  const { config, dataset, ...plan } = draftPlan(choice);
  const counts = countOperations(config.model, config);
  return { ...plan, dataset, config: withEvalBudget(config, counts, getQuickEvalSize({ dataset, config })) };
}

/** Plan of a run on Sudoku 4×4 with the classroom preset. */
export const planWith = (settings: RunSettings = {}, seed = 5): RunPlan =>
  createPlanNow({
    dataset: loadBuiltInDataset('sudoku-4x4'),
    preset: getPreset('classroom'),
    seed,
    maxSeconds: 600,
    settings,
  });

export const exampleRecord: RunRecord = createRecord(planWith(), {
  runId: 'run-1',
  policy: defaultPolicy,
  stepFlop: 4e9,
  device: 'cpu',
});
export const exampleRun = exampleRecord.run;
