/** Before a run: what it takes, what this machine has, and what would fit. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { carriedStates, ConfigError, positions } from '../../../models/family/config';
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { estimateCost, minimumMemory } from '../../../models/train/cost-estimate';
import type { RunConfig } from '../../../models/train/run-config';
import { checkRun } from '../../../models/train/run-config';
import { formatBytes } from '../../contract/format';
import { LAST_KEPT } from './run-store';
import type { CheckpointPolicy } from './run-record';

export interface Preflight extends CostEstimate {
  readonly availableBytes: number;
}

/** @throws ConfigError when model and learning do not go together, or do not fit this machine: with what they would need and what fits */
export function preflight(run: RunConfig, availableBytes = availableMemory()): Preflight {
  checkRun(run.model, run);
  const least = minimumMemory(run.model, run);
  if (least > availableBytes) throw tooLarge(run, `at least ${formatBytes(least)}`, availableBytes);
  const account = estimateCost(run.model, run);
  if (account.memoryBytes > availableBytes)
    throw tooLarge(run, `about ${formatBytes(account.memoryBytes)}`, availableBytes);
  return { ...account, availableBytes };
}

function tooLarge(run: RunConfig, need: string, available: number): ConfigError {
  const batch = largestBatchInMemory(run, available);
  const fits =
    batch > 0 ? `a batch of ${batch} would fit` : 'not even a batch of 1 would fit; a smaller hiddenSize would';
  return new ConfigError(`this run needs ${need} of memory and ${formatBytes(available)} are free: ${fits}`);
}

/** By halving, down to 0; the cheap bound first, so that nothing enormous is laid out. */
function largestBatchInMemory(run: RunConfig, available: number): number {
  for (let batchSize = Math.floor(run.batchSize / 2); batchSize > 0; batchSize = Math.floor(batchSize / 2)) {
    const smaller = { ...run, batchSize };
    if (minimumMemory(run.model, smaller) <= available && estimateCost(run.model, smaller).memoryBytes <= available)
      return batchSize;
  }
  return 0;
}

/** Bytes a process may still take: what is free, what Linux would give up for it, and what its group is allowed. */
export function availableMemory(): number {
  const meminfo = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo'));
  const machine = meminfo ? Number(meminfo[1]) * 1024 : freemem();
  const allowed = Number(read('/sys/fs/cgroup/memory.max')) - Number(read('/sys/fs/cgroup/memory.current'));
  return allowed > 0 ? Math.min(machine, allowed) : machine;
}

/** Empty where there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

// Estimates of the steps, time and disk space of a run, from the cost of its steps and evaluations.

/** Seconds, above 0. */
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
export interface Writes {
  readonly checkpoint: number;
  /** The model that is saved at the end. */
  readonly model: number;
  /** Lines of metrics.jsonl. */
  readonly step: number;
  readonly evaluation: number;
}

/** Checkpoints that are always kept: the last ones and the best. */
const NEEDED = LAST_KEPT + 1;

export interface DiskPlan {
  readonly writes: Writes;
  readonly progress: ProgressEstimate;
  readonly policy: CheckpointPolicy;
}

/** Maximum size of the run's folder and its model at any time. */
export function bytesOnDisk({ writes, progress, policy }: DiskPlan): number {
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

/** Why the run does not fit the disk, and what would; null where it does, or where free space is unknown. */
export function diskProblem(
  disk: DiskPlan,
  config: Pick<RunConfig, 'model' | 'batchSize'>,
  freeBytes: number | null,
): string | null {
  const need = bytesOnDisk(disk);
  if (freeBytes === null || need <= freeBytes) return null;
  return `this run takes up to ${formatBytes(need)} on the disk and ${formatBytes(freeBytes)} are free: ${whatFits(disk, config, freeBytes)}`;
}

function whatFits(disk: DiskPlan, config: Pick<RunConfig, 'model' | 'batchSize'>, freeBytes: number): string {
  const frugal = bytesOnDisk({ ...disk, policy: { ...disk.policy, keepEvery: null } });
  if (frugal <= freeBytes) return `only the last and the best checkpoints (${formatBytes(frugal)}) would fit`;
  const batch = largestBatchOnDisk(disk, config, freeBytes);
  return batch > 0
    ? `a batch of ${batch} would fit`
    : `make room for ${formatBytes(bytesOnDisk(disk) - freeBytes)} more`;
}

/** Halves the batch until it fits, down to 0. A checkpoint holds the state of every example. */
function largestBatchOnDisk(
  disk: DiskPlan,
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  freeBytes: number,
): number {
  const carried = carriedStates(model).length * positions(model) * model.hiddenSize;
  // Its puzzle, labels, identifier and count of steps, in 4 bytes each, and one that says whether it has halted.
  const ofExample = 4 * (carried + 2 * model.seqLen + 2) + 1;
  for (let batch = Math.floor(batchSize / 2); batch > 0; batch = Math.floor(batch / 2)) {
    const checkpoint = disk.writes.checkpoint - (batchSize - batch) * ofExample;
    if (bytesOnDisk({ ...disk, writes: { ...disk.writes, checkpoint } }) <= freeBytes) return batch;
  }
  return 0;
}
