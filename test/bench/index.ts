/**
 * Milliseconds and GFLOP/s of a train step and an inference step at three sizes, beside this machine's
 * own matrix-product peak measured in the same turns and, where a Python with PyTorch is given, beside
 * the same step in PyTorch eager. Medians; every ratio is one of steps taken side by side.
 */
import { cpus } from 'node:os';
import { Command } from 'commander';
import { threads } from '../../electron/compute/device';
import { steps as repeats } from '../../electron/commands/values';
import { configurations, type Configuration } from './configurations';
import { inferenceSubject, inTurn, median, peakSubject, speedup, type StepKind, trainSubject } from './measure';
import { checkTorch, precisions, TorchSubject } from './torch';

interface Options {
  readonly repeats: number;
  readonly only?: string;
  /** A Python that can import torch. */
  readonly torch?: string;
}

const columns = ['size', 'step', 'ms', 'GFLOP', 'GFLOP/s', 'of peak', 'session s', 'memory MB'];
const widths = [18, 10, 9, 8, 9, 8, 10, 10];
const torchColumns = precisions.map((precision) => `× ${precision}`);

const row = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i] ?? 11))).join(' ');

const subjects: Readonly<Record<StepKind, typeof trainSubject>> = { train: trainSubject, inference: inferenceSubject };

/** One line: our step, the peak and PyTorch's steps, timed in turn. */
async function line(kind: StepKind, configuration: Configuration, { repeats: count, torch }: Options): Promise<string> {
  const own = await subjects[kind](configuration);
  const peak = await peakSubject();
  const rivals = torch ? await Promise.all(precisions.map((precision) => TorchSubject.create(torch, { configuration, kind, precision, threads }))) : [];
  const [times, peakTimes, ...rivalTimes] = await inTurn([own, peak, ...rivals], count);
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  for (const each of [own, peak, ...rivals]) await each.release();
  const ofPeak = (own.flop / peak.flop) * speedup(times, peakTimes);
  const { flop, createSeconds } = own;
  const milliseconds = median(times);
  return row([
    configuration.name, kind, milliseconds.toFixed(1), (flop / 1e9).toFixed(2), (flop / milliseconds / 1e6).toFixed(1),
    `${(100 * ofPeak).toFixed(0)} %`, createSeconds.toFixed(2), megabytes.toFixed(0),
    ...rivalTimes.map((rival) => speedup(times, rival).toFixed(2)),
  ]);
}

async function bench(options: Options): Promise<void> {
  const { repeats: count, only, torch } = options;
  if (torch) await checkTorch(torch);
  console.log(`${cpus()[0]?.model.trim()}, ${threads} threads, median of ${count} steps; a multiply-add counts two FLOP`);
  console.log(row([...columns, ...(torch ? torchColumns : [])]));
  for (const configuration of configurations.filter(({ name }) => !only || name === only)) {
    console.log(await line('train', configuration, options));
    console.log(await line('inference', configuration, options));
  }
}

new Command('bench')
  .option('--repeats <number>', 'timed steps of each kind', repeats, 20)
  .option('--only <size>', `one of ${configurations.map(({ name }) => name).join(', ')}`)
  .option('--torch <python>', 'a Python with PyTorch: how many times as fast as its eager float32 and bfloat16')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
