/** `train`: a run from the command line; its folder receives the model and the metrics. */
import { access, mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSet } from '../../datasets/formats/stored-set';
import { writeModel } from '../../models/checkpoint/model-folder';
import type { Precision } from '../../models/nn/precision';
import { preset } from '../../models/training/presets';
import type { DivergedError } from '../../models/training/diverged';
import type { Evaluation, TrainingEvent } from '../../models/training/train';
import type { MetricsLine } from '../compute/metrics-log';
import { appendLines, linesOf } from '../compute/metrics-log';
import type { Preflight } from '../compute/preflight';
import { inWords, preflight } from '../compute/preflight';
import type { RunPlan } from '../compute/run-plan';
import { configOf } from '../compute/run-plan';
import { TrainingRun } from '../compute/training-run';
import { sessionsOn } from './devices';
import { UsageError } from './errors';
import { onInterrupt } from './interruption';
import { percent, ProgressLine } from './terminal';

export interface TrainFlags {
  readonly dataset: string;
  readonly preset: string;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly out: string;
  readonly batchSize?: number;
  readonly maxSteps?: number;
  readonly learningRate?: number;
  readonly precision: Precision;
  readonly device?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export async function trainCommand(flags: TrainFlags): Promise<void> {
  const plan = await planOf(flags);
  if (flags.dryRun) return tellAccount(preflight(configOf(plan)), flags);
  const sessions = await sessionsOn(flags.device);
  await claimFolder(flags.out);
  const preparing = TrainingRun.prepare(plan, sessions);
  const ignoreInterrupts = onInterrupt(() => void preparing.then(({ control }) => control.stop(), () => undefined));
  try {
    await trainInto(flags, await preparing);
  } catch (error) {
    // Only where nothing was written: what was measured before a failure is kept.
    await rmdir(flags.out).catch(() => undefined);
    throw error;
  } finally {
    ignoreInterrupts();
  }
}

function tellAccount(account: Preflight, { json }: TrainFlags): void {
  const { stepFlop, answerFlop, memoryBytes, availableBytes } = account;
  const giga = (flop: number) => `${(flop / 1e9).toFixed(2)} GFLOP`;
  const words = `a train step takes ${giga(stepFlop)}, a supervision step of a batch ${giga(answerFlop)}; about ${inWords(memoryBytes)} of memory, ${inWords(availableBytes)} are free`;
  process.stdout.write(`${json ? JSON.stringify(account) : words}\n`);
}

async function trainInto(flags: TrainFlags, run: TrainingRun): Promise<void> {
  const report = flags.json ? new JsonReport(flags.out) : new TerminalReport(run, flags.out);
  let last: Evaluation | null = null;
  let diverged: DivergedError | null = null;
  for await (const event of run.events()) {
    const lines = linesOf(event, (index) => `${flags.dataset}/test/${index}`);
    await appendLines(join(flags.out, 'metrics.jsonl'), lines);
    if (event.type === 'diverged') {
      // There is nobody to ask: the run ends with what it had learnt before.
      diverged = event.error;
      run.control.stop();
      continue;
    }
    report.show(event, lines);
    if (event.type === 'evaluated') last = event.evaluation;
  }
  await writeModel(flags.out, run.model(last));
  if (diverged) throw new Error(`${diverged.message} (--learning-rate); what was learnt before it is saved in ${flags.out}`);
  if (last) report.finish(last);
}

async function planOf({ dataset, preset: presetId, seed, maxSeconds, batchSize, maxSteps, learningRate, precision }: TrainFlags): Promise<RunPlan> {
  const override = { ...(batchSize && { batchSize }), ...(maxSteps && { maxSteps }), ...(learningRate && { learningRate }), ...(precision !== 'float32' && { precision }) };
  return { dataset: await loadSet(dataset), preset: preset(presetId), seed, maxSeconds, override };
}

/** Made before the run, so that a place that cannot be written to is known at once. @throws UsageError when something is there already */
async function claimFolder(folder: string): Promise<void> {
  const exists = await access(folder).then(() => true, () => false);
  if (exists) throw new UsageError(`--out ${folder} exists already; name a new folder`);
  await mkdir(folder);
}

type Reported = Exclude<TrainingEvent, { type: 'diverged' }>;

class JsonReport {
  constructor(private readonly out: string) {}

  show(_event: Reported, lines: readonly MetricsLine[]): void {
    for (const line of lines) if (line.type !== 'sample') this.print(line);
  }

  finish({ step, seconds, ...metrics }: Evaluation): void {
    this.print({ type: 'finished', step, seconds, metrics, model: this.out });
  }

  private print(line: object): void {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

class TerminalReport {
  private readonly line = new ProgressLine();

  constructor(private readonly run: TrainingRun, private readonly out: string) {
    const { dataset, preset: { name } } = run.plan;
    this.line.say(`${name} on ${dataset.spec.name}: ${dataset.train.length} puzzles to learn from, ${dataset.testClasses} symmetry classes held out`);
  }

  show(event: Reported): void {
    if (event.type === 'evaluated') return this.showEvaluation(event.evaluation);
    const { maxSteps, maxSeconds, batchSize } = this.run.config;
    const { step, seconds, lmLoss } = event.metrics;
    const share = Math.max(step / maxSteps, seconds / maxSeconds);
    const pace = `${Math.round((step * batchSize) / seconds)} samples/s`;
    const left = `${Math.max(0, Math.round((seconds * (1 - share)) / share))} s left`;
    this.line.show(share, `step ${step} · loss ${lmLoss.toFixed(3)} · ${pace} · ${left}`);
  }

  private showEvaluation({ step, seconds, exactAccuracy, count }: Evaluation): void {
    this.line.say(`${seconds.toFixed(0).padStart(5)} s  step ${String(step).padStart(5)}  held-out exact ${percent(exactAccuracy)} (n ${count})`);
  }

  finish({ exactAccuracy, interval, count }: Evaluation): void {
    this.line.clear();
    process.stdout.write(`held-out exact accuracy ${percent(exactAccuracy)}, 95 % interval ${percent(interval[0])} to ${percent(interval[1])}, n ${count}\nmodel saved in ${this.out}\n`);
  }
}
