/**
 * `npm run bench`: milliseconds and GFLOP/s of a train step and an inference step at several sizes and in every
 * precision, compared with this machine's matrix-product peak and, if a Python with PyTorch is given, with the same step
 * in PyTorch. Medians; every ratio compares steps timed side by side.
 */
import { Command, Option } from 'commander';
import { parseSteps as repeats, parseThreads } from '../../electron/cli/args';
import { cores } from '../../electron/compute/devices/cpu';
import { configurations } from './configurations';
import { benchData } from './data';
import type { BenchRecord, Measured, Measurements } from './history';
import { compare, describeBench, readRecord, writeRecord } from './history';
import { benchLists } from './lists';
import { clocks } from './measure';
import { benchResponsiveness } from './responsiveness';
import { benchRuns } from './runs';
import { benchScaling } from './scaling';
import type { StepOptions, StepResult } from './steps';
import { benchSteps, variantNames } from './steps';
import { checkTorch } from './torch';

interface Options extends StepOptions {
  readonly only?: string;
  readonly record?: boolean;
  /** `last`, or the file name of a record. */
  readonly against?: string;
}

const columns = ['size', 'step', 'numbers', 'ms', 'GFLOP', 'GFLOP/s', 'of peak', 'session s', 'memory MB'];
const widths = [17, 10, 8, 8, 7, 8, 8, 10, 10];
const ratioWidth = 16;

const formatRow = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i] ?? ratioWidth))).join(' ');

function formatHeading(options: Options): string {
  const ratios = variantNames(options).map((name) => `× ${name}`);
  return formatRow([...columns, ...ratios, ...(options.against ? ['× record'] : [])]);
}

function formatResult(result: StepResult, earlier: BenchRecord | null): string {
  const { size, kind, precision, milliseconds, gflop, shareOfPeak, sessionSeconds, megabytes, speedups } = result;
  const ratio = earlier && compare(result, earlier);
  return formatRow([
    size,
    kind,
    precision,
    milliseconds.toFixed(1),
    gflop.toFixed(2),
    ((1000 * gflop) / milliseconds).toFixed(1),
    `${(100 * shareOfPeak).toFixed(0)} %`,
    sessionSeconds.toFixed(2),
    megabytes.toFixed(0),
    ...Object.values(speedups).map((value) => value.toFixed(2)),
    ...(earlier ? [ratio === null ? '–' : ratio!.toFixed(2)] : []),
  ]);
}

async function bench(options: Options): Promise<void> {
  if (options.only === 'data') return benchData();
  if (options.only === 'runs') return benchRuns();
  if (options.only === 'lists') return benchLists();
  if (options.only === 'responsiveness') return measure('responsiveness', options, benchResponsiveness);
  if (options.only?.startsWith('scaling')) {
    const sizes = options.only.split(',').slice(1);
    return measure('scaling', options, () => benchScaling(options.repeats, sizes));
  }
  const earlier = options.against === undefined ? null : await readRecord(options.against);
  if (options.torch) await checkTorch(options.torch);
  const description = describeBench(options);
  console.log(formatDescription(description));
  if (earlier) console.log(`compared with ${formatDescription(earlier)}; above 1 is faster, by share of peak`);
  console.log(formatHeading(options));
  const results: StepResult[] = [];
  for (const configuration of configurations.filter(
    ({ name }) => !options.only || options.only.split(',').includes(name),
  ))
    for (const kind of ['train', 'inference'] as const)
      for (const result of await benchSteps(kind, configuration, options)) {
        console.log(formatResult(result, earlier));
        results.push(result);
      }
  if (options.record) console.log(`recorded in ${await writeRecord({ ...description, results })}`);
}

async function measure(name: Measured, options: Options, run: () => Promise<Measurements>): Promise<void> {
  const description = describeBench(options);
  console.log(formatDescription(description));
  const measurements = await run();
  if (options.record) console.log(`recorded in ${await writeRecord({ ...description, measurements }, name)}`);
}

const formatDescription = ({ commit, machine, repeats: count, versions }: Omit<BenchRecord, 'results'>): string =>
  `${commit}: ${machine.cpu}, ${machine.threads} threads, load ${machine.load.toFixed(1)}, onnxruntime ${versions.onnxruntime}, median of ${count} steps`;

new Command('bench')
  .option('--repeats <number>', 'timed steps of each kind', repeats, 20)
  .option(
    '--only <sizes>',
    `some of ${configurations.map(({ name }) => name).join(', ')}, separated by commas; data: puzzles and their files; runs: their lists, curves and checkpoints; lists: 2,000 runs and 2,000,000 steps; scaling[,sizes]: engine workers; responsiveness: requests during training`,
  )
  .option('--threads <number>', 'threads of a step, and of PyTorch', parseThreads, cores)
  .addOption(new Option('--clock <clock>', 'time of the steps').choices(clocks).default('elapsed'))
  .option('--record', 'write the results to test/bench/history/')
  .option('--against <record>', 'compare with a record: "last" or its file name')
  .option('--torch <python>', 'a Python with PyTorch: how many times as fast as its eager float32 and bfloat16')
  .option('--compile', 'with --torch: also the step of torch.compile (compiling takes minutes)')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
