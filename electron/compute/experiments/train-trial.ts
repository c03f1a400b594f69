/** Trains the run of one condition with one seed in the folder of an experiment, or continues it where it was interrupted. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Dataset } from '../../../datasets/catalog';
import { writeModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { getPreset } from '../../../models/presets/presets';
import type { RunSettings } from '../../../models/train/run-settings';
import { MessageError } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import type { Run } from '../../contract/runs';
import { createRun, reopenRun, RunLoop, type OpenedRun, type RunClient } from '../runs/run-loop';
import { createPlan, type RunPlan } from '../runs/run-plan';
import { defaultPolicy, planFromRecord, requireSameData } from '../runs/run-record';
import { RunFolder } from '../runs/run-store';
import { Trainer } from '../runs/trainer';

export interface TrainingTrial {
  /** Folder of the run. */
  readonly path: string;
  readonly dataset: Dataset;
  readonly preset: string;
  readonly settings: RunSettings;
  readonly seed: number;
  readonly maxSeconds: number;
}

interface TrialOptions {
  readonly engineOptions: EngineOptions;
  /** Suspends the run, which can be resumed. */
  readonly signal: AbortSignal;
  readonly onStep: (run: Run) => void;
}

/** The complete plan of a trial. @throws ConfigError for settings that do not fit together */
export const planTrial = (
  { dataset, preset, settings, seed, maxSeconds }: Omit<TrainingTrial, 'path'>,
  engineOptions: EngineOptions,
): Promise<RunPlan> => createPlan({ dataset, preset: getPreset(preset), seed, maxSeconds, settings }, engineOptions);

/** @returns the run, which has ended and whose model is in its folder @throws the signal's reason; the error that made the run fail */
export async function trainTrial(trial: TrainingTrial, options: TrialOptions): Promise<Run> {
  const finished = await readFinished(trial.path);
  if (finished) return finished;
  options.signal.throwIfAborted();
  const opened = await openTrial(trial, options.engineOptions);
  const { control } = opened.trainer;
  const suspend = () => control.suspend();
  options.signal.addEventListener('abort', suspend);
  if (options.signal.aborted) suspend();
  try {
    const run = await new RunLoop(opened, createClient(trial.path, opened, options.onStep)).train();
    if (control.isSuspended) options.signal.throwIfAborted();
    return run;
  } finally {
    options.signal.removeEventListener('abort', suspend);
  }
}

async function readFinished(path: string): Promise<Run | null> {
  if (!existsSync(path)) return null;
  const { run } = await new RunFolder(path).read();
  return run.state === 'finished' ? run : null;
}

async function openTrial(trial: TrainingTrial, engineOptions: EngineOptions): Promise<OpenedRun> {
  const { path, dataset } = trial;
  if (!existsSync(path)) {
    const trainer = await Trainer.prepare(await planTrial(trial, engineOptions), engineOptions);
    return createRun(trainer, path, { runId: basename(path), policy: defaultPolicy }).catch(withRelease(trainer));
  }
  const folder = new RunFolder(path);
  const record = await folder.read();
  requireSameData(record, dataset);
  const trainer = await Trainer.prepare(planFromRecord(record, dataset), engineOptions);
  const opened = await reopenRun(trainer, { folder, record }).catch(withRelease(trainer));
  await folder.write(opened.record);
  return opened;
}

const withRelease = (trainer: Trainer) => async (error: unknown) => {
  await trainer.release();
  throw error;
};

/** A run that diverges has failed; one that cannot be saved can be resumed. */
const createClient = (path: string, { trainer }: OpenedRun, onStep: TrialOptions['onStep']): RunClient => ({
  saveModel: async (stored) => {
    await writeModel(path, stored);
    return basename(path);
  },
  onEvent: (_event, _lines, run) => onStep({ ...run, seconds: trainer.control.seconds }),
  onAlerts: () => undefined,
  onError: ({ type, error }) => {
    if (type === 'diverged') throw error;
    throw new MessageError('experiments.notSaved', { run: basename(path), reason: errorText(error) });
  },
});
