/** How far a run gets and when it ends, from what its steps and looks take. */
import { carriedStates, positions } from '../../../models/family/config';
import type { RunConfig } from '../../../models/train/run-config';
import { formatBytes } from '../../contract/format';
import { LAST_KEPT } from './run-folder';
import type { CheckpointPolicy } from './run-record';

/** Seconds, above 0. */
export interface StepTimes {
  readonly stepSeconds: number;
  readonly lookSeconds: number;
}

export interface ProgressEstimate {
  readonly steps: number;
  readonly looks: number;
  /** Of training, looks included, at most what the run was given; the last evaluation comes after. */
  readonly seconds: number;
}

type Limits = Pick<RunConfig, 'maxSteps' | 'maxSeconds' | 'evaluateEvery'>;

/** As the training loop ends: at the first step after which either limit is reached; no look is taken then. */
export function estimateProgress(
  { stepSeconds, lookSeconds }: StepTimes,
  { maxSteps, maxSeconds, evaluateEvery }: Limits,
): ProgressEstimate {
  // Steps and the look after them come again and again until the time is over in the middle.
  const betweenLooks = evaluateEvery * stepSeconds;
  const rounds = Math.floor(maxSeconds / (betweenLooks + lookSeconds));
  const rest = maxSeconds - rounds * (betweenLooks + lookSeconds);
  const steps = rounds * evaluateEvery + Math.min(evaluateEvery, Math.ceil(rest / stepSeconds));
  // One that had begun before the time was over is finished.
  if (steps < maxSteps) return { steps, looks: rounds + +(betweenLooks < rest), seconds: maxSeconds };
  const looks = Math.floor((maxSteps - 1) / evaluateEvery);
  return { steps: maxSteps, looks, seconds: Math.min(maxSeconds, maxSteps * stepSeconds + looks * lookSeconds) };
}

// What a run writes, what of it is there at once, and whether the disk has room for that.

/** Bytes of each. */
export interface Writes {
  readonly checkpoint: number;
  /** The model that is saved at the end. */
  readonly model: number;
  /** Lines of metrics.jsonl. */
  readonly step: number;
  readonly look: number;
}

/** The last ones and the best, whatever they take. */
const NEEDED = LAST_KEPT + 1;

export interface DiskPlan {
  readonly writes: Writes;
  readonly estimateProgress: ProgressEstimate;
  readonly policy: CheckpointPolicy;
}

/** The most that the run's folder and its model take at any time. */
export function bytesOnDisk({ writes, estimateProgress, policy }: DiskPlan): number {
  const { steps, looks } = estimateProgress;
  return (
    checkpointBytes({ writes, estimateProgress, policy }) +
    steps * writes.step +
    (looks + 1) * writes.look +
    writes.model
  );
}

/** The next one is written before an older one goes. */
function checkpointBytes({ writes: { checkpoint }, estimateProgress, policy }: DiskPlan): number {
  const { keepEvery, budgetBytes } = policy;
  const wanted = NEEDED + (keepEvery === null ? 0 : Math.floor(estimateProgress.steps / keepEvery));
  const kept = Math.min(wanted * checkpoint, Math.max(budgetBytes, NEEDED * checkpoint));
  return Math.min(kept + checkpoint, checkpointsMade(estimateProgress, policy) * checkpoint);
}

/** At most: before the first step, where a model is taught further; at the times of the policy; after looks that are the best so far; and at the end. */
function checkpointsMade(
  { steps, looks, seconds }: ProgressEstimate,
  { everySteps, everySeconds }: CheckpointPolicy,
): number {
  const bySteps = everySteps === null ? 0 : Math.floor(steps / everySteps);
  const bySeconds = everySeconds === null ? 0 : Math.floor(seconds / everySeconds);
  return 1 + Math.min(steps, bySteps + bySeconds + looks + 1);
}

/** Why the run does not fit the disk, and what would; null where it does, or where nobody knows what is free. */
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
  const batch = largestBatch(disk, config, freeBytes);
  return batch > 0
    ? `a batch of ${batch} would fit`
    : `make room for ${formatBytes(bytesOnDisk(disk) - freeBytes)} more`;
}

/** By halving, down to 0. A checkpoint holds the state of every example. */
function largestBatch(
  disk: DiskPlan,
  { model, batchSize: whole }: Pick<RunConfig, 'model' | 'batchSize'>,
  freeBytes: number,
): number {
  const carried = carriedStates(model).length * positions(model) * model.hiddenSize;
  // Its puzzle, labels, identifier and count of steps, in 4 bytes each, and one that says whether it has halted.
  const ofExample = 4 * (carried + 2 * model.seqLen + 2) + 1;
  for (let batch = Math.floor(whole / 2); batch > 0; batch = Math.floor(batch / 2)) {
    const checkpoint = disk.writes.checkpoint - (whole - batch) * ofExample;
    if (bytesOnDisk({ ...disk, writes: { ...disk.writes, checkpoint } }) <= freeBytes) return batch;
  }
  return 0;
}
