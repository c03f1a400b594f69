/** Times a page with the results of 200 runs, from the click to the chart. */
import { join } from 'node:path';
import { getExperiment } from '../../../electron/compute/experiments/built-in';
import { ExperimentFolder } from '../../../electron/compute/experiments/experiment-folder';
import { listSeeds } from '../../../electron/contract/own-experiment';
import type { ExperimentRecord } from '../../../electron/contract/experiments';
import { formatEnglish } from '../../../renderer/messages/english';
import { withWindow, type BenchContext } from './bench-context';

const SEEDS = 50;

export async function benchExperiments(context: BenchContext): Promise<void> {
  const record = createResults();
  await ExperimentFolder.create(join(context.dataFolder, 'experiments', 'many-runs'), record);
  await withWindow(context, async ({ page }) => {
    await page.getByRole('button', { name: /^Experiments/u }).click();
    const list = page.getByRole('navigation', { name: 'Experiments' });
    await list.getByRole('button', { name: questionOf('think-longer') }).click();
    const start = performance.now();
    await list
      .getByRole('button', { name: questionOf('ema') })
      .first()
      .click();
    await page.getByRole('img', { name: 'Exact accuracy by condition' }).waitFor();
    console.log(`page of ${record.results.length} runs opened: ${(performance.now() - start).toFixed(0)} ms`);
  });
}

const questionOf = (id: string): string => formatEnglish(getExperiment(id).question);

function createResults(): ExperimentRecord {
  const experiment = { ...getExperiment('ema'), seeds: listSeeds(SEEDS) };
  const trials = experiment.seeds.flatMap((seed) => experiment.conditions.map((condition) => ({ condition, seed })));
  const results = trials.map(({ condition, seed }, index) => ({
    ...{ condition: condition.id, seed, failure: null, steps: 300, maxSteps: 300, trainingSeconds: 40, flop: 1e12 },
    ...{ seconds: 41, device: 'cpu', version: '0.1.0' },
    points: [{ x: null, exactAccuracy: (index % 97) / 100, count: 500 }],
  }));
  const startedAt = '2026-11-30T08:00:00.000Z';
  return { experiment, command: 'experiment run ema --seeds 50', startedAt, datasets: {}, results };
}
