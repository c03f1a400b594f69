/** How many answers are right: counts, shares, and the confidence interval of a share. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Shares are 0 to 1. */
export const accuracySchema = z.object({
  /** Share of puzzles with every labelled cell right. */
  exactAccuracy: share,
  /** Share of labelled cells that are right. */
  accuracy: share,
  /** Share of puzzles whose answer obeys the rules, whatever the label. */
  ruleAccuracy: share,
  /** Puzzles. */
  count: z.int().nonnegative(),
  /** Wilson 95 % interval of `exactAccuracy`. */
  interval: z.tuple([share, share]),
});
export type Accuracy = z.infer<typeof accuracySchema>;

/** The model's last answer to one puzzle. */
export interface Answer {
  readonly inputs: Uint8Array;
  readonly labels: Uint8Array;
  readonly answer: Uint8Array;
  /** Probability of each answered token, [S]. */
  readonly confidence: Float32Array;
  /** Halting logit after the last step. */
  readonly qHalt: number;
}

/** Returns whether an answer to a puzzle is legal by the rules of its kind. */
export type LegalityCheck = (inputs: Uint8Array, answer: Uint8Array) => boolean;

/** Counts right cells, right puzzles and legal answers without keeping the answers: there may be millions. */
export class AccuracyCounter {
  private cells = 0;
  private rightCells = 0;
  private exact = 0;
  private legal = 0;
  private count = 0;

  constructor(private readonly isLegal: LegalityCheck) {}

  add(answers: readonly Answer[]): void {
    for (const { inputs, labels, answer } of answers) {
      const { labelled, right } = countCells(labels, answer);
      this.cells += labelled;
      this.rightCells += right;
      this.exact += +(right === labelled);
      this.legal += +this.isLegal(inputs, answer);
      this.count++;
    }
  }

  /** Of all answers added so far. */
  get accuracy(): Accuracy {
    const { exact, legal, count } = this;
    const share = (part: number, total: number) => (total === 0 ? 0 : part / total);
    return {
      exactAccuracy: share(exact, count),
      accuracy: share(this.rightCells, this.cells),
      ruleAccuracy: share(legal, count),
      count,
      interval: wilsonInterval(exact, count),
    };
  }
}

/** Cells that have a label, and those of them that are right. */
function countCells(labels: Uint8Array, answer: Uint8Array): { readonly labelled: number; readonly right: number } {
  let [labelled, right] = [0, 0];
  for (let cell = 0; cell < labels.length; cell++) {
    if (labels[cell] === 0) continue;
    labelled++;
    if (labels[cell] === answer[cell]) right++;
  }
  return { labelled, right };
}

export function computeAccuracy(answers: readonly Answer[], isLegal: LegalityCheck): Accuracy {
  const counts = new AccuracyCounter(isLegal);
  counts.add(answers);
  return counts.accuracy;
}

/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % score interval of `successes` out of `count`, which is valid near 0 and 1 too; [0, 1] when `count`
 * is 0. It contains the share: floating-point error would put the upper bound of `count` successes just below 1.
 */
export function wilsonInterval(successes: number, count: number): [number, number] {
  if (count === 0) return [0, 1];
  const share = successes / count;
  const spread = Z * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  const scale = 1 / (1 + (Z * Z) / count);
  const centre = share + (Z * Z) / (2 * count);
  const [low, high] = [scale * (centre - spread), scale * (centre + spread)];
  return [Math.max(0, Math.min(share, low)), Math.min(1, Math.max(share, high))];
}
