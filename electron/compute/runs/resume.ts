/** Resumes a run from its folder, or branches a new run from one of its checkpoints. */
import { cp, mkdir } from 'node:fs/promises';
import { writeNewFolder } from '../../../datasets/formats/atomic-write';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { truncateAfter } from './metrics-log';
import { RunFolder } from './run-store';
import type { RunRecord } from './run-record';
import type { ResumePoint, TrainingRun } from './training-run';

export interface ResumedRun {
  readonly resumePoint: ResumePoint;
  /** Of the run at the resume point. */
  readonly record: RunRecord;
}

/** Restores a fresh training from the run's newest checkpoint and updates the record. @throws as `restoreNewest` */
export async function resumeTraining(training: TrainingRun, folder: RunFolder, record: RunRecord): Promise<ResumedRun> {
  const resumePoint = await restoreNewest(training, folder);
  const {
    updates: step,
    control: { seconds },
    provider: device,
  } = training;
  const run = {
    ...record.run,
    state: 'running' as const,
    step,
    seconds,
    best: resumePoint.best,
    failure: null,
    alert: null,
    device,
    notice: null,
  };
  return { resumePoint, record: { ...record, run } };
}

/**
 * Restores a fresh training from the newest sound checkpoint and removes metrics recorded after it; without one
 * it stays at the beginning, which the seed reproduces.
 * @throws SafetensorsError when every checkpoint is damaged
 */
export async function restoreNewest(training: TrainingRun, folder: RunFolder): Promise<ResumePoint> {
  await folder.tidy();
  const steps = (await folder.checkpoints.steps()).reverse();
  const resumePoint = await firstSound(steps, async (step) => training.restore(await folder.checkpoints.read(step)));
  await folder.checkpoints.dropAfter(training.updates);
  await truncateAfter(folder.metricsFile, { step: training.updates, ...resumePoint });
  return resumePoint;
}

async function firstSound(
  steps: readonly number[],
  restore: (step: number) => Promise<ResumePoint>,
): Promise<ResumePoint> {
  let damage: unknown = null;
  for (const step of steps) {
    try {
      return await restore(step);
    } catch (error) {
      if (!(error instanceof SafetensorsError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      damage ??= error;
    }
  }
  // No checkpoint at all is no damage.
  if (damage !== null) throw damage;
  return { isEvalPending: false, best: null };
}

/** Resource limits and rate that replace those of a run. */
export interface RunLimits {
  readonly maxSteps?: number | undefined;
  readonly maxSeconds?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** The record with other limits where they are given, in its configuration and in the run. */
export function withLimits(record: RunRecord, { maxSteps, maxSeconds, learningRate }: RunLimits): RunRecord {
  const { config } = record.setup;
  const limits = { maxSteps: maxSteps ?? config.maxSteps, maxSeconds: maxSeconds ?? config.maxSeconds };
  const schedule = { ...config.schedule, learningRate: learningRate ?? config.schedule.learningRate };
  return {
    ...record,
    run: { ...record.run, ...limits },
    setup: { ...record.setup, config: { ...config, ...limits, schedule } },
  };
}

/** The step of the requested checkpoint, the last one by default; null where there is none. */
export async function findBranchStep({ checkpoints }: RunFolder, requested?: number): Promise<number | null> {
  const steps = await checkpoints.steps();
  const step = requested ?? steps[steps.length - 1];
  return step !== undefined && steps.includes(step) ? step : null;
}

/** A new run with one checkpoint of another and its metrics until then; the folder appears whole. @throws ExistsError */
export async function createBranch(
  path: string,
  source: RunFolder,
  { record, step }: { readonly record: RunRecord; readonly step: number },
): Promise<RunFolder> {
  const parent = { kind: 'run' as const, id: (await source.readRun()).runId, step };
  const run = { ...record.run, parent, startedAt: new Date().toISOString(), accuracy: null, model: null, alerts: [] };
  await writeNewFolder(path, async (temporary) => {
    const copy = new RunFolder(temporary);
    await mkdir(copy.checkpoints.folder);
    // Before the first step nothing was measured.
    if (step > 0) await cp(source.metricsFile, copy.metricsFile);
    await cp(source.checkpoints.file(step), copy.checkpoints.file(step));
    await copy.write({ ...record, run });
  });
  return new RunFolder(path);
}
