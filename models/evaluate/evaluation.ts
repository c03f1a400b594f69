/** The result of an evaluation: accuracy, accuracy after every supervision step, and what rollouts answered. */
import { z } from 'zod';
import type { TestBatch } from '../../datasets/batches';
import { accuracySchema, labelTokens, type Answer, type LegalityCheck } from './accuracy';
import { calibrationSchema } from './calibration';
import type { BatchOptions, Evaluator, StepAnswers } from './evaluate';
import { pickRuleSchema, PuzzleAttempts, type RolloutSettings } from './pick-rollout';
import type { ModelState } from '../family/weights';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Shares of the puzzles, by supervision step. */
export const overStepsSchema = z.object({
  /** Whose answer after the step is right; with rollouts the answer that would be picked then. */
  exact: z.array(share),
  /** Whose first legal answer, in this step or before, is right; null for kinds without rules. */
  firstLegal: z.array(share).nullable(),
});

/** Evaluated puzzles whose symmetry class is in the training data of the model or of one of its ancestors. */
const overlapSchema = z.object({ seen: count, of: count });
export type TrainingOverlap = z.infer<typeof overlapSchema>;

export const evaluationSchema = accuracySchema.extend({
  /** Null where it is not known, e.g. as the training data is not here; absent in evaluations of earlier versions. */
  overlap: overlapSchema.nullable().optional(),
  /** Supervision steps of each puzzle. */
  steps: count,
  overSteps: overStepsSchema,
  rollouts: z.object({
    count: count.min(1),
    /** σ of the noise on the states. */
    noise: z.number().nonnegative(),
    pick: pickRuleSchema,
    /** Puzzles with a picked answer, those of them whose answer is wrong, and puzzles without one. */
    answered: count,
    wrong: count,
    unanswered: count,
  }),
  /**
   * Absent with the pick rule `rules`, whose answers may be of an earlier step than the confidences, and in evaluations of earlier
   * versions.
   */
  calibration: calibrationSchema.optional(),
});
export type ModelEvaluation = z.infer<typeof evaluationSchema>;

/** Counts by supervision step, without keeping the answers: there may be millions. */
export class StepCounter {
  private readonly exact: Float64Array;
  private readonly legal: Float64Array;
  private puzzles = 0;
  private answered = 0;
  private wrong = 0;

  constructor(
    private readonly steps: number,
    private readonly settings: RolloutSettings,
  ) {
    this.exact = new Float64Array(steps);
    this.legal = new Float64Array(steps);
  }

  add(attempts: PuzzleAttempts): void {
    this.puzzles++;
    for (let step = 1; step <= this.steps; step++) {
      this.exact[step - 1]! += +attempts.isExactAt(step);
      this.legal[step - 1]! += +attempts.firstLegalAt(step).exact;
    }
    const picked = attempts.pick();
    this.answered += +(picked !== null);
    this.wrong += +(picked !== null && !picked.exact);
  }

  result(hasRules: boolean): Pick<ModelEvaluation, 'steps' | 'overSteps' | 'rollouts'> {
    const { puzzles, answered, wrong } = this;
    const shares = (counts: Float64Array) => Array.from(counts, (each) => (puzzles === 0 ? 0 : each / puzzles));
    const { count, noise, pick } = this.settings;
    return {
      steps: this.steps,
      overSteps: { exact: shares(this.exact), firstLegal: hasRules ? shares(this.legal) : null },
      rollouts: { count, noise, pick, answered, wrong, unanswered: puzzles - answered },
    };
  }
}

interface BatchPlan {
  readonly model: ModelState;
  /** Each puzzle has `settings.count` rows, one after the other. */
  readonly batch: TestBatch;
  /** Number of the first puzzle in the evaluation. */
  readonly first: number;
  readonly steps: number;
  readonly settings: RolloutSettings;
  readonly isLegal: LegalityCheck;
}

export interface JudgedPuzzle {
  readonly attempts: PuzzleAttempts;
  /** The picked answer; where none is picked, the last one of the rollout with the highest halting logit, which is not legal. */
  readonly answer: Answer;
}

/** Answers the puzzles of a batch with rollouts. @throws the signal's reason */
export async function evaluateAttempts(
  evaluator: Evaluator,
  { model, batch, first, steps, settings, isLegal }: BatchPlan,
  options: Pick<BatchOptions, 'signal' | 'onProgress'>,
): Promise<JudgedPuzzle[]> {
  const { count: copies, noise: sigma, seed } = settings;
  const puzzles = Array.from({ length: batch.count / copies }, (_, index) => {
    const puzzle = readPuzzle(batch, index * copies);
    return { ...puzzle, attempts: new PuzzleAttempts({ settings, steps, judge: createJudge(puzzle, isLegal) }) };
  });
  const attemptOf = (row: number) => ({ puzzle: first + Math.floor(row / copies), rollout: row % copies });
  const attempts = Array.from({ length: batch.count }, (_, row) => attemptOf(row));
  const onAnswers = ({ step, rows }: StepAnswers): boolean => {
    for (const { row, ...answer } of rows)
      puzzles[Math.floor(row / copies)]!.attempts.record(row % copies, step, answer);
    return rows.every(({ row }) => puzzles[Math.floor(row / copies)]!.attempts.isDecidedAt(step));
  };
  const noise = sigma > 0 ? { noise: { sigma, seed, attempts } } : {};
  const answers = await evaluator.evaluateBatch(model, batch, { ...options, ...noise, onAnswers });
  return puzzles.map(({ attempts: own }, index) => {
    const chosen = own.pick() ?? own.best();
    return { attempts: own, answer: { ...answers[index * copies + chosen.rollout]!, answer: chosen.answer } };
  });
}

/**
 * Answers the puzzles of a batch with each of several states of the same model, such as the last checkpoints of a run: attempt i of a puzzle
 * is the answer of state i. @throws the signal's reason
 */
export async function evaluateStates(
  evaluator: Evaluator,
  {
    states,
    batch,
    steps,
    settings,
    isLegal,
  }: Omit<BatchPlan, 'model' | 'first'> & { readonly states: readonly ModelState[] },
  { signal, onProgress }: Pick<BatchOptions, 'signal' | 'onProgress'>,
): Promise<JudgedPuzzle[]> {
  const puzzles = Array.from({ length: batch.count }, (_, row) => {
    const judge = createJudge(readPuzzle(batch, row), isLegal);
    return new PuzzleAttempts({ settings, steps, judge });
  });
  const answers: Answer[][] = [];
  for (const [attempt, state] of states.entries())
    answers.push(
      await evaluator.evaluateBatch(state, batch, {
        steps,
        ...(signal && { signal }),
        onProgress: (share) => onProgress?.((attempt + share) / states.length),
        onAnswers: ({ step, rows }) => {
          for (const { row, ...answer } of rows) puzzles[row]!.record(attempt, step, answer);
          return false;
        },
      }),
    );
  return puzzles.map((attempts, row) => {
    const chosen = attempts.pick() ?? attempts.best();
    return { attempts, answer: { ...answers[chosen.rollout]![row]!, answer: chosen.answer } };
  });
}

type PuzzleCells = Pick<Answer, 'inputs' | 'labels'>;

function readPuzzle({ inputs, labels, puzzleIdentifiers }: TestBatch, row: number): PuzzleCells {
  const cells = inputs.length / puzzleIdentifiers.length;
  const part = (values: Int32Array) => values.subarray(row * cells, (row + 1) * cells);
  return { inputs: Uint8Array.from(part(inputs)), labels: labelTokens(part(labels)) };
}

const createJudge =
  ({ inputs, labels }: PuzzleCells, isLegal: LegalityCheck) =>
  (answer: Uint8Array) => ({
    exact: labels.every((label, cell) => label === 0 || label === answer[cell]),
    legal: isLegal(inputs, answer),
  });
