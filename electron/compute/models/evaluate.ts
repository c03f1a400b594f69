/** Evaluates a model on puzzles in batches. */
import { testBatches } from '../../../datasets/batches';
import { parseAugmentedName } from '../../../datasets/kinds/arc/augment';
import { readRating } from '../../../datasets/kinds/facets';
import type { PuzzleKind, RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { Answer, GroupKind, LegalityCheck } from '../../../models/evaluate/accuracy';
import { AccuracyCounter, isScored } from '../../../models/evaluate/accuracy';
import { CalibrationCounter } from '../../../models/evaluate/calibration';
import { Evaluator, type BatchOptions } from '../../../models/evaluate/evaluate';
import {
  evaluateAttempts,
  evaluateStates,
  StepCounter,
  type JudgedPuzzle,
  type ModelEvaluation,
} from '../../../models/evaluate/evaluation';
import { singleAttempt, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { isOutOfMemory, OutOfMemoryError } from '../../../models/engine/out-of-memory';
import { forCells, type ModelConfig } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import type { EvalOptions } from '../../../models/train/forward';
import { estimateEvalMemory, runtimeBytes } from '../../../models/train/memory-estimate';
import { message, MessageError } from '../../../renderer/messages/message';
import { Job } from '../job';
import { availableMemory } from '../runs/available-memory';
import { fitPlan, requireFit, requireRules } from './model-fit';

/** A puzzle, with its rating where it is known and its identifier in datasets that have identifiers. */
export type EvaluatedPuzzle = RatedPuzzle & { readonly identifier?: number };

export interface EvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state' | 'identifiers'>;
  readonly kind: PuzzleKind;
  readonly puzzles: Iterable<EvaluatedPuzzle> | AsyncIterable<EvaluatedPuzzle>;
  /** Number of puzzles; null if unknown before reading. */
  readonly total: number | null;
  /** Name of the dataset. */
  readonly dataset: string;
  /** Names of its puzzles by identifier, where it has any. */
  readonly names?: readonly string[] | undefined;
  /** Copies of each puzzle and the choice of one; a single solve by default. */
  readonly rollouts?: RolloutSettings | undefined;
  /** States of the model that each give an attempt instead of copies, see `attemptPerState`; `model.state` alone by default. */
  readonly states?: readonly ModelState[] | undefined;
  /** Whether an evaluation that is cancelled returns the accuracy on the puzzles answered so far, if there are any. */
  readonly keepsPartial?: boolean | undefined;
  /** Called with the answers, in the order of the puzzles. */
  readonly onAnswers?: (answers: readonly Answer[]) => void;
}

/** Rows of a batch: puzzles, or their copies. */
const BATCH = 128;

/**
 * Answers every puzzle with all supervision steps. Puzzles without a known answer are not counted.
 * @throws ConfigError when the model reads other grids or does not know a puzzle's identifier; MessageError when there are no puzzles, no answer is known, or the kind has no rules to pick by; OutOfMemoryError; the signal's reason, within a supervision step of a shard
 */
export async function evaluateModel(
  plan: EvaluationPlan,
  options: EvalOptions,
  job = new Job(),
): Promise<ModelEvaluation> {
  const evaluation = await answerAll(plan, options, job);
  if (evaluation.count === 0) throw new MessageError('models.fit.noAnswers', { dataset: plan.dataset });
  return evaluation;
}

/** As `evaluateModel`; counts no puzzle where no answer is known. */
export async function answerAll(given: EvaluationPlan, options: EvalOptions, job: Job): Promise<ModelEvaluation> {
  const { plan, requireRows } = fitPlan(given);
  const { kind, total, rollouts = singleAttempt } = plan;
  requireFit(plan);
  requireRules(kind, rollouts);
  const groups = groupsOf(plan);
  const counter = new AccuracyCounter(
    kind.hasRules ? legalityOf(kind) : null,
    kind.generator?.difficulties,
    groups.kind,
  );
  const calibration = rollouts.pick === 'rules' ? null : new CalibrationCounter();
  const steps = new StepCounter(plan.model.config.haltMaxSteps, rollouts);
  const copies = plan.states ? 1 : rollouts.count;
  const most = Math.max(1, Math.floor(BATCH / copies));
  // Padding would be answered too.
  const batchSize = copies * Math.max(1, Math.min(most, total ?? most));
  const progressMessage = (puzzles: number) => describeProgress(Math.floor(puzzles), total);
  const config = forCells(plan.model.config, kind.rows * kind.columns);
  let answered = 0;
  const answerBatches = async (evaluator: Evaluator) => {
    for await (const puzzles of inBatches(plan.puzzles, most)) {
      const before = answered;
      requireRows(puzzles);
      const judged = await answerPuzzles(
        plan,
        evaluator,
        { puzzles, first: before },
        {
          signal: job.signal,
          onProgress: (share) => job.show(before + share * puzzles.length, total, progressMessage),
        },
      );
      const answers = judged.map(({ answer }) => answer);
      for (const { attempts, answer } of judged) if (isScored(answer)) steps.add(attempts);
      counter.add(
        answers,
        puzzles.map((puzzle) => readRating(kind, puzzle)),
        (index) => groups.of(puzzles[index]!),
      );
      calibration?.add(answers);
      plan.onAnswers?.(answers);
      answered += puzzles.length;
      await job.advance(answered, total, progressMessage);
    }
  };
  const isPartial = (): boolean => plan.keepsPartial === true && job.signal.aborted && answered > 0;
  await withEvaluator(config, { batchSize, ...options }, answerBatches).catch((error: unknown) => {
    if (!isPartial()) throw error;
  });
  if (answered === 0) throw new MessageError('models.fit.noPuzzles', { dataset: plan.dataset });
  const cancelled = isPartial() && answered !== total ? { cancelled: { planned: total } } : {};
  const calibrated = calibration?.result;
  return {
    ...counter.accuracy,
    ...cancelled,
    ...steps.result(kind.hasRules),
    ...(calibrated && { calibration: calibrated }),
  };
}

const describeProgress = (done: number, total: number | null) =>
  total === null
    ? message('models.evaluate.progress', { done })
    : message('models.evaluate.progressOf', { done, total });

/** The group of a puzzle: its task for augmented copies of tasks, else its symmetry class. */
function groupsOf({ kind, names = [] }: Pick<EvaluationPlan, 'kind' | 'names'>): {
  readonly kind: GroupKind;
  readonly of: (puzzle: EvaluatedPuzzle) => string;
} {
  if (kind.augmentation !== 'copies') return { kind: 'classes', of: ({ inputs }) => kind.classHash(inputs) };
  const taskOf = ({ identifier = 0 }: EvaluatedPuzzle) => parseAugmentedName(names[identifier] ?? String(identifier));
  return { kind: 'tasks', of: (puzzle) => taskOf(puzzle).task };
}

const legalityOf =
  (kind: PuzzleKind): LegalityCheck =>
  (inputs, answer) =>
    kind.check(inputs, answer).legal;

/** @throws OutOfMemoryError with the required and the free memory; errors of `evaluate` */
async function withEvaluator(
  config: ModelConfig,
  options: EvalOptions & { readonly batchSize: number },
  evaluate: (evaluator: Evaluator) => Promise<void>,
): Promise<void> {
  let evaluator: Evaluator | undefined;
  try {
    evaluator = await Evaluator.create(config, options);
    await evaluate(evaluator);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    await evaluator?.release();
    evaluator = undefined;
    const workers = options.engine?.workers ?? 1;
    const need = estimateEvalMemory(config, { ...options, workers });
    throw new OutOfMemoryError('models.evaluate.outOfMemory', {
      need,
      free: availableMemory() + runtimeBytes(workers),
    });
  } finally {
    await evaluator?.release();
  }
}

/** Answers puzzles in batches of the evaluator's size. */
async function answerPuzzles(
  plan: EvaluationPlan,
  evaluator: Evaluator,
  { puzzles, first }: { readonly puzzles: readonly EvaluatedPuzzle[]; readonly first: number },
  options: BatchOptions,
): Promise<JudgedPuzzle[]> {
  const { kind, rollouts: settings = singleAttempt } = plan;
  const { config, state: model } = plan.model;
  const { states } = plan;
  const copies = states ? puzzles : puzzles.flatMap((puzzle) => Array<EvaluatedPuzzle>(settings.count).fill(puzzle));
  const isLegal = legalityOf(kind);
  const judged: JudgedPuzzle[] = [];
  for (const batch of testBatches(copies, evaluator.batchSize)) {
    const batchPlan = { batch, steps: config.haltMaxSteps, settings, isLegal };
    judged.push(
      ...(states
        ? await evaluateStates(evaluator, { states, ...batchPlan }, options)
        : await evaluateAttempts(evaluator, { model, first: first + judged.length, ...batchPlan }, options)),
    );
  }
  return judged;
}

async function* inBatches(puzzles: EvaluationPlan['puzzles'], size: number): AsyncGenerator<EvaluatedPuzzle[]> {
  let batch: EvaluatedPuzzle[] = [];
  for await (const puzzle of puzzles) {
    batch.push(puzzle);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
