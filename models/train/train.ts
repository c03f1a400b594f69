/** The training loop: draw a batch, take a step, evaluate on test puzzles at intervals. */
import type { TestBatch } from '../../datasets/batches';
import type { Difficulty } from '../../datasets/kinds/puzzle-kind';
import type { Sample } from '../../datasets/sample';
import type { Accuracy, Answer, GroupKind, LegalityCheck } from '../evaluate/accuracy';
import { AccuracyCounter } from '../evaluate/accuracy';
import type { Evaluator } from '../evaluate/evaluate';
import { DivergedError } from './divergence';
import type { HaltingDraws } from './halting';
import type { LabelledBatch, Learner } from './learner';
import type { Evaluation, StepMetrics } from './metrics';
import { stepMetrics } from './metrics';
import type { RunConfig } from './run-config';

/** What a run records. */
export type MeasuredEvent =
  | { readonly type: 'step'; readonly metrics: StepMetrics }
  | { readonly type: 'diverged'; readonly error: DivergedError }
  | { readonly type: 'evaluated'; readonly evaluation: Evaluation; readonly answers: readonly Answer[] };

export type TrainingEvent =
  | MeasuredEvent
  /** No more steps follow, only the full evaluation. */
  | { readonly type: 'trained' }
  /** Puzzles of the full evaluation so far. */
  | { readonly type: 'evaluating'; readonly done: number; readonly total: number };

/** The batch and the halting draws of a step. */
export interface StepInputs {
  readonly batch: LabelledBatch;
  readonly draws: HaltingDraws;
  /** Restores the state before the draw. */
  undo(): void;
}

export interface TrainingOptions {
  readonly run: RunConfig;
  readonly learner: Learner;
  readonly evaluator: Evaluator;
  readonly drawStep: () => StepInputs;
  /** Test puzzles that are evaluated every `run.evaluateEvery` steps. */
  readonly quickEval: readonly TestBatch[];
  /** Test puzzles that are evaluated at the end. */
  readonly fullEval: readonly TestBatch[];
  /** Difficulties of the kind, and the ratings of the puzzles of the full evaluation (negative where unknown). */
  readonly difficulty?: { readonly bands: readonly Difficulty[]; readonly ratings: readonly number[] };
  /** The group of each puzzle of the full evaluation, by its index. */
  readonly groups?: { readonly kind: GroupKind; readonly of: (index: number) => string };
  /** What the first `count` puzzles of the full evaluation are of the test set; null where they are all of it. */
  readonly describeSample?: (count: number) => Sample | null;
  /** Null for kinds without rules. */
  readonly isLegal: LegalityCheck | null;
  readonly control: TrainingControl;
  /** An evaluation is due before the first step: the run continues from a checkpoint made between a step and its evaluation. */
  readonly isEvalPending?: boolean;
}

/** Pauses between two steps; stops within a shard of a step. */
export interface TrainingControl {
  /** Resolves when the next step may begin: at once, or when a pause ends. */
  waitWhilePaused(): Promise<void>;
  /** Aborted by a stop: ends the step or quick evaluation in progress, then the training. */
  readonly stopped: AbortSignal;
  /** Aborted by a second stop: ends the full evaluation, which counts for the puzzles evaluated so far. */
  readonly evaluationSkipped: AbortSignal;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/**
 * Trains until `maxSteps`, `maxSeconds`, or a stop; the last event is the full evaluation, unless it was skipped. After a
 * `diverged` event the same step is tried again: the consumer pauses or stops the run.
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  const { run, learner, control } = options;
  const isOver = () =>
    control.stopped.aborted || learner.state.updates >= run.maxSteps || control.seconds >= run.maxSeconds;
  if (options.isEvalPending && !isOver()) yield* evaluateQuickly(options);
  for (await control.waitWhilePaused(); !isOver(); await control.waitWhilePaused()) {
    const event = await takeStep(options);
    if (!event) break;
    yield event;
    if (event.type === 'step' && learner.state.updates % run.evaluateEvery === 0 && !isOver())
      yield* evaluateQuickly(options);
  }
  yield { type: 'trained' };
  yield* evaluateFully(options);
}

/** Returns null when the run was stopped during the step. What a step without result has drawn, the next one draws again. */
async function takeStep(options: TrainingOptions): Promise<TrainingEvent | null> {
  const { learner, control } = options;
  const { learningRate } = learner;
  const { batch, draws, undo } = options.drawStep();
  try {
    const outcome = await learner.step(batch, draws, control.stopped);
    return { type: 'step', metrics: stepMetrics(outcome, { ...progress(options), learningRate }) };
  } catch (error) {
    undo();
    if (error instanceof DivergedError) return { type: 'diverged', error };
    if (control.stopped.aborted) return null;
    throw error;
  }
}

/** Steps, seconds and puzzles seen so far. */
const progress = ({ learner: { state }, control }: TrainingOptions) => ({
  step: state.updates,
  seconds: control.seconds,
  samples: state.samples,
});

/** Yields nothing when the run is stopped meanwhile. */
async function* evaluateQuickly(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  if (options.quickEval.length === 0) return;
  const answers = await answer(options, options.quickEval, options.control.stopped);
  if (!answers) return;
  const counter = new AccuracyCounter(options.isLegal, [], options.groups?.kind);
  counter.add(answers, [], options.groups?.of);
  yield summarise(options, answers, { ...counter.accuracy, isFinal: false });
}

async function* evaluateFully(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  const { fullEval, control, difficulty, groups } = options;
  const total = fullEval.reduce((sum, { count }) => sum + count, 0);
  const answers: Answer[] = [];
  // Counted after each batch: 500 answers of 30×30 cells at once would block the thread.
  const counter = new AccuracyCounter(options.isLegal, difficulty?.bands, groups?.kind);
  for (const batch of fullEval) {
    yield { type: 'evaluating', done: answers.length, total };
    const more = await answer(options, [batch], control.evaluationSkipped);
    if (!more) break;
    const first = answers.length;
    counter.add(more, difficulty?.ratings.slice(first), groups && ((index) => groups.of(first + index)));
    answers.push(...more);
  }
  if (answers.length > 0) yield summarise(options, answers, { ...counter.accuracy, isFinal: true });
}

/** Returns null when the signal was aborted meanwhile. */
async function answer(
  { learner, evaluator }: TrainingOptions,
  batches: readonly TestBatch[],
  signal: AbortSignal,
): Promise<Answer[] | null> {
  try {
    const answers: Answer[] = [];
    await learner.readFromDevice();
    for (const batch of batches)
      answers.push(...(await evaluator.evaluateBatch(learner.evalWeights, batch, { signal })));
    return answers;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function summarise(
  options: TrainingOptions,
  answers: readonly Answer[],
  result: Accuracy & { readonly isFinal: boolean },
): TrainingEvent {
  const sample = options.describeSample?.(answers.length);
  return { type: 'evaluated', evaluation: { ...progress(options), ...result, ...(sample && { sample }) }, answers };
}
