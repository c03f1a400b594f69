/**
 * Benchmarks the real window: start, frame rate while scrolling a million puzzles and during a run, input latency, and
 * memory after an hour of use. `npm run bench:window`.
 */
import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { Command } from 'commander';
import { launchApp } from '../../e2e/launch-app';
import { createSampleDataFolder } from '../../e2e/sample-data-folder';
import { parseSteps as count } from '../../../electron/cli/args';
import { benchClicks } from './clicks';
import { benchScrolling, benchTraining } from './frames';
import { benchExperiments } from './experiments';
import { benchLists } from './lists';
import { benchMemory } from './memory';
import { benchStart } from './start';

interface Options {
  /** Rounds of the simulated hour; each visits every view and does some work in it. */
  readonly rounds: number;
  readonly only?: string;
}

const parts = {
  start: benchStart,
  clicks: benchClicks,
  training: benchTraining,
  memory: benchMemory,
  scrolling: benchScrolling,
  lists: benchLists,
  experiments: benchExperiments,
} as const;

async function bench({ rounds, only }: Options): Promise<void> {
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, software rendering`,
  );
  for (const [name, part] of Object.entries(parts)) {
    if (only && only !== name) continue;
    const dataFolder = await createSampleDataFolder();
    try {
      await part({ dataFolder, rounds, open: () => launchApp({ dataFolder }) });
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  }
}

new Command('bench:window')
  .option('--rounds <number>', 'rounds of the simulated hour of use', count, 60)
  .option('--only <part>', `one of ${Object.keys(parts).join(', ')}`)
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
