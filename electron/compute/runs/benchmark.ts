/** Pre-flights the window asks for: counted at once, measured one at a time and never beside a run. */
import { ConfigError } from '../../../models/family/config';
import type { Provider } from '../../../models/runtime/providers';
import type { SessionOptions } from '../../../models/runtime/session';
import { DivergedError } from '../../../models/train/divergence';
import type { TrainingEvent } from '../../../models/train/train';
import type { Input, MeasuredPreflight, Output, RunRequest } from '../../contract/contract';
import { errorMessage } from '../../contract/format';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytesFor, freeBytes as freeOfMachine } from '../storage/disk-usage';
import { quickEvalSize, FULL_EVAL_SIZE, evalFlop } from './run-plan';
import type { Preflight, StepTimes, Writes } from './preflight';
import { bytesOnDisk, diskProblem, estimateProgress, preflight } from './preflight';
import { median } from './alerts';
import { toMetricsLines } from './metrics-log';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy } from './run-record';
import { TrainingRun } from './training-run';

interface MeasuredRun extends StepTimes {
  readonly writes: Writes;
  /** Maximum resident memory of the process. */
  readonly peakBytes: number;
  /** The device that computed: the CPU where the requested one failed. */
  readonly provider: Provider;
}

/** The first step of a session takes longer. */
const WARM_UP = 1;
const STEPS = 3;

/**
 * Makes the first steps of a run and one evaluation; nothing is kept. Yields to other work between two steps.
 * @throws ConfigError when it does not fit this machine, DivergedError, the signal's reason between two steps
 */
async function measureSteps(plan: RunPlan, sessions: SessionOptions, signal: AbortSignal): Promise<MeasuredRun> {
  const training = await TrainingRun.prepare(shortened(plan), sessions);
  try {
    return await measure(training, signal);
  } finally {
    await training.release();
  }
}

/** A plan that evaluates after the measured steps and does not end before. */
function shortened(plan: RunPlan): RunPlan {
  const evaluateEvery = WARM_UP + STEPS;
  return { ...plan, config: { ...plan.config, evaluateEvery, maxSteps: evaluateEvery + 1, maxSeconds: Infinity } };
}

async function measure(training: TrainingRun, signal: AbortSignal): Promise<MeasuredRun> {
  signal.throwIfAborted();
  const seconds: number[] = [];
  let [last, peakBytes, stepBytes] = [performance.now(), 0, 0];
  for await (const event of training.events()) {
    const took = (performance.now() - last) / 1000;
    signal.throwIfAborted();
    if (event.type === 'diverged') throw event.error;
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    if (event.type === 'evaluated') {
      const writes = {
        checkpoint: training.checkpointBytes,
        model: modelBytes(training),
        step: stepBytes,
        evaluation: bytesOf(event),
      };
      return {
        stepSeconds: median(seconds.slice(WARM_UP)),
        evalSeconds: took,
        writes,
        peakBytes,
        provider: training.provider,
      };
    }
    seconds.push(took);
    stepBytes = Math.max(stepBytes, bytesOf(event));
    last = performance.now();
  }
  throw new Error('the training ended before it was measured');
}

const bytesOf = (event: TrainingEvent): number =>
  toMetricsLines(event, String).reduce((sum, line) => sum + JSON.stringify(line).length + 1, 0);

const modelBytes = (training: TrainingRun): number =>
  Object.values(training.model(null).state).reduce((sum: number, { byteLength }: Float32Array) => sum + byteLength, 0);

interface BenchmarkOptions {
  readonly sessions: SessionOptions;
  readonly policy: CheckpointPolicy;
  /** Folder of the run; it need not exist yet. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  readonly signal: AbortSignal;
}

interface BenchmarkResult {
  readonly costEstimate: Preflight;
  readonly benchmark: MeasuredPreflight;
  /** Why the run does not fit the disk, and what would. */
  readonly problem: string | null;
}

/** Time, memory, disk space and operations of a run, from its first steps on the chosen device. @throws ConfigError when it does not fit the memory, with what would; and as `measureSteps` */
export async function benchmarkRun(plan: RunPlan, options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { sessions, policy, folder, freeBytes = freeOfMachine, signal } = options;
  const costEstimate = preflight(plan.config);
  const run = await measureSteps(plan, sessions, signal);
  const expected = estimateProgress(run, plan.config);
  const disk = { writes: run.writes, progress: expected, policy };
  const free = await freeBytesFor(folder, freeBytes);
  const benchmark: MeasuredPreflight = {
    device: run.provider,
    stepMilliseconds: 1000 * run.stepSeconds,
    lookMilliseconds: 1000 * run.evalSeconds,
    steps: expected.steps,
    looks: expected.evaluations,
    seconds: expected.seconds,
    peakBytes: run.peakBytes,
    checkpointBytes: run.writes.checkpoint,
    diskBytes: Math.ceil(bytesOnDisk(disk)),
    freeDiskBytes: free,
    flop:
      expected.steps * costEstimate.stepFlop +
      (expected.evaluations + finalEvalCount(plan)) *
        evalFlop(plan.config, costEstimate, quickEvalSize(plan.dataset.test)),
  };
  return { costEstimate, benchmark, problem: diskProblem(disk, plan.config, free) };
}

/** Cost of the final evaluation, in quick evaluations. */
const finalEvalCount = ({ dataset: { test } }: RunPlan): number =>
  Math.ceil(Math.min(FULL_EVAL_SIZE, test.length) / quickEvalSize(test));

interface PreflightsOptions {
  readonly plan: (request: RunRequest) => Promise<RunPlan>;
  readonly sessions: () => Promise<SessionOptions>;
  readonly policy: CheckpointPolicy;
  /** Of all runs. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  /** Whether a run trains or is about to. */
  readonly isBusy: () => boolean;
}

/** Where the request says nothing the steps alone end the run. */
const LONGEST_SECONDS = 7 * 24 * 3600;

export class PreflightService {
  private readonly measuring = new Set<AbortController>();
  private done: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PreflightsOptions) {}

  /** @throws UnknownIdError and others for what there is not; Error while a run trains; the signal's reason */
  async run(
    { measure = false, seed = 1, maxSeconds = LONGEST_SECONDS, ...request }: Input<'preflight'>,
    signal: AbortSignal,
  ): Promise<Output<'preflight'>> {
    try {
      const plan = await this.options.plan({ ...request, seed, maxSeconds });
      if (measure) return await this.measure(plan, signal);
      return { costEstimate: preflight(plan.config), benchmark: null, problem: null };
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof DivergedError)) throw error;
      return { costEstimate: null, benchmark: null, problem: errorMessage(error) };
    }
  }

  /** Before a run begins: resolves when nothing is measured any more. */
  async end(): Promise<void> {
    for (const controller of this.measuring) controller.abort(refusal());
    await this.done;
  }

  private async measure(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    this.measuring.add(controller);
    try {
      return await this.alone(() => this.try(plan, controller.signal));
    } finally {
      this.measuring.delete(controller);
      signal.removeEventListener('abort', cancel);
    }
  }

  private async try(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    signal.throwIfAborted();
    const { sessions, policy, folder, freeBytes, isBusy } = this.options;
    if (isBusy()) throw refusal();
    return benchmarkRun(plan, {
      sessions: await sessions(),
      policy,
      folder,
      signal,
      ...(freeBytes && { freeBytes }),
    });
  }

  /** One after the other: two at once would take each other's time. */
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.done.then(work);
    this.done = done.catch(() => undefined);
    return done;
  }
}

const refusal = () =>
  new Error('a run is training, and steps measured beside it would seem slow: ask again when it has ended');
