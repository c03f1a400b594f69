/** The training loop: draw a batch, take a step, now and then look at held-out puzzles. */
import type { DrawSource } from '../halting';
import { drawHalting } from '../halting';
import type { TestBatch } from '../../datasets/batches';
import type { Accuracy, Answer, Examiner, Judge } from './evaluate';
import { accuracyOf } from './evaluate';
import type { Learner } from './learner';
import type { LabelledBatch } from './learner-state';
import type { MetricSums, StepOutcome } from './metrics';
import { metricSums } from './metrics';
import type { RunConfig } from './run-config';

/** One step as reported: losses per example; the rest over the examples that halted, null when none did. */
export interface StepMetrics {
  readonly step: number;
  /** Training time so far, pauses left out. */
  readonly seconds: number;
  readonly lmLoss: number;
  readonly qHaltLoss: number;
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
  readonly steps: number | null;
  readonly learningRate: number;
}

export interface Evaluation extends Accuracy {
  readonly step: number;
  readonly seconds: number;
}

export type TrainingEvent =
  | { readonly type: 'step'; readonly metrics: StepMetrics }
  | { readonly type: 'evaluated'; readonly evaluation: Evaluation; readonly answers: readonly Answer[] };

export interface TrainingOptions {
  readonly run: RunConfig;
  readonly learner: Learner;
  readonly examiner: Examiner;
  readonly batches: { next(): LabelledBatch };
  readonly halting: DrawSource;
  /** Puzzles looked at every `run.evaluateEvery` steps and, all of them, at the end. */
  readonly glance: readonly TestBatch[];
  readonly heldOut: readonly TestBatch[];
  readonly isLegal: Judge;
  readonly control: Control;
}

/** Asked between two steps: a step itself cannot be interrupted. */
export interface Control {
  /** Resolves when the next step may begin: at once, or when a pause ends. */
  turn(): Promise<void>;
  readonly isStopped: boolean;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/** The numbers have left the range of float32: nothing after this step means anything. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';

  constructor(step: number) {
    super(`the loss is no longer a finite number at step ${step}; a smaller learning rate may help`);
  }
}

/**
 * Ends after `maxSteps`, after `maxSeconds`, or when stopped; the last event is an
 * evaluation on all held-out puzzles.
 * @throws DivergedError
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  const { run, learner, batches, halting, control } = options;
  const isOver = () => control.isStopped || learner.state.updates >= run.maxSteps || control.seconds >= run.maxSeconds;
  for (await control.turn(); !isOver(); await control.turn()) {
    const { learningRate } = learner;
    const outcome = await learner.step(batches.next(), drawHalting(halting, run.batchSize, run.model));
    const metrics = stepMetrics(outcome, { ...position(options), learningRate });
    if (!Number.isFinite(metrics.lmLoss + metrics.qHaltLoss)) throw new DivergedError(metrics.step);
    yield { type: 'step', metrics };
    if (learner.state.updates % run.evaluateEvery === 0 && !isOver()) yield evaluate(options, options.glance);
  }
  yield evaluate(options, options.heldOut);
}

const position = ({ learner, control }: TrainingOptions) => ({ step: learner.state.updates, seconds: control.seconds });

function stepMetrics(outcome: StepOutcome, at: Pick<StepMetrics, 'step' | 'seconds' | 'learningRate'>): StepMetrics {
  const sums = metricSums(outcome);
  const batch = outcome.steps.length;
  const perHalted = (name: keyof MetricSums) => (sums.count > 0 ? sums[name] / sums.count : null);
  return {
    ...at,
    lmLoss: sums.lmLoss / batch, qHaltLoss: sums.qHaltLoss / batch,
    accuracy: perHalted('accuracy'), exactAccuracy: perHalted('exactAccuracy'), steps: perHalted('steps'),
  };
}

async function evaluate(options: TrainingOptions, batches: readonly TestBatch[]): Promise<TrainingEvent> {
  const answers: Answer[] = [];
  for (const batch of batches) answers.push(...(await options.examiner.answer(options.learner.answering, batch)));
  const evaluation = { ...position(options), ...accuracyOf(answers, options.isLegal) };
  return { type: 'evaluated', evaluation, answers };
}
