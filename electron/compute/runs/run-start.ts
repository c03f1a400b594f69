/** The record that a run begins with. */
import { version } from '../../../package.json';
import type { Run } from '../../contract/contract';
import { hashOfDataset } from './dataset-hash';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy, RunRecord } from './run-record';
import { RUN_FORMAT } from './run-record';

export interface RunStart {
  readonly runId: string;
  readonly name?: string | undefined;
  readonly policy: CheckpointPolicy;
  readonly stepFlop: number;
  /** What computes it. */
  readonly device: string;
}

export function recordOf(plan: RunPlan, { runId, name = undefined, policy, stepFlop, device }: RunStart): RunRecord {
  const { dataset, preset, config, command, parent } = plan;
  const run: Run = {
    runId,
    name: name ?? null,
    tags: [],
    dataset: dataset.spec.id,
    datasetHash: hashOfDataset(dataset),
    kind: dataset.kind.id,
    preset: preset.id,
    seed: config.seed,
    state: 'running',
    startedAt: new Date().toISOString(),
    step: 0,
    seconds: 0,
    maxSeconds: config.maxSeconds,
    maxSteps: config.maxSteps,
    stepFlop,
    accuracy: null,
    best: null,
    parent,
    model: null,
    failure: null,
    alert: null,
    alerts: [],
    device,
    notice: null,
  };
  return { format: RUN_FORMAT, version, run, setup: { preset, config, command, policy } };
}

/** The plan of a record, with the data set as it is now. */
export function planAgain(
  { run: { parent }, setup: { preset, config, command } }: RunRecord,
  dataset: RunPlan['dataset'],
): RunPlan {
  return { dataset, preset, config, command, parent, start: null };
}

/** The data set is no longer what the run learnt from. */
export class ChangedDataError extends Error {
  override readonly name = 'ChangedDataError';
}

/** @throws ChangedDataError */
export function requireSameData(
  { run: { dataset: id, datasetHash } }: RunRecord,
  dataset: RunPlan['dataset'],
  isAccepted = false,
): void {
  if (isAccepted || hashOfDataset(dataset) === datasetHash) return;
  throw new ChangedDataError(
    `the puzzles of ${id} are not those this run learnt from: go on with the new ones, or bring the old ones back`,
  );
}
