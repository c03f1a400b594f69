/**
 * Milliseconds and GFLOP/s of a train step and an inference step at three sizes, beside this machine's
 * own matrix-product peak measured in the same run. Medians; the peak is measured again at every size,
 * so that a busy moment shows.
 */
import { cpus } from 'node:os';
import { Command } from 'commander';
import { threads } from '../../electron/compute/device';
import { steps as repeats } from '../../electron/commands/values';
import { configurations } from './configurations';
import { measureInference, measurePeak, measureTraining, type Measured } from './measure';

const columns = ['size', 'step', 'ms', 'GFLOP', 'GFLOP/s', 'of peak', 'session s', 'memory MB'] as const;
const widths = [18, 10, 9, 8, 9, 8, 10, 10];

const row = (cells: readonly string[]): string => cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ');

function describe(size: string, step: string, { milliseconds, flop, createSeconds, megabytes }: Measured, peak: number): string {
  const rate = flop / milliseconds / 1e6;
  return row([size, step, milliseconds.toFixed(1), (flop / 1e9).toFixed(2), rate.toFixed(1), `${((100 * rate) / peak).toFixed(0)} %`, createSeconds.toFixed(2), megabytes.toFixed(0)]);
}

async function bench({ repeats: count, only }: { readonly repeats: number; readonly only?: string }): Promise<void> {
  console.log(`${cpus()[0]?.model.trim()}, ${threads} threads, median of ${count} steps; a multiply-add counts two FLOP\n${row(columns)}`);
  for (const configuration of configurations.filter(({ name }) => !only || name === only)) {
    const peak = await measurePeak(count);
    console.log(describe(configuration.name, 'train', await measureTraining(configuration, count), peak));
    console.log(describe(configuration.name, 'inference', await measureInference(configuration, count), peak));
    console.log(row(['', 'peak', '', '', peak.toFixed(1), '100 %', '', '']));
  }
}

new Command('bench')
  .option('--repeats <number>', 'timed steps of each kind', repeats, 20)
  .option('--only <size>', `one of ${configurations.map(({ name }) => name).join(', ')}`)
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
