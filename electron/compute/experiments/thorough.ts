/** Two sizes of the built-in experiments: the usual one, whose time was measured, and a thorough one for a night. */
import { getPreset } from '../../../models/presets/presets';
import type { RunSettings } from '../../../models/train/run-settings';
import type { Condition, Experiment, ExperimentTest } from '../../contract/experiments';
import { listSeeds } from '../../contract/own-experiment';

/** Seeds, and how many times as many training steps and, where the test says how many, test puzzles. */
const thorough = { seeds: 12, steps: 2, puzzles: 4 } as const;

/** Of the usual size, on one core of a quiet machine: from a whole run, one with fewer steps, or the benchmark of a dry run. */
const minutesOf: Readonly<Partial<Record<string, number>>> = {
  recursion: 10,
  'outer-loop': 13,
  augmentation: 7,
  gradient: 3.5,
  ema: 7,
  sharing: 6,
  mixing: 11,
  hierarchy: 17,
  seeds: 4.5,
  confidence: 2,
  'easy-to-hard': 5,
  contamination: 8,
  mess: 4,
  'one-cell': 4,
};

/** More seeds, steps and puzzles than the usual size. */
export function makeThorough(experiment: Experiment): Experiment {
  const { seeds, steps, puzzles } = thorough;
  return {
    ...experiment,
    conditions: experiment.conditions.map((condition) => withSteps(condition, steps)),
    // Models that exist answer the same with every seed, unless the seed draws noise.
    seeds: experiment.seeds.length === 1 ? experiment.seeds : listSeeds(seeds),
    maxSeconds: experiment.maxSeconds * steps,
    test: withPuzzles(experiment.test, puzzles),
  };
}

function withSteps(condition: Condition, factor: number): Condition {
  const { source } = condition;
  if (!('preset' in source)) return condition;
  const settings: RunSettings = source.settings;
  const maxSteps = (settings.maxSteps ?? getPreset(source.preset).run.maxSteps) * factor;
  return { ...condition, source: { ...source, settings: { ...settings, maxSteps } } };
}

const withPuzzles = (test: ExperimentTest, factor: number): ExperimentTest =>
  test.type === 'final' ? test : { ...test, puzzles: test.puzzles * factor };

interface ExpectedMinutes {
  readonly usual: number;
  readonly thorough: number;
}

/** Minutes on one core; null where they were not measured. The thorough size is extrapolated from the usual one. */
export function expectMinutes(experiment: Experiment): ExpectedMinutes | null {
  const minutes = minutesOf[experiment.id];
  if (minutes === undefined) return null;
  const isTrained = experiment.conditions.some(({ source }) => 'preset' in source);
  const seeds = makeThorough(experiment).seeds.length / experiment.seeds.length;
  return { usual: minutes, thorough: minutes * seeds * (isTrained ? thorough.steps : thorough.puzzles) };
}
