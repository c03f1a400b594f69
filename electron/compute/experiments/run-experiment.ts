/** Runs an experiment: trains and tests every condition with every seed, and records each result when it is there. */
import { version } from '../../../package.json';
import type { Dataset } from '../../../datasets/catalog';
import { readModel, type StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { DivergedError } from '../../../models/train/divergence';
import { MessageError } from '../../../renderer/messages/message';
import type { Condition, Experiment, ExperimentRecord, Prediction, TrialResult } from '../../contract/experiments';
import { errorText } from '../../contract/error-message';
import type { Run } from '../../contract/runs';
import { countTrainingFlop } from '../../contract/run-stages';
import { hashDataset } from '../datasets/dataset-hash';
import { Job } from '../job';
import type { ExperimentFolder } from './experiment-folder';
import { evaluatePoints } from './evaluate-points';
import { prepareDataset } from './prepare-dataset';
import { trainTrial } from './train-trial';

/** How an experiment computes and finds its data. */
export interface ExperimentContext {
  readonly engineOptions: EngineOptions;
  readonly loadDataset: (id: string) => Promise<Dataset>;
  readonly findModel: (id: string) => Promise<StoredModel>;
}

export interface TrialProgress {
  readonly condition: Condition;
  readonly seed: number;
  /** Trials that have ended, and all. */
  readonly done: number;
  readonly total: number;
  /** Share of this trial, 0 to 1. */
  readonly share: number;
}

interface RunOptions extends ExperimentContext {
  /** Suspends the experiment, which can be resumed; the results so far are recorded. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TrialProgress) => void;
  readonly onResult?: (result: TrialResult) => void;
}

/** A new experiment without results. @throws as `loadDataset` */
export async function createRecord(
  experiment: Experiment,
  command: string,
  { loadDataset }: Pick<ExperimentContext, 'loadDataset'>,
  prediction: Prediction | null = null,
): Promise<ExperimentRecord> {
  const ids = [...new Set(experiment.conditions.map(({ source }) => source.dataset))];
  const datasets: Record<string, string> = {};
  for (const id of ids) datasets[id] = hashDataset(await loadDataset(id));
  return { experiment, prediction, command, startedAt: new Date().toISOString(), datasets, results: [] };
}

interface Trial {
  readonly condition: Condition;
  readonly seed: number;
}

/** Seed by seed, so that an experiment that is ended early has compared all conditions. */
export const listTrials = ({ conditions, seeds }: Experiment): Trial[] =>
  seeds.flatMap((seed) => conditions.map((condition) => ({ condition, seed })));

/** @returns the record with all results @throws the signal's reason; ExperimentFolderError; MessageError for a dataset that has changed */
export async function runExperiment(folder: ExperimentFolder, options: RunOptions): Promise<ExperimentRecord> {
  // A folder that is none is refused before it gets a lock.
  await folder.read();
  const unlock = await folder.lock();
  try {
    let record = await folder.read();
    const trials = listTrials(record.experiment);
    for (const trial of trials.filter((each) => !hasResult(record, each))) {
      const counts = { done: record.results.length, total: trials.length };
      const result = await runTrial(record, trial, { ...options, folder, counts });
      record = { ...record, results: [...record.results, result] };
      await folder.write(record);
      options.onResult?.(result);
    }
    return record;
  } finally {
    await unlock();
  }
}

const hasResult = ({ results }: ExperimentRecord, { condition, seed }: Trial): boolean =>
  results.some((result) => result.condition === condition.id && result.seed === seed);

interface TrialOptions extends RunOptions {
  readonly folder: ExperimentFolder;
  readonly counts: Pick<TrialProgress, 'done' | 'total'>;
}

/** A trial whose training diverges has failed; every other error ends the experiment, which can be resumed. */
async function runTrial(record: ExperimentRecord, trial: Trial, options: TrialOptions): Promise<TrialResult> {
  const { condition, seed } = trial;
  const common = { condition: condition.id, seed, version, device: options.engineOptions.provider ?? 'cpu' };
  try {
    return { ...common, failure: null, ...(await trainAndEvaluate(record, trial, options)) };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const nothing = { points: [], steps: 0, maxSteps: 0, trainingSeconds: 0, flop: 0, seconds: 0 };
    return { ...common, failure: errorText(error), ...nothing };
  }
}

async function trainAndEvaluate(
  { experiment, datasets }: ExperimentRecord,
  trial: Trial,
  options: TrialOptions,
): Promise<Omit<TrialResult, 'condition' | 'seed' | 'version' | 'device' | 'failure'>> {
  const { folder, signal } = options;
  signal.throwIfAborted();
  const { condition, seed } = trial;
  const { source } = condition;
  const whole = await options.loadDataset(source.dataset);
  if (hashDataset(whole) !== datasets[source.dataset])
    throw new MessageError('experiments.otherData', { dataset: source.dataset });
  const dataset = prepareDataset(whole, source, experiment.test);
  const report = createReport(experiment, trial, options);
  const path = folder.runPath(condition.id, seed);
  const settings = 'preset' in source ? { ...source, path, dataset, seed, maxSeconds: experiment.maxSeconds } : null;
  const run = settings && (await trainTrial(settings, { ...options, onStep: (current) => report.training(current) }));
  const start = performance.now();
  const job = new Job(({ fraction }) => report.evaluation(fraction ?? 0), signal);
  const points = await evaluateTrial({ experiment, dataset, path, run, trial }, options, job);
  const trainingSeconds = run?.seconds ?? 0;
  return {
    points,
    steps: run?.step ?? 0,
    maxSteps: run?.maxSteps ?? 0,
    trainingSeconds,
    flop: run ? countTrainingFlop(run) : 0,
    seconds: trainingSeconds + (performance.now() - start) / 1000,
  };
}

/** Share of a trial that the training is expected to take. */
const TRAINING_SHARE = 0.8;

/** Reports the progress of a trial: training, then evaluation. */
function createReport({ test }: Experiment, { condition, seed }: Trial, { counts, onProgress }: TrialOptions) {
  const trained = 'preset' in condition.source ? (test.type === 'final' ? 1 : TRAINING_SHARE) : 0;
  const report = (share: number) => onProgress?.({ condition, seed, ...counts, share });
  return {
    training: ({ step, maxSteps, seconds, maxSeconds }: Run) =>
      report(trained * Math.max(step / maxSteps, seconds / maxSeconds)),
    evaluation: (share: number) => report(trained + (1 - trained) * share),
  };
}

interface Trained {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly path: string;
  /** Null for a model that was not trained for the experiment. */
  readonly run: Run | null;
  readonly trial: Trial;
}

async function evaluateTrial(
  { experiment: { test }, dataset, path, run, trial: { condition, seed } }: Trained,
  { engineOptions, findModel }: RunOptions,
  job: Job,
): Promise<TrialResult['points']> {
  if (test.type === 'final') {
    if (!run?.accuracy) throw new MessageError('models.fit.noAnswers', { dataset: dataset.spec.id });
    return [{ x: null, exactAccuracy: run.accuracy.exactAccuracy, count: run.accuracy.count }];
  }
  const model = 'model' in condition.source ? await findModel(condition.source.model) : await readModel(path);
  return evaluatePoints({ model, dataset, test, source: condition.source, seed }, engineOptions, job);
}
