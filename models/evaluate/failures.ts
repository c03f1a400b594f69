/** The puzzles that a model answers wrongly: those with the most wrong cells, without keeping the others. */
import { z } from 'zod';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { countCells, type Answer } from './accuracy';

/** Failures that are kept. */
export const MAX_FAILURES = 200;

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
});
export type Failure = z.infer<typeof failureSchema>;

export const failuresSchema = z.object({
  /** All puzzles with a wrong answer. */
  count,
  /** Those of them with the most wrong cells, from the most to the fewest; equal ones in the order of the split. */
  worst: z.array(failureSchema).max(MAX_FAILURES),
});
export type Failures = z.infer<typeof failuresSchema>;

export class FailureCollector {
  private count = 0;
  private kept: Failure[] = [];

  constructor(private readonly kind: Pick<PuzzleKind, 'hasRules' | 'check'>) {}

  /** Rows are added in the order of the split. Right answers, and those to puzzles without a known answer, are no failures. */
  add(row: number, { inputs, labels, answer, qHalt }: Answer): void {
    const { labelled, right } = countCells(labels, answer);
    if (right === labelled) return;
    this.count++;
    this.kept.push({
      row,
      wrongCells: labelled - right,
      brokenRules: this.kind.hasRules ? this.kind.check(inputs, answer).brokenRules : null,
      haltProbability: 1 / (1 + Math.exp(-qHalt)),
    });
    if (this.kept.length >= 2 * MAX_FAILURES) this.kept = this.worst();
  }

  private worst(): Failure[] {
    return [...this.kept].sort((one, other) => other.wrongCells - one.wrongCells).slice(0, MAX_FAILURES);
  }

  get result(): Failures {
    return { count: this.count, worst: this.worst() };
  }
}
