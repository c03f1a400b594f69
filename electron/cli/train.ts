/** `train`: trains a run in a new folder and saves the model in it. */
import { access, mkdir, rmdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { getPreset } from '../../models/presets/presets';
import { findLearned } from '../../models/presets/results';
import { pickSettings, type RunSettings } from '../../models/train/run-settings';
import { formatEnglish } from '../../renderer/messages/english';
import { deviceNames } from '../compute/devices/providers';
import { benchmarkRun } from '../compute/runs/benchmark';
import type { RunCostEstimate } from '../compute/runs/preflight';
import { estimateRunCost } from '../compute/runs/preflight';
import { createRun } from '../compute/runs/run-loop';
import type { RunPlan } from '../compute/runs/run-plan';
import { createPlan } from '../compute/runs/run-plan';
import type { CheckpointPolicy } from '../compute/runs/run-record';
import { defaultPolicy } from '../compute/runs/run-record';
import { Trainer } from '../compute/runs/trainer';
import type { Benchmark } from '../contract/contract';
import { formatBytes, formatInteger } from '../contract/format';
import { MAX_RUN_SECONDS } from '../contract/limits';
import type { OptimizerStateChoice } from '../contract/runs';
import type { ComputeFlags } from './args';
import { onInterrupt, stopOnInterrupt, UsageError } from './exit';
import { printNotice, printResult } from './output';
import { createEngineOptions, findStart, loadNamedDataset } from './resolve-names';
import { trainAndReport } from './run-report';

interface BenchmarkFlags extends ComputeFlags {
  readonly out: string;
  readonly policy: CheckpointPolicy;
  readonly json?: true;
}

/** `train --dry-run --benchmark`: prints a benchmark of the run. @throws UsageError when the run does not fit the disk, after the output; ConfigError when it does not fit the memory */
async function printBenchmark(plan: RunPlan, { out, policy, json, ...flags }: BenchmarkFlags): Promise<void> {
  const controller = new AbortController();
  const ignoreInterrupts = onInterrupt(() =>
    controller.abort(new Error('The benchmark was stopped. Nothing was saved.')),
  );
  try {
    printNotice('Running the benchmark …');
    const { costEstimate, benchmark, reason } = await benchmarkRun(plan, {
      sessionOptions: await createEngineOptions(flags),
      policy,
      folder: out,
      signal: controller.signal,
    });
    printResult(json, { ...costEstimate, ...benchmark }, formatBenchmark(plan, benchmark));
    if (reason !== null) throw new UsageError(formatEnglish(reason));
  } finally {
    ignoreInterrupts();
  }
}

function formatBenchmark({ config }: RunPlan, benchmark: Benchmark): string[] {
  const {
    device,
    stepMilliseconds,
    evalMilliseconds,
    steps,
    evaluations,
    seconds,
    peakBytes,
    checkpointBytes,
    diskBytes,
    freeDiskBytes,
    flop,
  } = benchmark;
  const count = formatInteger;
  const milliseconds = (number: number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;
  const end =
    steps < config.maxSteps ? `${count(steps)} of ${count(config.maxSteps)} steps` : `all ${count(steps)} steps`;
  const free = freeDiskBytes === null ? '' : ` (${formatBytes(freeDiskBytes)} free)`;
  return [
    `Device: ${deviceNames[device]}; ${milliseconds(stepMilliseconds)} per step, ${milliseconds(evalMilliseconds)} per quick evaluation`,
    `Run: ${end} in ${Math.ceil(seconds)} s, ${count(evaluations)} quick evaluations, ${(flop / 1e12).toPrecision(3)} TFLOP in total`,
    `Memory: ${formatBytes(peakBytes)} at most`,
    `Disk: ${formatBytes(checkpointBytes)} per checkpoint, ${formatBytes(diskBytes)} at most${free}`,
  ];
}

interface TrainFlags extends ComputeFlags, RunSettings {
  readonly dataset: string;
  /** Augmented copies of each task, for a file of ARC tasks. */
  readonly augment?: number;
  /** The preset of the puzzle kind by default. */
  readonly preset?: string;
  readonly seed: number;
  /** Name of the run and of its model. */
  readonly name?: string;
  /** By default 300, or none where the steps that the preset needs are known. */
  readonly maxSeconds?: number;
  readonly out: string;
  /** Settings without a flag of their own. */
  readonly set?: RunSettings;
  /** Steps between two checkpoints, instead of seconds. */
  readonly checkpointEvery?: number;
  /** Interval in steps of checkpoints that are always kept. */
  readonly keepEvery?: number;
  /** A model to fine-tune. */
  readonly from?: string;
  readonly trainable: 'all' | 'puzzle-embeddings';
  readonly optimizerState: OptimizerStateChoice;
  /** Earlier name of `trainable`; recorded commands have it. */
  readonly learn?: 'everything' | 'embeddings';
  readonly dryRun?: true;
  readonly benchmark?: true;
  /** Earlier name of `benchmark`. */
  readonly measure?: true;
  readonly json?: true;
}

export async function trainCommand(flags: TrainFlags): Promise<void> {
  const isBenchmark = flags.benchmark ?? flags.measure ?? false;
  if (isBenchmark && !flags.dryRun) throw new UsageError('--benchmark requires --dry-run');
  const plan = await createPlanFromFlags(flags);
  if (flags.dryRun && !isBenchmark)
    return printCostEstimate(await estimateRunCost(plan.config, await createEngineOptions(flags)), flags);
  if (flags.dryRun) return printBenchmark(plan, { ...flags, policy: getPolicy(flags) });
  const sessionOptions = await createEngineOptions(flags);
  await requireWritable(flags.out);
  const preparing = Trainer.prepare(plan, sessionOptions);
  const ignoreInterrupts = stopOnInterrupt(preparing);
  try {
    await trainInto(flags, await preparing);
  } finally {
    ignoreInterrupts();
  }
}

async function trainInto(flags: TrainFlags, trainer: Trainer): Promise<void> {
  const { out, name, json } = flags;
  const runId = basename(resolve(out)).slice(0, 120);
  const opened = await createRun(trainer, out, { runId, name, policy: getPolicy(flags) });
  await trainAndReport(opened, { out, model: { path: opened.folder.path, name: out }, ...(json && { json }) });
}

function getPolicy({ checkpointEvery, keepEvery }: TrainFlags): CheckpointPolicy {
  return {
    ...defaultPolicy,
    keepEvery: keepEvery ?? null,
    ...(checkpointEvery !== undefined && { everySteps: checkpointEvery, everySeconds: null }),
  };
}

function printCostEstimate(costEstimate: RunCostEstimate, { json }: TrainFlags): void {
  const { stepFlop, answerFlop, memoryBytes, availableBytes } = costEstimate;
  const giga = (flop: number) => `${(flop / 1e9).toFixed(2)} GFLOP`;
  const text = `${giga(stepFlop)} per train step, ${giga(answerFlop)} per supervision step of a batch; about ${formatBytes(memoryBytes)} of memory (${formatBytes(availableBytes)} free)`;
  printResult(json, costEstimate, [text]);
}

const DEFAULT_SECONDS = 300;

async function createPlanFromFlags({
  dataset,
  augment,
  preset: presetId,
  seed,
  maxSeconds,
  from,
  trainable: requested,
  optimizerState,
  learn,
  set = {},
  ...flags
}: TrainFlags): Promise<RunPlan> {
  const isEmbeddingsOnly = requested === 'puzzle-embeddings' || learn === 'embeddings';
  const trainable = isEmbeddingsOnly ? ('puzzleEmbeddings' as const) : ('all' as const);
  if (from === undefined && optimizerState === 'keep') throw new UsageError('--optimizer-state keep requires --from');
  const parent = { kind: 'model' as const, id: from ?? '', step: null };
  const start = from === undefined ? {} : { from: { ...(await findStart(from, optimizerState)), parent, trainable } };
  const puzzles = await loadNamedDataset(dataset, augment);
  const preset = getPreset(presetId ?? puzzles.kind.defaultPreset);
  const areStepsKnown = findLearned(preset.id, puzzles.kind.id) !== undefined;
  const plan = await createPlan({
    dataset: puzzles,
    preset,
    seed,
    maxSeconds: maxSeconds ?? (areStepsKnown ? MAX_RUN_SECONDS : DEFAULT_SECONDS),
    settings: joinSettings(set, pickSettings(flags)),
    ...start,
  });
  noteEmbeddings(plan);
  return plan;
}

/** @throws UsageError for a setting that is given twice */
function joinSettings(set: RunSettings, flags: RunSettings): RunSettings {
  const twice = Object.keys(flags).find((name) => name in set);
  if (twice !== undefined) throw new UsageError(`${twice} is given by --set and by its own option`);
  return { ...set, ...flags };
}

/** Says which puzzle embeddings of the model continue. */
function noteEmbeddings({ embeddings }: RunPlan): void {
  if (!embeddings) return;
  const { matched, count, isUnnamed } = embeddings;
  const how = isUnnamed ? 'by number, since the model does not record the names of its puzzles' : 'by name';
  const rest = matched < count ? '; the others start at the mean of all' : '';
  printNotice(`Puzzle embeddings: ${formatInteger(matched)} of ${formatInteger(count)} matched ${how}${rest}`);
}

/** Checks before computing that the folder can be created. @throws UsageError where it exists; errors of the disk */
async function requireWritable(folder: string): Promise<void> {
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    throw new UsageError(`--out: ${folder} already exists; choose a new folder`);
  await mkdir(folder);
  await rmdir(folder);
}
