/** A pre-flight that has tried: time, memory, disk and operations of a run from its first steps on the chosen device. */
import type { SessionOptions } from '../../../models/runtime/session';
import { freeBytes as freeOfMachine, type FreeBytes, freeBytesFor } from '../storage/free-bytes';
import type { MeasuredPreflight } from '../../contract/contract';
import { bytesOnDisk, diskProblem } from './disk-need';
import { forecast } from './forecast';
import { glanceAt, HELD_OUT, lookFlop } from './eval-schedule';
import { measureRun } from './measured-run';
import type { Preflight } from './preflight';
import { preflight } from './preflight';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy } from './run-record';

export interface MeasuringOptions {
  readonly sessions: SessionOptions;
  readonly policy: CheckpointPolicy;
  /** Where the run would lie; it need not be there yet. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  readonly signal: AbortSignal;
}

export interface Tried {
  readonly account: Preflight;
  readonly measured: MeasuredPreflight;
  /** Why the run does not fit the disk, and what would. */
  readonly problem: string | null;
}

/** @throws ConfigError when it does not fit the memory, with what would; and as `measureRun` */
export async function measuredPreflight(plan: RunPlan, options: MeasuringOptions): Promise<Tried> {
  const { sessions, policy, folder, freeBytes = freeOfMachine, signal } = options;
  const account = preflight(plan.config);
  const run = await measureRun(plan, sessions, signal);
  const expected = forecast(run, plan.config);
  const disk = { writes: run.writes, forecast: expected, policy };
  const free = await freeBytesFor(folder, freeBytes);
  const measured: MeasuredPreflight = {
    device: run.provider,
    stepMilliseconds: 1000 * run.stepSeconds,
    lookMilliseconds: 1000 * run.lookSeconds,
    ...expected,
    peakBytes: run.peakBytes,
    checkpointBytes: run.writes.checkpoint,
    diskBytes: Math.ceil(bytesOnDisk(disk)),
    freeDiskBytes: free,
    flop:
      expected.steps * account.stepFlop +
      (expected.looks + looksAtEnd(plan)) * lookFlop(plan.config, account, glanceAt(plan.dataset.test)),
  };
  return { account, measured, problem: diskProblem(disk, plan.config, free) };
}

/** The last evaluation, in looks. */
const looksAtEnd = ({ dataset: { test } }: RunPlan): number =>
  Math.ceil(Math.min(HELD_OUT, test.length) / glanceAt(test));
