/** Resumes a run from its folder, or branches a new run from one of its checkpoints. */
import { cp, mkdir, writeFile, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeNewFolder } from '../../../datasets/formats/atomic-write';
import { message } from '../../../renderer/messages/message';
import type { Alert } from '../../contract/contract';
import type { LogDamage } from '../../contract/runs';
import { errorText } from '../../contract/error-message';
import { ifExists } from '../storage/missing-files';
import { appendAlerts } from './alerts';
import { findDamage } from './export/archive-files';
import { truncateAfter } from './metrics/truncate-log';
import { describeMissing, RunFolder } from './run-store';
import { expectedLog, RunFolderError, type RunRecord } from './run-record';
import type { ResumePoint, Trainer } from './trainer';

export interface ResumedRun {
  readonly resumePoint: ResumePoint;
  /** The record at the resume point. */
  readonly record: RunRecord;
  /** Of the metrics before the resume point. */
  readonly logDamage: LogDamage;
}

/**
 * Reads the record again, under the lock of the run: another process may have changed the run since.
 * @param record read before the lock, with the settings to continue with
 */
export async function readAgain(folder: RunFolder, record: RunRecord): Promise<RunRecord> {
  const { dataset, maxSteps, maxSeconds } = record.run;
  const { run } = await folder.read();
  return { ...record, run: { ...run, dataset, maxSteps, maxSeconds } };
}

/** Restores a new trainer from the run's newest checkpoint and updates the record. @throws as `restoreNewest` */
export async function resumeTraining(trainer: Trainer, folder: RunFolder, record: RunRecord): Promise<ResumedRun> {
  const { resumePoint: restored, logDamage } = await restoreNewest(trainer, folder);
  const {
    updates: step,
    control: { cost },
    provider: device,
  } = trainer;
  const damage = restored.damage ?? describeMissing(folder, record.run, step);
  const resumePoint = { ...restored, ...(damage !== null && { damage }) };
  const alerts: Alert[] = damage
    ? [{ kind: 'damage', step, text: message('run.alert.olderCheckpoint', { step, reason: damage }) }]
    : [];
  const run = {
    ...record.run,
    alerts: appendAlerts(record.run.alerts, alerts),
    state: 'running' as const,
    step,
    ...cost,
    best: resumePoint.best,
    failure: null,
    pauseReason: null,
    device,
    deviceMessage: null,
  };
  return { resumePoint, record: { ...record, run }, logDamage };
}

/**
 * Restores a new trainer from the newest valid checkpoint and removes metrics recorded after it. Without a
 * checkpoint it starts from the beginning, which the seed reproduces.
 * @throws SafetensorsError when every checkpoint is damaged
 */
export async function restoreNewest(trainer: Trainer, folder: RunFolder): Promise<Omit<ResumedRun, 'record'>> {
  await folder.tidy();
  const { result, damage } = await folder.checkpoints.readNewestValid((checkpoint, step) =>
    trainer.restore(checkpoint, step),
  );
  // Having no checkpoint is not an error.
  if (result === null && damage !== null) throw damage;
  const resumePoint = {
    ...(result ?? { isEvalPending: false, best: null }),
    ...(damage !== null && { damage: errorText(damage) }),
  };
  await folder.checkpoints.dropAfter(trainer.updates);
  const record = await folder.read();
  const expected = expectedLog(record);
  const log = await truncateAfter(folder.metricsFile, { step: trainer.updates, ...resumePoint, expected });
  folder.continueLog(log.digest);
  // At once: it names the lines of the log that was shortened.
  await folder.write(record);
  return { resumePoint, logDamage: log.damage };
}

/** Limits and learning rate that replace those of a run. */
export interface RunLimits {
  readonly maxSteps?: number | undefined;
  readonly maxSeconds?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** Returns the record with other limits where given, in its configuration and in the run. */
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

/** A checkpoint that a branch starts from; its run may be training and remove it meanwhile. */
export interface BranchPoint {
  readonly step: number;
  readonly checkpoint: FileHandle;
}

/** Opens the requested checkpoint, the last one by default. @returns null where there is none; the caller closes the file */
export function openBranchPoint({ checkpoints }: RunFolder, requested?: number): Promise<BranchPoint | null> {
  return checkpoints.findPresent(async (steps) => {
    for (const step of requested === undefined ? [...steps].reverse() : [requested]) {
      const checkpoint = await checkpoints.open(step);
      if (checkpoint !== null) return { step, checkpoint };
    }
    return null;
  });
}

/** @throws RunFolderError for a damaged checkpoint, or one of another step or run */
export async function requireWhole(source: RunFolder, { step, checkpoint }: BranchPoint): Promise<void> {
  const damage = await findDamage(checkpoint, step, await source.read());
  if (damage === null) return;
  throw new RunFolderError('run.damagedCheckpoint', { file: basename(source.checkpoints.file(step)), reason: damage });
}

/** Creates a run with a checkpoint of another run and its metrics up to that step, in one step. @throws ExistsError where `path` exists */
export async function createBranch(
  path: string,
  source: RunFolder,
  { record, step, checkpoint }: BranchPoint & { readonly record: RunRecord },
): Promise<RunFolder> {
  const parent = { kind: 'run' as const, id: source.readRunNow().runId, step };
  const run = { ...record.run, parent, startedAt: new Date().toISOString(), accuracy: null, model: null, alerts: [] };
  const branch: RunRecord = { ...record, run };
  // Its metrics end at the step.
  delete branch.log;
  await writeNewFolder(path, async (temporary) => {
    const copy = new RunFolder(temporary);
    await mkdir(copy.checkpoints.folder);
    // There are no metrics before the first step, and none where the log was lost.
    if (step > 0) await ifExists(cp(source.metricsFile, copy.metricsFile));
    await writeFile(copy.checkpoints.file(step), checkpoint.createReadStream({ start: 0, autoClose: false }));
    await copy.write(branch);
  });
  return new RunFolder(path);
}
