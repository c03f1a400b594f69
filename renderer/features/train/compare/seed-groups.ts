/** Compared runs that differ only in the seed, and their mean. */
import { meanOverSeeds, type SeedMean } from '../../../../electron/contract/experiment-statistics';
import { formatInterval } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';
import type { ComparedRun } from './comparison.svelte';

type SeededRun = Pick<ComparedRun, 'dashboard' | 'setup'>;

export interface SeedGroup<Compared extends SeededRun = ComparedRun> {
  /** At least two, of different seeds. */
  readonly runs: readonly Compared[];
  /** Of their evaluations at the end. */
  readonly mean: SeedMean;
}

/** Groups of at least two finished runs with equal settings, start and puzzles, in the order of their first runs. */
export function groupSeeds<Compared extends SeededRun>(runs: readonly Compared[]): SeedGroup<Compared>[] {
  const finished = runs.filter(isFinished).map((run) => ({ run, recipe: describeRecipe(run) }));
  return [...new Set(finished.map(({ recipe }) => recipe))].flatMap((recipe) => {
    const group = withoutCopies(finished.filter((other) => other.recipe === recipe).map(({ run }) => run));
    if (group.length < 2) return [];
    return [{ runs: group, mean: meanOverSeeds(group.flatMap(({ dashboard: { run } }) => run.accuracy ?? [])) }];
  });
}

const isFinished = ({ dashboard: { run } }: SeededRun): boolean => run.state === 'finished' && run.accuracy !== null;

/** Everything but the seed, with the number of test puzzles. */
function describeRecipe({ dashboard: { run }, setup: { preset, config } }: SeededRun): string {
  const { parent, datasetHash, accuracy } = run;
  return JSON.stringify([preset.id, { ...config, seed: null }, parent, datasetHash, accuracy?.count]);
}

/** A copy of a run is no second measurement. */
const withoutCopies = <Compared extends SeededRun>(runs: readonly Compared[]): Compared[] =>
  runs.filter(({ setup }, index) => runs.findIndex((other) => other.setup.config.seed === setup.config.seed) === index);

/** `83.2 %` and `70.1–91.0 %, n = 500`. */
export const formatSeedMean = ({
  mean,
  interval,
  count,
}: SeedMean): { readonly value: string; readonly detail: string } => ({
  value: t('common.percent', { share: mean }),
  detail: t('train.runs.interval', { interval: formatInterval(interval), count }),
});
