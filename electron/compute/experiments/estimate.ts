/** What an experiment will cost on this machine: a benchmark of the run of each condition. */
import { tmpdir } from 'node:os';
import type { Experiment } from '../../contract/experiments';
import { Job } from '../job';
import { benchmarkRun } from '../runs/benchmark';
import { defaultPolicy } from '../runs/run-record';
import type { ExperimentContext } from './run-experiment';
import { planTrial } from './train-trial';

interface ExperimentEstimate {
  /** Training of one seed; 0 for models that exist. */
  readonly conditions: { readonly condition: string; readonly seconds: number; readonly flop: number }[];
  /** Training of all conditions and seeds, without the tests. */
  readonly seconds: number;
  readonly flop: number;
}

/** Before the first run, so that none fails after others have trained. @throws ConfigError for settings that do not fit together */
export async function requireFittingSettings(
  { conditions, seeds, maxSeconds }: Experiment,
  { engineOptions, loadDataset }: ExperimentContext,
): Promise<void> {
  for (const { source } of conditions) {
    if (!('preset' in source)) continue;
    await planTrial(
      { ...source, dataset: await loadDataset(source.dataset), seed: seeds[0]!, maxSeconds },
      engineOptions,
    );
  }
}

/** @throws ConfigError for settings that do not fit together or a run that does not fit the memory; the signal's reason */
export async function estimateExperiment(
  { conditions, seeds, maxSeconds }: Experiment,
  { engineOptions, loadDataset }: ExperimentContext,
  signal: AbortSignal = new AbortController().signal,
  job = new Job(),
): Promise<ExperimentEstimate> {
  const estimates: ExperimentEstimate['conditions'][number][] = [];
  for (const { id: condition, label, source } of conditions) {
    job.report({ fraction: estimates.length / conditions.length, message: label });
    if (!('preset' in source)) {
      estimates.push({ condition, seconds: 0, flop: 0 });
      continue;
    }
    const trial = { ...source, dataset: await loadDataset(source.dataset), seed: seeds[0]!, maxSeconds };
    const options = { sessionOptions: engineOptions, policy: defaultPolicy, folder: tmpdir(), signal };
    const { benchmark } = await benchmarkRun(await planTrial(trial, engineOptions), options);
    estimates.push({ condition, seconds: benchmark.seconds, flop: benchmark.flop });
  }
  const sum = (name: 'seconds' | 'flop') => seeds.length * estimates.reduce((total, each) => total + each[name], 0);
  return { conditions: estimates, seconds: sum('seconds'), flop: sum('flop') };
}
