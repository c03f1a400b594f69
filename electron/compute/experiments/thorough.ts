/** Two sizes of the built-in experiments: the usual one, whose time was measured, and a thorough one for a night. */
import { getPreset } from '../../../models/presets/presets';
import type { RunSettings } from '../../../models/train/run-settings';
import type { Condition, Experiment, ExperimentTest } from '../../contract/experiments';
import { listSeeds } from '../../contract/own-experiment';

interface ThoroughSize {
  readonly seeds: number;
  /** Times as many training steps. */
  readonly steps: number;
  /** Times as many test puzzles, where the test says how many. */
  readonly puzzles: number;
}

interface ExperimentSize {
  /** Of the usual size on one slow core; null where it was not measured. */
  readonly minutes: number | null;
  readonly thorough: ThoroughSize;
}

const usual: ThoroughSize = { seeds: 12, steps: 2, puzzles: 4 };

const sizes: Readonly<Partial<Record<string, ExperimentSize>>> = {
  contamination: { minutes: 4, thorough: usual },
  'easy-to-hard': { minutes: 4, thorough: usual },
};

const sizeOf = (id: string): ExperimentSize => sizes[id] ?? { minutes: null, thorough: usual };

/** More seeds, steps and puzzles than the usual size. */
export function makeThorough(experiment: Experiment): Experiment {
  const { seeds, steps, puzzles } = sizeOf(experiment.id).thorough;
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

/** Minutes on one slow core; null where they were not measured. The thorough size is extrapolated from the usual one. */
export function expectMinutes(experiment: Experiment): ExpectedMinutes | null {
  const { minutes, thorough } = sizeOf(experiment.id);
  if (minutes === null) return null;
  const isTrained = experiment.conditions.some(({ source }) => 'preset' in source);
  const seeds = makeThorough(experiment).seeds.length / experiment.seeds.length;
  return { usual: minutes, thorough: minutes * seeds * (isTrained ? thorough.steps : thorough.puzzles) };
}
