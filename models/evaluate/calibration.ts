/**
 * Calibration: whether answers with a confidence of 80 % are right in 80 % of the cases. Reliability diagrams, expected calibration error
 * (Guo et al. 2017, arXiv 1706.04599) and Brier score of the cells, of whole answers and of the halting head.
 */
import { z } from 'zod';
import { countCells, type Answer } from './accuracy';

/** Bins of equal width; the upper end belongs to the next one, except that of the last. */
export const BINS = 10;

const share = z.number().min(0).max(1);

const binSchema = z.object({
  count: z.int().nonnegative(),
  /** Mean confidence; null in an empty bin. */
  confidence: share.nullable(),
  /** Share of right answers; null in an empty bin. */
  accuracy: share.nullable(),
});
export type CalibrationBin = z.infer<typeof binSchema>;

const reliabilitySchema = z.object({
  count: z.int().positive(),
  /** Mean confidence. */
  confidence: share,
  /** Share of right answers. */
  accuracy: share,
  /** Mean over the answers of the distance between accuracy and confidence of their bin. */
  expectedCalibrationError: share,
  /** Mean squared difference of the confidence and 1 (right) or 0 (wrong). */
  brierScore: share,
  bins: z.array(binSchema).length(BINS),
});
export type Reliability = z.infer<typeof reliabilitySchema>;

export const calibrationSchema = z.object({
  /** Of all labelled cells, as in cell accuracy, so including the given ones: the probability of the answered symbol. */
  cells: reliabilitySchema,
  /** Of puzzles, see `answerConfidence`. */
  answers: reliabilitySchema,
  /** Of puzzles: the sigmoid of the halting logit after the last step. */
  halting: reliabilitySchema,
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** The probability of "right" by the halting head. */
export const haltProbability = ({ qHalt }: Pick<Answer, 'qHalt'>): number => 1 / (1 + Math.exp(-qHalt));

/**
 * The confidence in a whole answer: the lowest of its labelled cells, which is the most that all of them being right can have. The product
 * would be for cells that fail independently; wrong cells come together, and it falls with the number of cells: on 200 6×6 Sudokus, of which
 * the built-in model solves 99.5 %, its mean is 47 %.
 */
export function answerConfidence({ labels, confidence }: Pick<Answer, 'labels' | 'confidence'>): number {
  return confidence.reduce((lowest, value, cell) => (labels[cell] === 0 ? lowest : Math.min(lowest, value)), 1);
}

/** Counts confidences by bin without keeping them. */
export class ReliabilityCounter {
  private readonly counts = new Float64Array(BINS);
  private readonly confidences = new Float64Array(BINS);
  private readonly rights = new Float64Array(BINS);
  private squares = 0;

  /** @param confidence 0..1; a value that is not finite, of a model that diverged, counts as 0 */
  add(confidence: number, isRight: boolean): void {
    const value = Number.isFinite(confidence) ? Math.min(1, Math.max(0, confidence)) : 0;
    const bin = Math.min(BINS - 1, Math.floor(value * BINS));
    this.counts[bin]!++;
    this.confidences[bin]! += value;
    this.rights[bin]! += +isRight;
    this.squares += (value - +isRight) ** 2;
  }

  /** Null where nothing was added. */
  get result(): Reliability | null {
    const count = sum(this.counts);
    if (count === 0) return null;
    const gap = this.confidences.map((confidence, bin) => Math.abs(confidence - this.rights[bin]!));
    return {
      count,
      confidence: mean(sum(this.confidences), count),
      accuracy: mean(sum(this.rights), count),
      expectedCalibrationError: mean(sum(gap), count),
      brierScore: mean(this.squares, count),
      bins: Array.from(this.counts, (_, bin) => this.binOf(bin)),
    };
  }

  private binOf(bin: number): CalibrationBin {
    const count = this.counts[bin]!;
    if (count === 0) return { count, confidence: null, accuracy: null };
    return { count, confidence: mean(this.confidences[bin]!, count), accuracy: mean(this.rights[bin]!, count) };
  }
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** At most 1, which rounding could exceed. */
const mean = (total: number, count: number): number => Math.min(1, total / count);

/** Counts the confidences of answers; those to puzzles without a known answer are not counted. */
export class CalibrationCounter {
  private readonly cells = new ReliabilityCounter();
  private readonly answers = new ReliabilityCounter();
  private readonly halting = new ReliabilityCounter();

  add(answers: readonly Answer[]): void {
    for (const each of answers) {
      const { labels, answer, confidence } = each;
      const { labelled, right } = countCells(labels, answer);
      if (labelled === 0) continue;
      for (let cell = 0; cell < labels.length; cell++)
        if (labels[cell] !== 0) this.cells.add(confidence[cell]!, labels[cell] === answer[cell]);
      this.answers.add(answerConfidence(each), right === labelled);
      this.halting.add(haltProbability(each), right === labelled);
    }
  }

  /** Null where no answer is known. */
  get result(): Calibration | null {
    const [cells, answers, halting] = [this.cells.result, this.answers.result, this.halting.result];
    return cells && answers && halting && { cells, answers, halting };
  }
}
