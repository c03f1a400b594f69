/** `train --dry-run --measure`: the cost of a run, measured in its first steps. */
import { deviceNames } from '../compute/devices/machine';
import { formatBytes } from '../contract/format';
import { benchmarkRun } from '../compute/runs/benchmark';
import type { RunPlan } from '../compute/runs/run-plan';
import type { CheckpointPolicy } from '../compute/runs/run-record';
import type { MeasuredPreflight } from '../contract/contract';
import { createSessionOptions } from './devices';
import { onInterrupt, UsageError } from './exit';

interface MeasureFlags {
  readonly out: string;
  readonly policy: CheckpointPolicy;
  readonly device?: string;
  readonly json?: true;
}

/** @throws UsageError when the run does not fit the disk, after the figures; ConfigError when it does not fit the memory */
export async function printBenchmark(plan: RunPlan, { out, policy, device, json }: MeasureFlags): Promise<void> {
  const stopping = new AbortController();
  const ignoreInterrupts = onInterrupt(() =>
    stopping.abort(new Error('the measurement was stopped; nothing of it is kept')),
  );
  try {
    process.stderr.write('making the first steps …\n');
    const { costEstimate, benchmark, problem } = await benchmarkRun(plan, {
      sessions: await createSessionOptions(device),
      policy,
      folder: out,
      signal: stopping.signal,
    });
    process.stdout.write(
      `${json ? JSON.stringify({ ...costEstimate, ...benchmark }) : formatBenchmark(plan, benchmark)}\n`,
    );
    if (problem !== null) throw new UsageError(problem);
  } finally {
    ignoreInterrupts();
  }
}

function formatBenchmark({ config }: RunPlan, measured: MeasuredPreflight): string {
  const {
    device,
    stepMilliseconds,
    lookMilliseconds,
    steps,
    looks,
    seconds,
    peakBytes,
    checkpointBytes,
    diskBytes,
    freeDiskBytes,
    flop,
  } = measured;
  const count = (number: number) => number.toLocaleString('en');
  const milliseconds = (number: number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;
  const end =
    steps < config.maxSteps ? `${count(steps)} of ${count(config.maxSteps)} steps` : `all ${count(steps)} steps`;
  const free = freeDiskBytes === null ? '' : `, ${formatBytes(freeDiskBytes)} are free`;
  return [
    `${deviceNames[device]}: a step takes ${milliseconds(stepMilliseconds)}, a look at held-out puzzles ${milliseconds(lookMilliseconds)}`,
    `in ${Math.ceil(seconds)} s it makes ${end} with ${count(looks)} looks; ${(flop / 1e12).toPrecision(3)} TFLOP in all`,
    `the process holds ${formatBytes(peakBytes)} of memory`,
    `a checkpoint takes ${formatBytes(checkpointBytes)}, the whole run at most ${formatBytes(diskBytes)} on the disk${free}`,
  ].join('\n');
}
