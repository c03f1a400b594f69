/** Experiments: a question, the conditions that are compared, how each is tested, and the results. Data, not code. */
import { z } from 'zod';
import { damageIds } from '../../datasets/damage/damage';
import { runSettingsSchema } from '../../models/train/run-settings';
import { pickRuleSchema } from '../../models/evaluate/pick-rollout';
import { MAX_REPEATED_SEEDS, MAX_ROLLOUTS, MAX_RUN_SECONDS, MAX_SUPERVISION_STEPS } from './limits';
import { count, id, seed, share, text } from './shared-schemas';

/** A name of a folder: part of the names of runs. */
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/u);

/** Id of a dataset, or a path for experiments of the command line. */
const dataset = z.string().min(1).max(4096);

/**
 * What is in the training set besides its own puzzles: nothing of the symmetry classes of the test set; other copies of its puzzles, as where
 * puzzles are held out one by one; or the test puzzles themselves.
 */
const splitSchema = z.enum(['classes', 'puzzles', 'leaked']);

const damage = z.enum(damageIds);

/** Which confidence is compared with the share of right answers: that of the least certain cell, or that of the halting head. */
const confidence = z.enum(['answers', 'halting']);

/**
 * A model that is trained for the experiment, or one that exists, which may be tested on generated puzzles of another size. `damage` is for
 * the test `damage`, `pick` for `rollouts`, `confidence` for `confidence`.
 */
const sourceSchema = z.union([
  z.object({
    preset: id,
    dataset,
    settings: runSettingsSchema,
    split: splitSchema.optional(),
    damage: damage.optional(),
  }),
  z.object({
    model: id,
    dataset,
    testKind: id.optional(),
    damage: damage.optional(),
    pick: pickRuleSchema.optional(),
    confidence: confidence.optional(),
  }),
]);

const conditionSchema = z.object({ id: name, label: text, source: sourceSchema });

const puzzles = count.min(1).max(100_000);

/**
 * How each model is evaluated: one or more points of exact accuracy on held-out puzzles. `final`: the evaluation at the end of the
 * run. `steps`: after each of these supervision steps. `rollouts`: with these numbers of rollouts, of which one answer is picked.
 * `damage`: with so many damaged clues (rows, for damages of the whole grid), by the damage of each condition. `openCells`: on solved grids
 * with so many open cells. `confidence`: the answers by confidence, in tenths; each point has the middle of its tenth in per cent. The seed
 * of a trial draws the damage and the open cells.
 */
const testSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('final') }),
  z.object({ type: z.literal('steps'), at: z.array(count.min(1).max(MAX_SUPERVISION_STEPS)).min(1), puzzles }),
  z.object({
    type: z.literal('rollouts'),
    counts: z.array(count.min(1).max(MAX_ROLLOUTS)).min(1),
    /** Where the condition has none of its own. */
    pick: pickRuleSchema,
    noise: z.number().nonnegative(),
    steps: count.min(1).max(MAX_SUPERVISION_STEPS),
    puzzles,
  }),
  z.object({ type: z.literal('damage'), amounts: z.array(count.max(10_000)).min(1).max(100), puzzles }),
  z.object({ type: z.literal('openCells'), counts: z.array(count.min(1).max(10_000)).min(1).max(100), puzzles }),
  z.object({ type: z.literal('confidence'), puzzles }),
]);

/** A figure that others have published: shown beside the results, never mixed with them. */
const publishedSchema = z.object({
  label: text,
  exactAccuracy: share,
  /** On which puzzles, and how. */
  protocol: text,
  source: z.object({ title: z.string(), url: z.url() }),
  readOn: z.iso.date(),
  /** Whether the figure was read in a summary of the source. */
  isSecondHand: z.boolean(),
});

export const experimentSchema = z
  .object({
    id: name,
    question: text,
    /** Null for an experiment of the user's own. */
    claim: text.nullable(),
    /** What the result cannot show at this size. */
    limits: text.nullable(),
    conditions: z.array(conditionSchema).min(1).max(64),
    /** Chosen before the first run. */
    seeds: z.array(seed).min(1).max(MAX_REPEATED_SEEDS),
    /** Of each run. */
    maxSeconds: z.number().positive().max(MAX_RUN_SECONDS),
    test: testSchema,
    published: z.array(publishedSchema).max(64),
  })
  .refine(
    ({ conditions }) => new Set(conditions.map((each) => each.id)).size === conditions.length,
    'conditions differ',
  )
  .refine(({ seeds }) => new Set(seeds).size === seeds.length, 'seeds differ')
  .refine(
    ({ conditions, test }) => test.type !== 'final' || conditions.every(({ source }) => 'preset' in source),
    'the evaluation at the end of a run needs a run',
  )
  .refine(
    ({ conditions, test }) =>
      conditions.every(({ source }) => (source.damage !== undefined) === (test.type === 'damage')),
    'a damage belongs to every condition of a test of damages, and to no other',
  )
  .refine(
    ({ conditions, test }) =>
      conditions.every(
        ({ source }) => ('confidence' in source && source.confidence !== undefined) === (test.type === 'confidence'),
      ),
    'a confidence belongs to every condition of a test of confidences, and to no other',
  )
  .refine(
    ({ conditions, test }) =>
      test.type === 'rollouts' || conditions.every(({ source }) => !('pick' in source) || source.pick === undefined),
    'a rule that picks an answer belongs to a test of rollouts',
  );

/** Accuracy of one model at one value of what the test varies; `x` is null where it varies nothing. */
const pointSchema = z.object({ x: z.number().nullable(), exactAccuracy: share, count: count.min(1) });

/** The result of one condition with one seed. */
const trialResultSchema = z.object({
  condition: name,
  seed,
  /** None where the trial failed. */
  points: z.array(pointSchema),
  /** Why the training failed; null where it did not. */
  failure: text.nullable(),
  /** Of the training, and those that were planned: fewer where the time limit came first. 0 for a model that was not trained for the experiment. */
  steps: count,
  maxSteps: count,
  trainingSeconds: z.number().nonnegative(),
  flop: z.number().nonnegative(),
  /** Of training and test. */
  seconds: z.number().nonnegative(),
  /** That computed it. */
  device: z.string().max(200),
  /** Version of the lab. */
  version: z.string().max(40),
});

/** What the user expects, given before the first result: the condition that solves most (null: none), or the accuracy at the end of a curve. */
export const predictionSchema = z.union([z.object({ best: name.nullable() }), z.object({ exactAccuracy: share })]);

export const experimentRecordSchema = z.object({
  experiment: experimentSchema,
  prediction: predictionSchema.nullable().exactOptional(),
  /** The command that runs the same experiment, without the folder of its results. */
  command: z.string().max(10_000),
  startedAt: z.iso.datetime(),
  /** When the user ended it before all trials; none follows. */
  endedAt: z.iso.datetime().exactOptional(),
  /** Datasets by id, with the hash of their puzzles. */
  datasets: z.record(z.string(), z.string()),
  results: z.array(trialResultSchema),
});

export type Experiment = Readonly<z.infer<typeof experimentSchema>>;
export type Condition = Experiment['conditions'][number];
export type SplitChoice = z.infer<typeof splitSchema>;
export type ExperimentTest = Experiment['test'];
export type Published = Experiment['published'][number];
export type TrialResult = z.infer<typeof trialResultSchema>;
export type Prediction = z.infer<typeof predictionSchema>;
export type ExperimentPoint = z.infer<typeof pointSchema>;
export type ExperimentRecord = z.infer<typeof experimentRecordSchema>;
