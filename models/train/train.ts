/** The training loop: draw a batch, take a step, now and then look at held-out puzzles. */
import type { DrawSource, HaltingDraws } from './halting';
import { drawHalting } from './halting';
import type { TestBatch } from '../../datasets/batches';
import { DivergedError } from './divergence';
import type { Answer, Scorer } from '../evaluate/accuracy';
import { measureAccuracy } from '../evaluate/accuracy';
import type { Evaluator } from '../evaluate/evaluate';
import type { Learner } from './learner';
import type { LabelledBatch } from './learner-state';
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
  readonly halting: DrawSource;
  /** Puzzles looked at every `run.evaluateEvery` steps and, all of them, at the end. */
  readonly glance: readonly TestBatch[];
  readonly heldOut: readonly TestBatch[];
  readonly isLegal: Scorer;
  readonly control: Control;
  /** A look was due before the first step: the run goes on from a checkpoint made in between. */
  readonly owesLook?: boolean;
}

/** Asked between two steps: a step itself cannot be interrupted. */
export interface Control {
  /** Resolves when the next step may begin: at once, or when a pause ends. */
  turn(): Promise<void>;
  readonly isStopped: boolean;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/**
 * Ends after `maxSteps`, after `maxSeconds`, or when stopped; the last event is an
 * evaluation on all held-out puzzles. After a `diverged` event the same step is tried again at the next turn:
 * whoever hears of it pauses or stops the run.
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingEvent> {
  const { run, learner, batches, halting, control } = options;
  const isOver = () => control.isStopped || learner.state.updates >= run.maxSteps || control.seconds >= run.maxSeconds;
  let drawn: Drawn | null = null;
  if (options.owesLook && !isOver()) yield evaluate(options, options.glance);
  for (await control.turn(); !isOver(); await control.turn()) {
    drawn ??= { batch: batches.next(), draws: drawHalting(halting, run.batchSize, run.model) };
    const event = await attempt(options, drawn);
    yield event;
    if (event.type === 'diverged') continue;
    drawn = null;
    if (learner.state.updates % run.evaluateEvery === 0 && !isOver()) yield evaluate(options, options.glance);
  }
  yield evaluate(options, options.heldOut, true);
}

/** What a step learns from. */
interface Drawn {
  readonly batch: LabelledBatch;
  readonly draws: HaltingDraws;
}

async function attempt(options: TrainingOptions, { batch, draws }: Drawn): Promise<TrainingEvent> {
  const { learner } = options;
  const { learningRate } = learner;
  try {
    const outcome = await learner.step(batch, draws);
    return { type: 'step', metrics: stepMetrics(outcome, { ...position(options), learningRate }) };
  } catch (error) {
    if (error instanceof DivergedError) return { type: 'diverged', error };
    throw error;
  }
}

const position = ({ learner, control }: TrainingOptions) => ({ step: learner.state.updates, seconds: control.seconds });

async function evaluate(
  options: TrainingOptions,
  batches: readonly TestBatch[],
  isFinal = false,
): Promise<TrainingEvent> {
  const answers: Answer[] = [];
  for (const batch of batches) answers.push(...(await options.evaluator.answer(options.learner.emaWeights, batch)));
  const evaluation = { ...position(options), ...measureAccuracy(answers, options.isLegal), isFinal };
  return { type: 'evaluated', evaluation, answers };
}
