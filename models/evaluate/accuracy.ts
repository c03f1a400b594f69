/** How many answers are right: counts, shares, and the confidence interval of a share. */
import { z } from 'zod';
import { difficultyIds, isInBand, type Difficulty } from '../../datasets/kinds/puzzle-kind';

const share = z.number().min(0).max(1);

/** Accuracy of the puzzles of one difficulty. */
const difficultySchema = z.object({
  difficulty: z.enum(difficultyIds),
  exactAccuracy: share,
  count: z.int().positive(),
  /** Wilson 95 % interval of `exactAccuracy`. */
  interval: z.tuple([share, share]),
});

/** The evaluated puzzles are some of those of a split, see `Sample`. */
const sampleSchema = z.object({
  of: z.int().nonnegative(),
  seed: z.int().nonnegative().nullable(),
  isStratified: z.boolean(),
});

/** Groups of puzzles that are alike: symmetry classes, of ARC puzzles tasks. */
const groupsSchema = z.object({ count: z.int().positive(), kind: z.enum(['classes', 'tasks']) });
export type GroupKind = z.infer<typeof groupsSchema>['kind'];

/** Intervals are for independent puzzles: of fewer groups they are too narrow. */
const MIN_GROUPS = 20;

/** Shares are 0 to 1. */
export const accuracySchema = z.object({
  /** Share of puzzles with every labelled cell right. */
  exactAccuracy: share,
  /** Mean over the puzzles of the share of their labelled cells that are right, as in training; over all cells in results of earlier versions. */
  accuracy: share,
  /** Share of puzzles whose answer obeys the rules, whatever the label; null for kinds without rules, 0 in results of earlier versions. */
  ruleAccuracy: share.nullable(),
  /** Puzzles whose answer is known. */
  count: z.int().nonnegative(),
  /** Wilson 95 % interval of `exactAccuracy`. */
  interval: z.tuple([share, share]),
  /** Absent where all puzzles were evaluated; in results of earlier versions also where some were. */
  sample: sampleSchema.optional(),
  /** Where the evaluation was cancelled: only the first of the `planned` puzzles count, whose number may not be known. */
  cancelled: z.object({ planned: z.int().nonnegative().nullable() }).optional(),
  /** The groups of the puzzles, only where there are too few of them for the interval. */
  fewGroups: groupsSchema.optional(),
  /** From easy to hard; absent where no puzzle has a rating. */
  byDifficulty: z.array(difficultySchema).optional(),
});
export type Accuracy = z.infer<typeof accuracySchema>;

/** Labels of a batch as tokens: a negative one, of a cell that is left out, becomes 0. */
export const labelTokens = (labels: ArrayLike<number>): Uint8Array =>
  new Uint8Array(Uint8ClampedArray.from(labels).buffer);

/** Whether the answer to a puzzle is known: without a label nothing can be right or wrong. */
export const isScored = ({ labels }: Pick<Answer, 'labels'>): boolean => labels.some((label) => label !== 0);

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

/**
 * Counts right cells, right puzzles and legal answers without keeping the answers: there may be millions. Puzzles whose answer
 * is unknown are not counted.
 */
export class AccuracyCounter {
  /** Sum of the shares of right cells. */
  private rightShares = 0;
  private exact = 0;
  private legal = 0;
  private count = 0;
  private readonly groups = new Set<string>();
  private readonly byDifficulty: readonly { readonly band: Difficulty; exact: number; count: number }[];

  /**
   * @param isLegal null for kinds without rules
   * @param bands the difficulties of the kind, which do not overlap
   * @param groupKind absent where the groups of the puzzles are not known
   */
  constructor(
    private readonly isLegal: LegalityCheck | null,
    bands: readonly Difficulty[] = [],
    private readonly groupKind?: GroupKind,
  ) {
    this.byDifficulty = bands.map((band) => ({ band, exact: 0, count: 0 }));
  }

  /**
   * @param ratings of the puzzles, in the order of the answers; negative where unknown
   * @param groupOf the group of the puzzle at an index; not called once there are enough groups
   */
  add(answers: readonly Answer[], ratings: readonly number[] = [], groupOf?: (index: number) => string): void {
    for (const [index, { inputs, labels, answer }] of answers.entries()) {
      const { labelled, right } = countCells(labels, answer);
      if (labelled === 0) continue;
      this.addRated(ratings[index] ?? -1, right === labelled);
      this.rightShares += right / labelled;
      this.exact += +(right === labelled);
      this.legal += +(this.isLegal?.(inputs, answer) ?? false);
      this.count++;
      if (groupOf && this.groups.size < MIN_GROUPS) this.groups.add(groupOf(index));
    }
  }

  private get fewGroups(): Pick<Accuracy, 'fewGroups'> {
    const { groupKind: kind, groups } = this;
    return kind && groups.size > 0 && groups.size < MIN_GROUPS ? { fewGroups: { count: groups.size, kind } } : {};
  }

  private addRated(rating: number, isExact: boolean): void {
    const part = this.byDifficulty.find(({ band }) => isInBand(band, rating));
    if (!part) return;
    part.exact += +isExact;
    part.count++;
  }

  /** Of all answers added so far. */
  get accuracy(): Accuracy {
    const { exact, legal, count } = this;
    const byDifficulty = this.byDifficulty
      .filter((part) => part.count > 0)
      .map((part) => ({
        difficulty: part.band.id,
        exactAccuracy: part.exact / part.count,
        count: part.count,
        interval: wilsonInterval(part.exact, part.count),
      }));
    const share = (part: number, total: number) => (total === 0 ? 0 : part / total);
    return {
      exactAccuracy: share(exact, count),
      accuracy: share(this.rightShares, count),
      ruleAccuracy: this.isLegal && share(legal, count),
      count,
      interval: wilsonInterval(exact, count),
      ...this.fewGroups,
      ...(byDifficulty.length > 0 && { byDifficulty }),
    };
  }
}

/** Cells that have a label, and those of them that are right. */
export function countCells(
  labels: Uint8Array,
  answer: Uint8Array,
): { readonly labelled: number; readonly right: number } {
  let [labelled, right] = [0, 0];
  for (let cell = 0; cell < labels.length; cell++) {
    if (labels[cell] === 0) continue;
    labelled++;
    if (labels[cell] === answer[cell]) right++;
  }
  return { labelled, right };
}

export function computeAccuracy(answers: readonly Answer[], isLegal: LegalityCheck | null): Accuracy {
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
