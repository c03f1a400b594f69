/** What a run is asked to do. */
import type { Dataset } from '../../datasets/catalog';
import type { Preset } from '../../models/training/presets';
import { runConfig } from '../../models/training/presets';
import type { RunConfig } from '../../models/training/run-config';

export interface RunPlan {
  readonly dataset: Dataset;
  readonly preset: Preset;
  readonly seed: number;
  readonly maxSeconds: number;
  /** In place of what the preset says. */
  readonly override?: Partial<Pick<RunConfig, 'batchSize' | 'maxSteps' | 'precision'>> & { readonly learningRate?: number };
}

/** The plan made definite. */
export function configOf({ preset, seed, maxSeconds, dataset: { kind }, override = {} }: RunPlan): RunConfig {
  const sizes = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  const config = runConfig(preset, { ...sizes, seed, maxSeconds });
  const { learningRate = config.schedule.learningRate, ...rest } = override;
  return { ...config, ...rest, schedule: { ...config.schedule, learningRate } };
}
