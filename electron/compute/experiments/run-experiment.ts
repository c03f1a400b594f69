/** Runs an experiment: trains and tests every condition with every seed, and records each result when it is there. */
import { version } from '../../../package.json';
import type { Dataset } from '../../../datasets/catalog';
import { readModel, type StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { MessageError } from '../../../renderer/messages/message';
import type { Condition, Experiment, ExperimentRecord, TrialResult } from '../../contract/experiments';
import type { Run } from '../../contract/runs';
import { countTrainingFlop } from '../../contract/run-stages';
import { hashDataset } from '../datasets/dataset-hash';
import { Job } from '../job';
import { ExperimentFolder } from './experiment-folder';
import { testModel } from './test-model';
import { trainTrial } from './train-trial';

/** What an experiment needs of its surroundings. */
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
  /** Leaves the experiment to continue later; the results so far are recorded. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TrialProgress) => void;
  readonly onResult?: (result: TrialResult) => void;
}

/** A new experiment without results. @throws as `loadDataset` */
export async function createRecord(
  experiment: Experiment,
  { engineOptions, loadDataset }: ExperimentContext,
): Promise<ExperimentRecord> {
  const ids = [...new Set(experiment.conditions.map(({ source }) => source.dataset))];
  const datasets: Record<string, string> = {};
  for (const id of ids) datasets[id] = hashDataset(await loadDataset(id));
  const device = engineOptions.provider ?? 'cpu';
  return { experiment, version, device, startedAt: new Date().toISOString(), datasets, results: [] };
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
  const unlock = await folder.lock();
  try {
    let record = await folder.read();
    const trials = listTrials(record.experiment);
    for (const trial of trials.filter((each) => !hasResult(record, each))) {
      const counts = { done: record.results.length, total: trials.length };
      const result = await runTrial(folder, record, trial, { ...options, counts });
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

async function runTrial(
  folder: ExperimentFolder,
  { experiment, datasets }: ExperimentRecord,
  trial: Trial,
  options: RunOptions & { readonly counts: Pick<TrialProgress, 'done' | 'total'> },
): Promise<TrialResult> {
  const { signal, onProgress, counts } = options;
  signal.throwIfAborted();
  const { condition, seed } = trial;
  const { source } = condition;
  const start = performance.now();
  const dataset = await options.loadDataset(source.dataset);
  if (hashDataset(dataset) !== datasets[source.dataset])
    throw new MessageError('experiments.otherData', { dataset: source.dataset });
  // The test takes the rest of the trial.
  const trained = 'preset' in source ? (experiment.test.type === 'final' ? 1 : 0.8) : 0;
  const report = (share: number) => onProgress?.({ condition, seed, ...counts, share });
  const path = folder.runPath(condition.id, seed);
  const run =
    'preset' in source
      ? await trainTrial(
          { ...source, path, dataset, seed, maxSeconds: experiment.maxSeconds },
          { ...options, onStep: (current) => report(trained * shareOf(current)) },
        )
      : null;
  const job = new Job(({ fraction }) => report(trained + (1 - trained) * (fraction ?? 0)), signal);
  const points = await measure({ experiment, dataset, path, run, trial }, options, job);
  return {
    condition: condition.id,
    seed,
    points,
    steps: run?.step ?? 0,
    trainingSeconds: run?.seconds ?? 0,
    flop: run ? countTrainingFlop(run) : 0,
    seconds: (performance.now() - start) / 1000,
  };
}

const shareOf = ({ step, maxSteps, seconds, maxSeconds }: Run): number =>
  Math.max(step / maxSteps, seconds / maxSeconds);

interface Trained {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly path: string;
  /** Null for a model that was not trained for the experiment. */
  readonly run: Run | null;
  readonly trial: Trial;
}

async function measure(
  { experiment: { test }, dataset, path, run, trial: { condition, seed } }: Trained,
  { engineOptions, findModel }: RunOptions,
  job: Job,
): Promise<TrialResult['points']> {
  if (test.type === 'final') {
    if (!run?.accuracy) throw new MessageError('models.fit.noAnswers', { dataset: dataset.spec.id });
    return [{ x: null, exactAccuracy: run.accuracy.exactAccuracy, count: run.accuracy.count }];
  }
  const model = 'model' in condition.source ? await findModel(condition.source.model) : await readModel(path);
  return testModel({ model, dataset, test, seed }, engineOptions, job);
}
