/** Benchmarks a run: measures its first steps and one evaluation, and extrapolates them to the whole run. */
import type { Provider } from '../../../models/runtime/execution';
import type { EngineOptions } from '../../../models/engine/engine';
import { runTask } from '../../../models/engine/engine';
import type { RunConfig } from '../../../models/train/run-config';
import type { MeasuredEvent } from '../../../models/train/train';
import type { Message } from '../../../renderer/messages/message';
import type { Benchmark } from '../../contract/contract';
import { countTrainingFlop } from '../../contract/run-stages';
import { median } from '../../contract/statistics';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytesFor, freeBytes as freeOfMachine } from '../storage/disk-usage';
import { getFullEvalSize, getQuickEvalSize, countEvalFlop } from './run-plan';
import type { RunCostEstimate, StepTimes, WriteSizes } from './preflight';
import { estimateDiskUsage, checkDiskSpace, estimateProgress, estimateRunCost } from './preflight';
import { toMetricsLines } from './metrics/metrics-log';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy } from './run-record';
import { Trainer } from './trainer';

interface MeasuredRun extends StepTimes {
  readonly writes: WriteSizes;
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
  /** The device that computed: the CPU where the requested one failed. */
  readonly provider: Provider;
}

/** Steps that are not measured: the first step of a session takes longer. */
const WARM_UP = 1;
const STEPS = 3;

/**
 * Measures the first steps of a run and one evaluation, and saves nothing. Yields to other work between two steps.
 * @throws ConfigError when the run does not fit the memory, OutOfMemoryError when it ran out; DivergedError; the signal's reason, between two steps
 */
async function measureSteps(plan: RunPlan, sessionOptions: EngineOptions, signal: AbortSignal): Promise<MeasuredRun> {
  const trainer = await Trainer.prepare(shorten(plan), sessionOptions);
  try {
    return await measure(trainer, signal);
  } catch (error) {
    throw await trainer.describeError(error);
  } finally {
    await trainer.release();
  }
}

/** A plan that evaluates after the measured steps, which have the whole recursion, and does not end before. */
function shorten(plan: RunPlan): RunPlan {
  const evaluateEvery = WARM_UP + STEPS;
  const limits = { evaluateEvery, maxSteps: evaluateEvery + 1, maxSeconds: Infinity };
  return { ...plan, config: { ...plan.config, ...limits, curriculum: [] } };
}

/** Operations of the steps of a run, in its stages. */
async function countFlops({ config }: RunPlan, options: EngineOptions): Promise<(step: number) => number> {
  const { model, curriculum = [] } = config;
  const countStep = async (recursion: Pick<RunConfig['model'], 'hCycles' | 'lCycles'>) => {
    const { hCycles, lCycles } = recursion;
    const input = { model: { ...model, hCycles, lCycles }, training: config };
    return (await runTask(options, 'countOperations', input)).stepFlop;
  };
  const stepFlop = await countStep(model);
  const stages = await Promise.all(curriculum.map(async (stage) => ({ ...stage, stepFlop: await countStep(stage) })));
  return (step) => countTrainingFlop({ step, stepFlop, stages });
}

async function measure(trainer: Trainer, signal: AbortSignal): Promise<MeasuredRun> {
  signal.throwIfAborted();
  const seconds: number[] = [];
  let [last, peakBytes, stepBytes] = [performance.now(), 0, 0];
  for await (const event of trainer.events()) {
    const elapsed = (performance.now() - last) / 1000;
    signal.throwIfAborted();
    if (event.type === 'diverged') throw event.error;
    // They follow the measured evaluation.
    if (event.type === 'trained' || event.type === 'evaluating') break;
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    if (event.type === 'evaluated') {
      return {
        stepSeconds: median(seconds.slice(WARM_UP)),
        evalSeconds: elapsed,
        writes: measureWrites(trainer, stepBytes, lineBytes(event)),
        peakBytes,
        provider: trainer.provider,
      };
    }
    seconds.push(elapsed);
    stepBytes = Math.max(stepBytes, lineBytes(event));
    last = performance.now();
  }
  throw new Error('training ended before the evaluation');
}

const measureWrites = (trainer: Trainer, step: number, evaluation: number): WriteSizes => ({
  checkpoint: trainer.checkpointBytes,
  model: trainer.modelBytes,
  step,
  evaluation,
});

const lineBytes = (event: MeasuredEvent): number =>
  toMetricsLines(event, String).reduce((sum, line) => sum + JSON.stringify(line).length + 1, 0);

interface BenchmarkOptions {
  readonly sessionOptions: EngineOptions;
  readonly policy: CheckpointPolicy;
  /** Folder of the run; it need not exist yet. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  readonly signal: AbortSignal;
}

interface BenchmarkResult {
  readonly costEstimate: RunCostEstimate;
  readonly benchmark: Benchmark;
  /** Why the run does not fit the disk, and what would fit; null if it fits. */
  readonly reason: Message | null;
}

/** Time, memory, disk space and operations of a run, from its first steps on the chosen device. @throws ConfigError when it does not fit the memory; as `measureSteps` */
export async function benchmarkRun(plan: RunPlan, options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { sessionOptions, policy, folder, freeBytes = freeOfMachine, signal } = options;
  const costEstimate = await estimateRunCost(plan.config, sessionOptions);
  const run = await measureSteps(plan, sessionOptions, signal);
  const trainingFlop = await countFlops(plan, sessionOptions);
  const { maxSteps } = plan.config;
  // The mean of all stages.
  const share = trainingFlop(maxSteps) / (maxSteps * costEstimate.stepFlop);
  const expected = estimateProgress({ ...run, stepSeconds: share * run.stepSeconds }, plan.config);
  const disk = { writes: run.writes, progress: expected, policy };
  const free = await freeBytesFor(folder, freeBytes);
  const benchmark: Benchmark = {
    device: run.provider,
    stepMilliseconds: 1000 * run.stepSeconds,
    evalMilliseconds: 1000 * run.evalSeconds,
    steps: expected.steps,
    evaluations: expected.evaluations,
    seconds: expected.seconds,
    peakBytes: run.peakBytes,
    checkpointBytes: run.writes.checkpoint,
    diskBytes: Math.ceil(estimateDiskUsage(disk)),
    freeDiskBytes: free,
    flop:
      trainingFlop(expected.steps) +
      (expected.evaluations + finalEvalCount(plan)) * countEvalFlop(plan.config, costEstimate, getQuickEvalSize(plan)),
  };
  return { costEstimate, benchmark, reason: checkDiskSpace(disk, plan.config, free) };
}

/** Cost of the final evaluation, as a number of quick evaluations. */
const finalEvalCount = (plan: RunPlan): number => Math.ceil(getFullEvalSize(plan) / getQuickEvalSize(plan));
