/** What the training of a run has cost so far, for its compute receipt. */
import type { Dataset } from '../../../../electron/contract/contract';
import type { TrainingCosts } from '../../../../electron/contract/receipt';
import { countTrainingFlop } from '../../../../electron/contract/run-stages';
import type { Dashboard } from './run-monitor.svelte';

/** @param batchSize puzzles of a step: an upper bound where samples were not counted */
export function trainingOfRun(
  { run, steps }: Pick<Dashboard, 'run' | 'steps'>,
  { dataset, batchSize }: { readonly dataset: Dataset | undefined; readonly batchSize: number },
): TrainingCosts {
  const samples = steps.at(-1)?.samples ?? null;
  return {
    training: {
      flop: countTrainingFlop(run),
      seconds: run.seconds,
      joules: run.joules ?? null,
      samples: samples ?? run.step * batchSize,
      areSamplesCounted: samples !== null,
      puzzles: dataset?.train.puzzles ?? 0,
    },
    startedFrom: run.parent?.kind === 'model' ? run.parent.id : null,
  };
}
