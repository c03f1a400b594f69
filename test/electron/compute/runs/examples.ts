/** A run, its record, and short plans. */
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import type { RunPlan } from '../../../../electron/compute/runs/run-plan';
import { type PresetOverrides, createPlan } from '../../../../electron/compute/runs/run-plan';
import type { RunRecord } from '../../../../electron/compute/runs/run-record';
import { createRecord, defaultPolicy } from '../../../../electron/compute/runs/run-record';
import { getPreset } from '../../../../models/presets/presets';

/** Sudoku 4×4, classroom preset. */
export const planWith = (override: PresetOverrides = {}, seed = 5): RunPlan =>
  createPlan({
    dataset: loadBuiltInDataset('sudoku-4x4'),
    preset: getPreset('classroom'),
    seed,
    maxSeconds: 600,
    override,
  });

export const exampleRecord: RunRecord = createRecord(planWith(), {
  runId: 'run-1',
  policy: defaultPolicy,
  stepFlop: 4e9,
  device: 'cpu',
});
export const exampleRun = exampleRecord.run;
