/** The first steps of a run and a look, made for real to see what they take; nothing of it is kept. */
import type { Provider } from '../../../models/runtime/providers';
import type { SessionOptions } from '../../../models/runtime/session';
import type { TrainingEvent } from '../../../models/train/train';
import type { Writes } from './disk-need';
import type { Pace } from './forecast';
import { linesOf } from './metrics-log';
import type { RunPlan } from './run-plan';
import { TrainingRun } from './training-run';

export interface MeasuredRun extends Pace {
  readonly writes: Writes;
  /** The most memory that the process was seen to hold, with everything in it. */
  readonly peakBytes: number;
  /** What computed: the processor, where the device asked for failed. */
  readonly provider: Provider;
}

/** The first step of a session takes longer. */
const WARM_UP = 1;
const STEPS = 3;

/**
 * Blocks its thread as training does; between two steps others get their turn.
 * @throws ConfigError when it does not fit this machine, DivergedError, the signal's reason between two steps
 */
export async function measureRun(plan: RunPlan, sessions: SessionOptions, signal: AbortSignal): Promise<MeasuredRun> {
  const training = await TrainingRun.prepare(shortened(plan), sessions);
  try {
    return await measure(training, signal);
  } finally {
    await training.release();
  }
}

/** With a look after the steps that are measured, and no end before it. */
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
        look: bytesOf(event),
      };
      return {
        stepSeconds: median(seconds.slice(WARM_UP)),
        lookSeconds: took,
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
  linesOf(event, String).reduce((sum, line) => sum + JSON.stringify(line).length + 1, 0);

const modelBytes = (training: TrainingRun): number =>
  Object.values(training.model(null).state).reduce((sum: number, { byteLength }: Float32Array) => sum + byteLength, 0);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
