/** Requests and events about experiments. The statistics and conclusions are computed from a record by its reader. */
import { z } from 'zod';
import { runSettingsSchema } from '../../models/train/run-settings';
import { experimentRecordSchema, experimentSchema, predictionSchema } from './experiments';
import { MAX_REPEATED_SEEDS, MAX_RUN_SECONDS, MAX_SEED } from './limits';
import { count, id, job, path, share, text } from './shared-schemas';

/**
 * `waiting`: it starts when the run or experiment in progress has ended. `paused`: it can be resumed, also after the lab was closed.
 * `elsewhere`: another process runs it. `ended`: by the user, before all trials. `failed`: it can be resumed as well.
 */
export const experimentStates = ['waiting', 'running', 'paused', 'elsewhere', 'failed', 'ended', 'finished'] as const;

export const experimentSummarySchema = z.object({
  experimentId: id,
  /** Id of its definition; `own` for one of the user's own. */
  definition: z.string(),
  question: text,
  state: z.enum(experimentStates),
  /** Trials that have ended, and all. */
  done: count,
  total: count,
  startedAt: z.string(),
  /** Why it could not continue; null where nothing failed. */
  failure: text.nullable(),
});

/** Where a running experiment is. */
export const experimentProgressSchema = z.object({
  condition: z.string(),
  seed: count,
  done: count,
  total: count,
  /** Of the current trial. */
  share,
  /** Until the end of the experiment; null before the first results allow an estimate. */
  secondsLeft: z.number().nonnegative().nullable(),
});

export const experimentExports = ['report', 'csv'] as const;

const setting = runSettingsSchema.keyof();
const number = z.number();
const seedCount = count.min(1).max(MAX_REPEATED_SEEDS);

/** A setting and the values that are compared; the first is what the others are compared with. */
export const variationSchema = z.object({
  name: setting,
  values: z
    .array(z.union([number, z.boolean(), z.string().max(40)]))
    .min(2)
    .max(32),
});

/** The first of the seeds, which follow each other; 1 when absent. */
const firstSeed = count.max(MAX_SEED - MAX_REPEATED_SEEDS).exactOptional();

/** One or two settings are varied, everything else is equal. */
export const ownExperimentSchema = z.object({
  dataset: id,
  preset: id,
  settings: runSettingsSchema,
  variations: z.array(variationSchema).min(1).max(2),
  seeds: seedCount,
  firstSeed,
  maxSeconds: number.positive().max(MAX_RUN_SECONDS),
});

/** A built-in experiment, with other seeds or more of them where they are given, or one of the user's own. `isThorough`: its size for a night. */
export const experimentChoiceSchema = z.union([
  z.object({
    builtIn: id,
    seeds: seedCount.exactOptional(),
    firstSeed,
    isThorough: z.boolean().exactOptional(),
  }),
  z.object({ own: ownExperimentSchema }),
]);

const one = z.object({ experimentId: id });

export const experimentRequests = {
  listExperiments: {
    readOnly: true,
    input: z.object({}),
    output: z.object({
      /** Each in its usual size, and in the one for a night. */
      builtIn: z.array(z.object({ usual: experimentSchema, thorough: experimentSchema })),
      /** Latest first. */
      experiments: z.array(experimentSummarySchema),
      unreadable: z.array(z.object({ folder: z.string(), reason: text })),
    }),
  },
  readExperiment: {
    readOnly: true,
    input: one,
    output: z.object({
      record: experimentRecordSchema,
      summary: experimentSummarySchema,
      /** Null where it does not run in this process. */
      progress: experimentProgressSchema.nullable(),
    }),
  },
  /** The experiment that a choice makes, and what it will cost here: a benchmark of the run of each condition, which saves nothing. */
  estimateExperiment: {
    readOnly: true,
    input: z.object({ choice: experimentChoiceSchema, job }),
    output: z.object({
      experiment: experimentSchema,
      /** Of the training, all conditions and seeds, without the tests. */
      seconds: z.number().nonnegative(),
      flop: z.number().nonnegative(),
      /** Of one seed. */
      conditions: z.array(z.object({ condition: z.string(), seconds: z.number().nonnegative(), flop: z.number() })),
    }),
  },
  /** Waits where something else trains. */
  startExperiment: {
    input: z.object({ choice: experimentChoiceSchema, prediction: predictionSchema.nullable() }),
    output: experimentSummarySchema,
  },
  pauseExperiment: { input: one, output: experimentSummarySchema },
  resumeExperiment: { input: one, output: experimentSummarySchema },
  /** Ends an experiment early: its results stay, no trial follows. */
  endExperiment: { input: one, output: experimentSummarySchema },
  deleteExperiment: { input: one, output: z.object({ trashId: z.string() }) },
  /** Writes a new file. */
  exportExperiment: {
    readOnly: true,
    input: z.object({ experimentId: id, format: z.enum(experimentExports), out: path }),
    output: z.object({}),
  },
} as const;

export const experimentEvents = [
  z.object({ type: z.literal('experiment/progress'), experimentId: id, progress: experimentProgressSchema }),
  /** It has a result more, or another state. */
  z.object({ type: z.literal('experiment/changed'), experimentId: id, summary: experimentSummarySchema }),
] as const;

export type ExperimentChoice = z.infer<typeof experimentChoiceSchema>;
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>;
export type ExperimentProgress = z.infer<typeof experimentProgressSchema>;
export type ExperimentExport = (typeof experimentExports)[number];
export type OwnExperiment = z.infer<typeof ownExperimentSchema>;
export type Variation = OwnExperiment['variations'][number];
