/** `train`: trains a run in a new folder and saves the model in it. */
import { access, mkdir, rmdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Precision } from '../../models/nn/precision';
import { preset } from '../../models/presets/presets';
import type { Preflight } from '../compute/runs/preflight';
import { formatBytes } from '../contract/format';
import { preflight } from '../compute/runs/preflight';
import { createRun } from '../compute/runs/run-driver';
import type { RunPlan } from '../compute/runs/run-plan';
import { createPlan } from '../compute/runs/run-plan';
import type { CheckpointPolicy } from '../compute/runs/run-record';
import { defaultPolicy } from '../compute/runs/run-record';
import { TrainingRun } from '../compute/runs/training-run';
import { createSessionOptions } from './devices';
import { stopOnInterrupt, UsageError } from './exit';
import { findModel, loadNamedDataset } from './find';
import { printBenchmark } from './dry-run';
import { trainAndReport } from './run-report';

export interface TrainFlags {
  readonly dataset: string;
  /** Augmented copies of each task, for a file of ARC tasks. */
  readonly augment?: number;
  /** The preset of the puzzle kind by default. */
  readonly preset?: string;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly out: string;
  readonly batchSize?: number;
  readonly maxSteps?: number;
  readonly learningRate?: number;
  readonly precision?: Precision;
  readonly device?: string;
  /** Steps between two checkpoints, instead of seconds. */
  readonly checkpointEvery?: number;
  /** Interval in steps of checkpoints that are always kept. */
  readonly keepEvery?: number;
  /** A model to fine-tune. */
  readonly from?: string;
  readonly learn: 'everything' | 'embeddings';
  readonly dryRun?: true;
  readonly measure?: true;
  readonly json?: true;
}

export async function trainCommand(flags: TrainFlags): Promise<void> {
  if (flags.measure && !flags.dryRun) throw new UsageError('--measure goes with --dry-run');
  const plan = await planFrom(flags);
  if (flags.dryRun && !flags.measure) return printCostEstimate(preflight(plan.config), flags);
  if (flags.dryRun) return printBenchmark(plan, { ...flags, policy: getPolicy(flags) });
  const sessions = await createSessionOptions(flags.device);
  await requireWritable(flags.out);
  const preparing = TrainingRun.prepare(plan, sessions);
  const ignoreInterrupts = stopOnInterrupt(preparing);
  try {
    await trainInto(flags, await preparing);
  } finally {
    ignoreInterrupts();
  }
}

async function trainInto(flags: TrainFlags, training: TrainingRun): Promise<void> {
  const { out, json } = flags;
  const runId = basename(resolve(out)).slice(0, 120);
  const opened = await createRun(training, out, { runId, policy: getPolicy(flags) });
  await trainAndReport(opened, { out, model: { path: opened.folder.path, name: out }, ...(json && { json }) });
}

function getPolicy({ checkpointEvery, keepEvery }: TrainFlags): CheckpointPolicy {
  return {
    ...defaultPolicy,
    keepEvery: keepEvery ?? null,
    ...(checkpointEvery !== undefined && { everySteps: checkpointEvery, everySeconds: null }),
  };
}

function printCostEstimate(account: Preflight, { json }: TrainFlags): void {
  const { stepFlop, answerFlop, memoryBytes, availableBytes } = account;
  const giga = (flop: number) => `${(flop / 1e9).toFixed(2)} GFLOP`;
  const words = `a train step takes ${giga(stepFlop)}, a supervision step of a batch ${giga(answerFlop)}; about ${formatBytes(memoryBytes)} of memory, ${formatBytes(availableBytes)} are free`;
  process.stdout.write(`${json ? JSON.stringify(account) : words}\n`);
}

async function planFrom({
  dataset,
  augment,
  preset: presetId,
  seed,
  maxSeconds,
  from,
  learn,
  ...override
}: TrainFlags): Promise<RunPlan> {
  const { batchSize, maxSteps, learningRate, precision } = override;
  const learns = learn === 'embeddings' ? ('puzzle embeddings' as const) : learn;
  const start =
    from === undefined
      ? {}
      : { from: { model: await findModel(from), parent: { kind: 'model' as const, id: from, step: null }, learns } };
  const puzzles = await loadNamedDataset(dataset, augment);
  return createPlan({
    dataset: puzzles,
    preset: preset(presetId ?? puzzles.kind.defaultPreset),
    seed,
    maxSeconds,
    override: { batchSize, maxSteps, learningRate, precision },
    ...start,
  });
}

/** Checks before computing that the folder can be created. @throws UsageError where it exists; errors of the disk */
async function requireWritable(folder: string): Promise<void> {
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    throw new UsageError(`--out ${folder} exists already; name a new folder`);
  await mkdir(folder);
  await rmdir(folder);
}
