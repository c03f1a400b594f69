/** The puzzles that a model answers wrongly: those with the most wrong cells and the most confident ones, without keeping the others. */
import { z } from 'zod';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { countCells, type Answer } from './accuracy';
import { answerConfidence, haltProbability } from './calibration';

/** Failures that are kept. */
export const MAX_FAILURES = 200;

/** Of them, those with the highest confidence. */
export const MAX_CONFIDENT = 20;

const count = z.int().nonnegative();

const failureSchema = z.object({
  /** Row of the split, counted from 0. */
  row: count,
  /** Labelled cells with another answer. */
  wrongCells: count.positive(),
  /** Null for kinds without rules. */
  brokenRules: count.nullable(),
  /** Sigmoid of the halting logit after the last step: how sure the model is that its answer is right. */
  haltProbability: z.number().min(0).max(1),
  /** See `answerConfidence`. */
  confidence: z.number().min(0).max(1),
});
export type Failure = z.infer<typeof failureSchema>;

export const failuresSchema = z.object({
  /** All puzzles with a wrong answer. */
  count,
  /** Those of them with the most wrong cells, from the most to the fewest; equal ones in the order of the split. */
  worst: z.array(failureSchema).max(MAX_FAILURES),
  /** Those with the highest confidence, from the most confident; equal ones in the order of the split. */
  mostConfident: z.array(failureSchema).max(MAX_CONFIDENT),
});
export type Failures = z.infer<typeof failuresSchema>;

/** The failures with the highest value; equal ones in the order in which they were added. */
class HighestFailures {
  private kept: Failure[] = [];

  constructor(
    private readonly key: 'wrongCells' | 'confidence',
    private readonly max: number,
  ) {}

  add(failure: Failure): void {
    this.kept.push(failure);
    if (this.kept.length >= 2 * this.max) this.kept = this.result;
  }

  get result(): Failure[] {
    return [...this.kept].sort((one, other) => other[this.key] - one[this.key]).slice(0, this.max);
  }
}

export class FailureCollector {
  private count = 0;
  private readonly worst = new HighestFailures('wrongCells', MAX_FAILURES);
  private readonly mostConfident = new HighestFailures('confidence', MAX_CONFIDENT);

  constructor(private readonly kind: Pick<PuzzleKind, 'hasRules' | 'check'>) {}

  /** Rows are added in the order of the split. Right answers, and those to puzzles without a known answer, are no failures. */
  add(row: number, answered: Answer): void {
    const { inputs, labels, answer } = answered;
    const { labelled, right } = countCells(labels, answer);
    if (right === labelled) return;
    this.count++;
    const failure = {
      row,
      wrongCells: labelled - right,
      brokenRules: this.kind.hasRules ? this.kind.check(inputs, answer).brokenRules : null,
      haltProbability: haltProbability(answered),
      confidence: answerConfidence(answered),
    };
    this.worst.add(failure);
    this.mostConfident.add(failure);
  }

  get result(): Failures {
    return { count: this.count, worst: this.worst.result, mostConfident: this.mostConfident.result };
  }
}
