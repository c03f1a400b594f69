/**
 * Milliseconds and GFLOP/s of a train step and an inference step at three sizes and in every precision,
 * beside this machine's own matrix-product peak measured in the same turns and, where a Python with PyTorch
 * is given, beside the same step in PyTorch. Medians; every ratio is one of steps taken side by side.
 */
import { cpus } from 'node:os';
import { Command } from 'commander';
import { threads } from '../../electron/compute/devices/machine';
import { steps as repeats } from '../../electron/cli/parse-args';
import type { Precision } from '../../models/nn/precision';
import { precisions } from '../../models/nn/precision';
import { benchData } from './data';
import { configurations, type Configuration } from './configurations';
import { benchRuns } from './runs';
import type { OwnSubject, StepKind } from './measure';
import { inferenceSubject, inTurn, median, peakSubject, speedup, trainSubject } from './measure';
import { checkTorch, TorchSubject, torchWays } from './torch';

interface Options {
  readonly repeats: number;
  readonly only?: string;
  /** A Python that can import torch. */
  readonly torch?: string;
  readonly compile?: boolean;
}

const columns = ['size', 'step', 'numbers', 'ms', 'GFLOP', 'GFLOP/s', 'of peak', 'session s', 'memory MB'];
const widths = [17, 10, 8, 8, 7, 8, 8, 10, 10];
const rivalWidth = 11;

const row = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i] ?? rivalWidth))).join(' ');

const ways = ({ torch, compile = false }: Options) => (torch ? torchWays(compile) : []);

const heading = (options: Options): string =>
  row([...columns, ...ways(options).map(({ precision, compiled }) => `× ${compiled ? 'compiled ' : ''}${precision}`)]);

const subjects: Readonly<Record<StepKind, typeof trainSubject>> = { train: trainSubject, inference: inferenceSubject };

/** Without a gradient there is nothing for `mixed` to leave in float32. */
const measured: Readonly<Record<StepKind, readonly Precision[]>> = {
  train: precisions,
  inference: ['float32', 'int8'],
};

interface Timed {
  readonly own: OwnSubject;
  readonly times: readonly number[];
  readonly peak: OwnSubject;
  readonly peakTimes: readonly number[];
  readonly rivals: readonly (readonly number[])[];
  readonly megabytes: number;
}

/** The step in each precision, the peak and PyTorch's steps, timed in turn: one line for each precision. */
async function lines(kind: StepKind, configuration: Configuration, options: Options): Promise<string[]> {
  const own = [];
  for (const precision of measured[kind]) own.push(await subjects[kind](configuration, precision));
  const peak = await peakSubject();
  const { torch = '' } = options;
  const rivals = await Promise.all(
    ways(options).map((way) => TorchSubject.create(torch, { configuration, kind, way, threads })),
  );
  const all = [peak, ...own, ...rivals];
  const [peakTimes, ...rest] = await inTurn(all, options.repeats);
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  for (const each of all) await each.release();
  return own.map((subject, i) => {
    const timed = {
      own: subject,
      times: rest[i]!,
      peak,
      peakTimes: peakTimes!,
      rivals: rest.slice(own.length),
      megabytes,
    };
    return row([configuration.name, kind, measured[kind][i]!, ...figures(timed)]);
  });
}

function figures({ own: { flop, createSeconds }, times, peak, peakTimes, rivals, megabytes }: Timed): string[] {
  const milliseconds = median(times);
  const ofPeak = (flop / peak.flop) * speedup(times, peakTimes);
  return [
    milliseconds.toFixed(1),
    (flop / 1e9).toFixed(2),
    (flop / milliseconds / 1e6).toFixed(1),
    `${(100 * ofPeak).toFixed(0)} %`,
    createSeconds.toFixed(2),
    megabytes.toFixed(0),
    ...rivals.map((rival) => speedup(times, rival).toFixed(2)),
  ];
}

async function bench(options: Options): Promise<void> {
  if (options.only === 'data') return benchData();
  if (options.only === 'runs') return benchRuns();
  const { repeats: count, only, torch } = options;
  if (torch) await checkTorch(torch);
  console.log(
    `${cpus()[0]?.model.trim()}, ${threads} threads, median of ${count} steps; a multiply-add counts two FLOP`,
  );
  console.log(heading(options));
  for (const configuration of configurations.filter(({ name }) => !only || name === only))
    for (const kind of ['train', 'inference'] as const)
      for (const line of await lines(kind, configuration, options)) console.log(line);
}

new Command('bench')
  .option('--repeats <number>', 'timed steps of each kind', repeats, 20)
  .option(
    '--only <size>',
    `one of ${configurations.map(({ name }) => name).join(', ')}; data: puzzles and their files; runs: their lists, curves and checkpoints`,
  )
  .option('--torch <python>', 'a Python with PyTorch: how many times as fast as its eager float32 and bfloat16')
  .option('--compile', 'with --torch: as torch.compile makes it, too (compiling takes minutes)')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
