/** Checks before a run: whether it fits the memory and the disk of this machine, with estimates of steps and time. */
import { carriedStates, ConfigError, countPositions, stateWidth } from '../../../models/family/config';
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { estimateMinMemory } from '../../../models/train/cost-estimate';
import type { EngineOptions } from '../../../models/engine/engine';
import { runTask } from '../../../models/engine/engine';
import { runtimeBytes } from '../../../models/train/memory-estimate';
import type { RunConfig } from '../../../models/train/run-config';
import { checkRunConfig } from '../../../models/train/run-config';
import { isOutOfMemory, OutOfMemoryError } from '../../../models/engine/out-of-memory';
import { message, type Message } from '../../../renderer/messages/message';
import { availableMemory } from './available-memory';
import { QUICK_EVAL_SIZE } from './run-plan';
import { LAST_KEPT } from './checkpoints';
import type { CheckpointPolicy } from './run-record';

/** Cost of a run, and the memory of this machine in bytes. */
export interface RunCostEstimate extends CostEstimate {
  readonly availableBytes: number;
}

/** @throws ConfigError for incompatible settings, or when the run does not fit the memory: with the required memory and the batch that fits */
export async function estimateRunCost(
  run: RunConfig,
  options: EngineOptions = {},
  availableBytes = availableMemory(threadsToStart(options)),
): Promise<RunCostEstimate> {
  checkRunConfig(run.model, run);
  const estimate = createEstimate(options);
  const minimum = estimateMinMemory(run.model, run);
  if (minimum > availableBytes)
    throw new ConfigError('run.memoryAtLeast', {
      need: minimum,
      free: availableBytes,
      advice: await adviseOnMemory(run, availableBytes, estimate),
    });
  const costEstimate = await estimate(run);
  if (costEstimate.memoryBytes > availableBytes)
    throw new ConfigError('run.memoryAbout', {
      need: costEstimate.memoryBytes,
      free: availableBytes,
      advice: await adviseOnMemory(run, availableBytes, estimate),
    });
  return { ...costEstimate, availableBytes };
}

type Estimate = (run: RunConfig) => Promise<CostEstimate>;

const createEstimate =
  (options: EngineOptions): Estimate =>
  (training) =>
    runTask(options, 'estimateCost', {
      model: training.model,
      training,
      workers: options.engine?.workers ?? 1,
      evalBatchSize: QUICK_EVAL_SIZE,
    });

/** At most: one worker has started when it estimates the cost. */
const threadsToStart = ({ engine }: EngineOptions): number => (engine ? engine.workers - 1 : 0);

/**
 * The error of a run whose memory ran out although the estimate fitted: with the required memory, what is free now, and a
 * smaller batch that fits; other errors as they are. Call it when the sessions of the run have been released.
 */
export async function describeRunError(
  error: unknown,
  run: RunConfig,
  options: EngineOptions = {},
  availableBytes?: number,
): Promise<unknown> {
  if (!isOutOfMemory(error)) return error;
  try {
    const estimate = createEstimate(options);
    const need = (await estimate(run)).memoryBytes;
    // Meanwhile the workers have released their sessions; the threads stay and are part of the estimate.
    const free = availableBytes ?? availableMemory() + runtimeBytes(options.engine?.workers ?? 1);
    const advice = await adviseOnMemory(run, free, estimate);
    return new OutOfMemoryError('run.outOfMemory', { need, free, advice });
  } catch {
    // The estimate needs a little memory too.
    return error;
  }
}

async function adviseOnMemory(run: RunConfig, available: number, estimate: Estimate): Promise<Message> {
  const batchSize = await largestBatchInMemory(run, available, estimate);
  return batchSize > 0 ? message('run.advice.batchSize', { batchSize }) : message('run.advice.smallerModel');
}

/** Halves the batch until it fits, down to 0. The cheap lower bound is checked first. */
async function largestBatchInMemory(run: RunConfig, available: number, estimate: Estimate): Promise<number> {
  for (let batchSize = Math.floor(run.batchSize / 2); batchSize > 0; batchSize = Math.floor(batchSize / 2)) {
    const smaller = { ...run, batchSize };
    if (estimateMinMemory(run.model, smaller) > available) continue;
    if ((await estimate(smaller)).memoryBytes <= available) return batchSize;
  }
  return 0;
}

/** Durations in seconds, above 0. */
export interface StepTimes {
  readonly stepSeconds: number;
  readonly evalSeconds: number;
}

export interface ProgressEstimate {
  readonly steps: number;
  readonly evaluations: number;
  /** Training time including evaluations, at most `maxSeconds`; the final evaluation follows it. */
  readonly seconds: number;
}

type Limits = Pick<RunConfig, 'maxSteps' | 'maxSeconds' | 'evaluateEvery'>;

/** The training loop ends at the first step after which either limit is reached, without a quick evaluation. */
export function estimateProgress(
  { stepSeconds, evalSeconds }: StepTimes,
  { maxSteps, maxSeconds, evaluateEvery }: Limits,
): ProgressEstimate {
  // A round is `evaluateEvery` steps and an evaluation; time runs out within the last round.
  const roundSeconds = evaluateEvery * stepSeconds;
  const rounds = Math.floor(maxSeconds / (roundSeconds + evalSeconds));
  const rest = maxSeconds - rounds * (roundSeconds + evalSeconds);
  const steps = rounds * evaluateEvery + Math.min(evaluateEvery, Math.ceil(rest / stepSeconds));
  // An evaluation that began in time is finished.
  if (steps < maxSteps) return { steps, evaluations: rounds + +(roundSeconds < rest), seconds: maxSeconds };
  const evaluations = Math.floor((maxSteps - 1) / evaluateEvery);
  return {
    steps: maxSteps,
    evaluations,
    seconds: Math.min(maxSeconds, maxSteps * stepSeconds + evaluations * evalSeconds),
  };
}

/** Bytes that a run writes. */
export interface WriteSizes {
  readonly checkpoint: number;
  /** The model that is saved at the end. */
  readonly model: number;
  /** Lines of metrics.jsonl. */
  readonly step: number;
  readonly evaluation: number;
}

/** Number of checkpoints that are always kept: the latest ones and the best. */
const NEEDED = LAST_KEPT + 1;

export interface DiskPlan {
  readonly writes: WriteSizes;
  readonly progress: ProgressEstimate;
  readonly policy: CheckpointPolicy;
}

/** Maximum size of the run's folder and its model at any time. */
export function estimateDiskUsage({ writes, progress, policy }: DiskPlan): number {
  const { steps, evaluations } = progress;
  return (
    checkpointBytes({ writes, progress, policy }) +
    steps * writes.step +
    (evaluations + 1) * writes.evaluation +
    writes.model
  );
}

/** Includes one more checkpoint: the next is written before an older one is deleted. */
function checkpointBytes({ writes: { checkpoint }, progress, policy }: DiskPlan): number {
  const { keepEvery, budgetBytes } = policy;
  const wanted = NEEDED + (keepEvery === null ? 0 : Math.floor(progress.steps / keepEvery));
  const kept = Math.min(wanted * checkpoint, Math.max(budgetBytes, NEEDED * checkpoint));
  return Math.min(kept + checkpoint, checkpointsMade(progress, policy) * checkpoint);
}

/** Upper bound: before the first step of a fine-tuning, as the policy says, after each best evaluation, and at the end. */
function checkpointsMade(
  { steps, evaluations, seconds }: ProgressEstimate,
  { everySteps, everySeconds }: CheckpointPolicy,
): number {
  const bySteps = everySteps === null ? 0 : Math.floor(steps / everySteps);
  const bySeconds = everySeconds === null ? 0 : Math.floor(seconds / everySeconds);
  return 1 + Math.min(steps, bySteps + bySeconds + evaluations + 1);
}

/** @returns the reason why the run does not fit the disk and what would fit; null if it fits or free space is unknown */
export function checkDiskSpace(
  disk: DiskPlan,
  config: Pick<RunConfig, 'model' | 'batchSize'>,
  freeBytes: number | null,
): Message | null {
  const need = estimateDiskUsage(disk);
  if (freeBytes === null || need <= freeBytes) return null;
  return message('run.diskSpace', { need, free: freeBytes, advice: adviseOnDisk(disk, config, freeBytes) });
}

function adviseOnDisk(disk: DiskPlan, config: Pick<RunConfig, 'model' | 'batchSize'>, freeBytes: number): Message {
  const frugal = estimateDiskUsage({ ...disk, policy: { ...disk.policy, keepEvery: null } });
  if (frugal <= freeBytes) return message('run.advice.fewerCheckpoints', { size: frugal });
  const batchSize = largestBatchOnDisk(disk, config, freeBytes);
  return batchSize > 0
    ? message('run.advice.batchSize', { batchSize })
    : message('run.advice.freeSpace', { size: estimateDiskUsage(disk) - freeBytes });
}

/** Halves the batch until it fits, down to 0. A checkpoint holds the state of every example. */
function largestBatchOnDisk(
  disk: DiskPlan,
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  freeBytes: number,
): number {
  const carryValues = carriedStates(model).length * countPositions(model) * stateWidth(model);
  // Puzzle, labels, identifier, steps and minimum steps, 4 bytes each, and one byte for the halting flag.
  const exampleBytes = 4 * (carryValues + 2 * model.seqLen + 3) + 1;
  for (let batch = Math.floor(batchSize / 2); batch > 0; batch = Math.floor(batch / 2)) {
    const checkpoint = disk.writes.checkpoint - (batchSize - batch) * exampleBytes;
    if (estimateDiskUsage({ ...disk, writes: { ...disk.writes, checkpoint } }) <= freeBytes) return batch;
  }
  return 0;
}
