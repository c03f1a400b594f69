/** Requests about models on damaged puzzles. */
import { z } from 'zod';
import { damageIds } from '../../datasets/damage/damage';
import { MAX_SUPERVISION_STEPS } from './limits';
import { count, id, job, seed, share, splitName, token } from './shared-schemas';

/** Number of clues or rows, or a share of them. */
export const damageAmountSchema = z.union([
  z.object({ count: count.max(10_000) }).strict(),
  z.object({ share }).strict(),
]);

/** A damaged puzzle and the model's answer. */
const damagedExampleSchema = z.object({
  inputs: z.array(token),
  labels: z.array(token),
  answer: z.array(token),
  /** Cells that the damage changed. */
  changed: z.array(count),
  isRight: z.boolean(),
  /** Sigmoid of the halting logit after the last step. */
  haltProbability: share,
});

/** Answers to puzzles with one amount of damage; what is right depends on the damage, see `judgeDamaged`. Shares of the puzzles. */
export const damagedAccuracySchema = z.object({
  exactAccuracy: share,
  /** Wilson 95 % interval of `exactAccuracy`. */
  interval: z.tuple([share, share]),
  count,
  /** With the original solution. */
  recovered: share,
  /** Whose answer obeys the rules with the clues as they are now; null for kinds without rules. */
  consistent: share.nullable(),
  /** Where the halting head says that the answer is right (logit above 0) and it is wrong. */
  sureAndWrong: share,
  /** Mean number of cells that were changed. */
  changedCells: z.number().nonnegative(),
});

/** Examples of each amount that the window shows. */
export const MAX_DAMAGED_EXAMPLES = 12;

export const damageRequests = {
  /** Accuracy of a model on damaged puzzles: a random sample of `puzzles` of a split, the same for every damage and amount. */
  evaluateDamaged: {
    readOnly: true,
    input: z.object({
      model: id,
      dataset: id,
      split: splitName,
      damage: z.enum(damageIds),
      amount: damageAmountSchema,
      puzzles: count.min(1).max(100_000),
      seed,
      /** Supervision steps, of the model's own number by default. */
      steps: count.min(1).max(MAX_SUPERVISION_STEPS).optional(),
      job,
    }),
    output: damagedAccuracySchema.extend({ examples: z.array(damagedExampleSchema).max(MAX_DAMAGED_EXAMPLES) }),
  },
} as const;

export type DamagedAccuracy = z.infer<typeof damagedAccuracySchema>;
export type DamagedExample = z.infer<typeof damagedExampleSchema>;
