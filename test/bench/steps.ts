/** Times train and inference steps in every precision, in turn with a matrix-product peak and optionally PyTorch. */
import type { Precision } from '../../models/runtime/execution';
import { precisions } from '../../models/runtime/execution';
import { WorkerEngine } from '../../models/engine/worker-engine';
import { countShards } from '../../models/train/shards';
import type { Configuration } from './configurations';
import { engineScript } from './engine-script';
import type { Clock, OwnSubject, StepKind } from './measure';
import { inferenceSubject, inTurn, median, peakSubject, speedup, trainSubject } from './measure';
import { TorchSubject, torchVariants } from './torch';

export interface StepOptions {
  /** Worker threads, and threads of PyTorch. */
  readonly threads: number;
  /** Timed steps of each subject. */
  readonly repeats: number;
  /** What the times are of. */
  readonly clock: Clock;
  /** A Python that can import torch. */
  readonly torch?: string;
  /** Also time the step compiled by torch.compile. */
  readonly compile?: boolean;
}

/** Medians over the repeats. Ratios compare steps timed side by side in the same process. */
export interface StepResult {
  readonly size: string;
  readonly kind: StepKind;
  readonly precision: Precision;
  readonly milliseconds: number;
  /** 10⁹ floating-point operations of one step; a multiply-add counts two. */
  readonly gflop: number;
  /** Operations per second as a share of this machine's matrix-product peak. */
  readonly shareOfPeak: number;
  readonly sessionSeconds: number;
  /** Resident memory of the process after the steps. */
  readonly megabytes: number;
  /** How many times as fast as PyTorch, by variant, e.g. `tuned float32`. */
  readonly speedups: Readonly<Record<string, number>>;
}

/** A train step as in a run, in shards by worker threads; a step without gradient in one session. */
const ownSubject = (
  kind: StepKind,
  configuration: Configuration,
  precision: Precision,
  engine: WorkerEngine,
): Promise<OwnSubject> =>
  kind === 'train'
    ? trainSubject(configuration, precision, {
        engine,
        shards: countShards(configuration.model, configuration.batchSize),
      })
    : inferenceSubject(configuration, precision, engine.workers);

/** Without a gradient, `mixed` equals `int8`. */
const timedPrecisions: Readonly<Record<StepKind, readonly Precision[]>> = {
  train: precisions,
  inference: ['float32', 'int8'],
};

export const variantNames = ({ torch, compile = false }: StepOptions): string[] =>
  (torch ? torchVariants(compile) : []).map(({ precision, mode }) =>
    mode === 'eager' ? precision : `${mode} ${precision}`,
  );

/** Returns one result per precision for a kind of step at one size. */
export async function benchSteps(
  kind: StepKind,
  configuration: Configuration,
  options: StepOptions,
): Promise<StepResult[]> {
  const engine = new WorkerEngine({ script: engineScript, workers: options.threads });
  const own: OwnSubject[] = [];
  for (const precision of timedPrecisions[kind]) own.push(await ownSubject(kind, configuration, precision, engine));
  const peak = await peakSubject(options.threads);
  const torch = await torchSubjects(kind, configuration, options);
  const all = [peak, ...own, ...torch];
  const [peakTimes, ...times] = await inTurn(all, options.repeats, options.clock);
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  for (const each of all) await each.release();
  await engine.close();
  const torchTimes = times.slice(own.length);
  return own.map(({ flop, createSeconds }, i) => ({
    size: configuration.name,
    kind,
    precision: timedPrecisions[kind][i]!,
    milliseconds: median(times[i]!),
    gflop: flop / 1e9,
    shareOfPeak: (flop / peak.flop) * speedup(times[i]!, peakTimes!),
    sessionSeconds: createSeconds,
    megabytes,
    speedups: Object.fromEntries(variantNames(options).map((name, j) => [name, speedup(times[i]!, torchTimes[j]!)])),
  }));
}

async function torchSubjects(
  kind: StepKind,
  configuration: Configuration,
  { torch, threads, compile = false }: StepOptions,
): Promise<TorchSubject[]> {
  if (!torch) return [];
  return Promise.all(
    torchVariants(compile).map((variant) => TorchSubject.create(torch, { configuration, kind, variant, threads })),
  );
}
