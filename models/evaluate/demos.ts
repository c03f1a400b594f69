/** Puzzles that show how a model thinks: chosen by what its answers do over the supervision steps. */
import { z } from 'zod';
import { testBatches } from '../../datasets/batches';
import type { Puzzle } from '../../datasets/kinds/puzzle-kind';
import type { ModelState } from '../family/weights';
import type { Evaluator } from './evaluate';

/** Why a puzzle was chosen: the most steps, the most changed answers, the longest time without progress before the solution, no solution. */
export const demoReasons = ['manySteps', 'manyChanges', 'recovers', 'fails'] as const;
export type DemoReason = (typeof demoReasons)[number];

const token = z.number().int().min(0).max(255);
const count = z.number().int().min(0);

/** What the answers to a puzzle do. */
const measureSchema = z.object({
  /** First step (from 1) whose answer is right and stays right; null if the last answer is wrong. */
  solvedAt: count.nullable(),
  /** Answered cells that changed from one step to the next, over all steps. */
  changes: count,
  /** Most steps in a row without more right cells than before. */
  standstill: count,
});

export const demoSchema = measureSchema.extend({
  reason: z.enum(demoReasons),
  inputs: z.array(token).max(4096),
  labels: z.array(token).max(4096),
});
export type Demo = Readonly<z.infer<typeof demoSchema>>;

/** The demos of a model, measured with `steps` supervision steps. */
export const demosSchema = z.object({
  /** Place among the models on Home, ascending. */
  position: count,
  steps: count.min(1),
  /** Puzzles from which they were chosen. */
  puzzles: count,
  demos: z.array(demoSchema).max(100),
});
export type Demos = Readonly<z.infer<typeof demosSchema>>;

export type AnswerMeasure = Readonly<z.infer<typeof measureSchema>>;

/** Measures the answers to one puzzle, step by step. */
export class AnswerHistory {
  private last: Uint8Array | null = null;
  private step = 0;
  private solvedAt: number | null = null;
  private changes = 0;
  private mostRight = -1;
  private withoutProgress = 0;
  private standstill = 0;

  /** @param labels tokens [S]; 0: left out */
  constructor(private readonly labels: ArrayLike<number>) {}

  add(answer: Uint8Array): void {
    this.step++;
    const before = this.last ?? answer;
    const changed = answer.filter((token, cell) => token !== before[cell]).length;
    const wrong = answer.filter((token, cell) => this.labels[cell] !== 0 && token !== this.labels[cell]).length;
    const right = answer.length - wrong;
    const isRight = wrong === 0;
    this.changes += changed;
    this.withoutProgress = isRight || right > this.mostRight ? 0 : this.withoutProgress + 1;
    this.mostRight = Math.max(this.mostRight, right);
    this.standstill = Math.max(this.standstill, this.withoutProgress);
    this.solvedAt = isRight ? (this.solvedAt ?? this.step) : null;
    this.last = answer.slice();
  }

  get measure(): AnswerMeasure {
    const { solvedAt, changes, standstill } = this;
    return { solvedAt, changes, standstill };
  }
}

/** How much a puzzle shows of a reason; 0 or less: nothing. */
const scores: Readonly<Record<DemoReason, (measure: AnswerMeasure) => number>> = {
  manySteps: ({ solvedAt }) => (solvedAt ?? 0) - 1,
  manyChanges: ({ solvedAt, changes }) => (solvedAt === null ? 0 : changes),
  recovers: ({ solvedAt, standstill }) => (solvedAt === null ? 0 : standstill),
  fails: ({ solvedAt, changes }) => (solvedAt === null ? 1 + changes : 0),
};

/**
 * The puzzles that show most of each reason, at most `each` of one reason and every puzzle once; the reasons alternate, failures
 * come last.
 */
export function selectDemos<M extends AnswerMeasure>(
  measured: readonly M[],
  each: number,
): (M & { readonly reason: DemoReason })[] {
  const chosen = new Map<M, DemoReason>();
  for (const reason of demoReasons) {
    const ranked = measured.filter((one) => !chosen.has(one) && scores[reason](one) > 0);
    ranked.sort((one, other) => scores[reason](other) - scores[reason](one));
    for (const one of ranked.slice(0, each)) chosen.set(one, reason);
  }
  const byReason = demoReasons.map((reason) => [...chosen].filter(([, of]) => of === reason));
  const isFailure = (reason: DemoReason) => +(reason === 'fails');
  return Array.from({ length: each }, (_, turn) => byReason.flatMap((group) => group.slice(turn, turn + 1)))
    .flat()
    .sort(([, one], [, other]) => isFailure(one) - isFailure(other))
    .map(([one, reason]) => ({ ...one, reason }));
}

interface MeasureOptions {
  readonly steps: number;
  readonly onProgress?: (puzzles: number) => void;
  readonly signal?: AbortSignal;
}

/** Solves puzzles with `steps` supervision steps and measures their answers. */
export async function measureAnswers(
  evaluator: Evaluator,
  model: ModelState,
  puzzles: readonly Puzzle[],
  { steps, onProgress, signal }: MeasureOptions,
): Promise<(AnswerMeasure & Pick<Demo, 'inputs' | 'labels'>)[]> {
  const histories = puzzles.map(({ labels }) => new AnswerHistory(labels));
  let done = 0;
  for (const batch of testBatches(puzzles, evaluator.batchSize)) {
    const first = done;
    await evaluator.evaluateBatch(model, batch, {
      steps,
      ...(signal && { signal }),
      onAnswers: ({ rows }) => {
        for (const { row, answer } of rows) histories[first + row]!.add(answer);
        return false;
      },
    });
    done += batch.count;
    onProgress?.(done);
  }
  return puzzles.map(({ inputs, labels }, index) => ({
    inputs: [...inputs],
    labels: [...labels],
    ...histories[index]!.measure,
  }));
}
