/** The training loop: draw a batch, take a step, evaluate on test puzzles at intervals. */
import type { TestBatch } from '../../datasets/batches';
import type { Answer, LegalityCheck } from '../evaluate/accuracy';
import { computeAccuracy } from '../evaluate/accuracy';
import type { Evaluator } from '../evaluate/evaluate';
import { DivergedError } from './divergence';
import type { HaltingDraws, RandomSource } from './halting';
import { drawHalting } from './halting';
import type { LabelledBatch, Learner } from './learner';
import type { Evaluation, StepMetrics } from './metrics';
import { stepMetrics } from './metrics';
import type { RunConfig } from './run-config';

export type TrainingEvent =
  | { readonly type: 'step'; readonly metrics: StepMetrics }
  | { readonly type: 'diverged'; readonly error: DivergedError }
  | { readonly type: 'evaluated'; readonly evaluation: Evaluation; readonly answers: readonly Answer[] };

export interface TrainingOptions {
  readonly run: RunConfig;
  readonly learner: Learner;
  readonly evaluator: Evaluator;
  readonly batches: { next(): LabelledBatch };
  readonly halting: RandomSource;
  /** Test puzzles that are evaluated every `run.evaluateEvery` steps. */
  readonly quickEval: readonly TestBatch[];
  /** Test puzzles that are evaluated at the end. */
  readonly fullEval: readonly TestBatch[];
  readonly isLegal: LegalityCheck;
  readonly control: TrainingControl;
  /** An evaluation is due before the first step: the run continues from a checkpoint made between a step and its evaluation. */
  readonly isEvalPending?: boolean;
}

/** Consulted between two steps: a step itself cannot be interrupted. */
export interface TrainingControl {
  /** Resolves when the next step may begin: at once, or when a pause ends. */
  waitWhilePaused(): Promise<void>;
  readonly isStopped: boolean;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/**
 * Trains until `maxSteps`, `maxSeconds`, or a stop; the last event is the full evaluation. After a
 * `diverged` event the same step is tried again: the consumer pauses or stops the run.
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  const { run, learner, batches, halting, control } = options;
  const isOver = () => control.isStopped || learner.state.updates >= run.maxSteps || control.seconds >= run.maxSeconds;
  let drawn: StepInputs | null = null;
  if (options.isEvalPending && !isOver()) yield evaluate(options, options.quickEval);
  for (await control.waitWhilePaused(); !isOver(); await control.waitWhilePaused()) {
    drawn ??= { batch: batches.next(), draws: drawHalting(halting, run.batchSize, run.model) };
    const event = await takeStep(options, drawn);
    yield event;
    if (event.type === 'diverged') continue;
    drawn = null;
    if (learner.state.updates % run.evaluateEvery === 0 && !isOver()) yield evaluate(options, options.quickEval);
  }
  yield evaluate(options, options.fullEval, true);
}

/** The batch and the halting draws of a step, kept for a retry. */
interface StepInputs {
  readonly batch: LabelledBatch;
  readonly draws: HaltingDraws;
}

async function takeStep(options: TrainingOptions, { batch, draws }: StepInputs): Promise<TrainingEvent> {
  const { learner } = options;
  const { learningRate } = learner;
  try {
    const outcome = await learner.step(batch, draws);
    return { type: 'step', metrics: stepMetrics(outcome, { ...progress(options), learningRate }) };
  } catch (error) {
    if (error instanceof DivergedError) return { type: 'diverged', error };
    throw error;
  }
}

/** Steps and seconds so far. */
const progress = ({ learner, control }: TrainingOptions) => ({ step: learner.state.updates, seconds: control.seconds });

async function evaluate(
  options: TrainingOptions,
  batches: readonly TestBatch[],
  isFinal = false,
): Promise<TrainingEvent> {
  const answers: Answer[] = [];
  for (const batch of batches)
    answers.push(...(await options.evaluator.evaluateBatch(options.learner.evalWeights, batch)));
  const evaluation = { ...progress(options), ...computeAccuracy(answers, options.isLegal), isFinal };
  return { type: 'evaluated', evaluation, answers };
}
