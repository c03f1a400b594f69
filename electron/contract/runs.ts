/** Requests and events about training runs. */
import { z } from 'zod';
import { parentSchema } from '../../models/checkpoint/model-card';
import { accuracySchema } from '../../models/evaluate/accuracy';
import { providers } from '../../models/runtime/execution';
import { evaluationSchema, stepMetricsSchema } from '../../models/train/metrics';
import { runConfigSchema } from '../../models/train/run-config';
import { runSettingsSchema } from '../../models/train/run-settings';
import { modelSchema } from './models';
import { MAX_METRIC_POINTS, MAX_REPEATED_SEEDS, MAX_RUN_NAME, MAX_RUN_SECONDS } from './limits';
import { count, id, job, path, puzzleSchema, seed, share, text, token } from './shared-schemas';

/**
 * The mean of `count` consecutive steps; `step` and `seconds` are those of the last one. `halted`: all examples that halted in them, or
 * the steps in which some did where that was not recorded.
 */
export const meanMetricsSchema = stepMetricsSchema.extend({ count: count.min(1) });

/** A held-out puzzle with the answer of the current model. */
export const sampleSchema = puzzleSchema.extend({
  answer: z.array(token),
  /** Probability of the predicted token of each cell. */
  confidence: z.array(share),
});

/** Samples of one evaluation. */
export const samplesSchema = z.object({ step: count, samples: z.array(sampleSchema) });

const steps = count.max(2 ** 31);

/** `interrupted` and `elsewhere` (another process trains it) are never recorded: they are found by the lock of a run that is recorded as running. */
export const runStates = ['running', 'paused', 'finished', 'stopped', 'failed', 'interrupted', 'elsewhere'] as const;

/**
 * Export formats of a run: `archive` is one file that can be imported again, `csv` and `tensorboard` are its metrics,
 * `cluster` is a job folder for the reference's PyTorch code.
 */
export const runExports = ['archive', 'csv', 'tensorboard', 'cluster'] as const;

/** The evaluation with the highest exact accuracy; its step has a checkpoint. */
export const bestSchema = z.object({ step: count, exactAccuracy: share });

/** A warning about a run, which continues. */
const alertSchema = z.object({ kind: z.enum(['plateau', 'gap', 'disk', 'slow', 'damage']), step: count, text });

/** Alerts in the records of earlier versions have `sentence` instead of `text`. */
const previousAlertSchema = z.looseObject({ sentence: z.string() });

function upgradeAlert(stored: unknown): unknown {
  const { data } = previousAlertSchema.safeParse(stored);
  if (!data) return stored;
  const { sentence, ...alert } = data;
  return { ...alert, text: sentence };
}

/** Steps of a recursion curriculum that train with the same cycles, and the operations of each. */
const runStageSchema = z.object({ steps: count, hCycles: count, lCycles: count, stepFlop: z.number().nonnegative() });

export const runSchema = z.object({
  runId: id,
  /** Display name; null if not named. */
  name: z.string().max(MAX_RUN_NAME).nullable(),
  tags: z.array(z.string().max(40)).max(20),
  /** Id of a dataset; a path for runs of the command line. */
  dataset: z.string().min(1).max(4096),
  /** Hash of its puzzles, see `run-record.ts`. */
  datasetHash: z.string().max(64),
  /** Kind of puzzle. */
  kind: z.string(),
  preset: id,
  seed: z.number(),
  state: z.enum(runStates),
  startedAt: z.string(),
  step: steps,
  seconds: z.number(),
  /** Energy of the processors, other programs included; null where it was not measured, absent in runs of earlier versions. */
  joules: z.number().nonnegative().nullable().exactOptional(),
  maxSeconds: z.number(),
  /** The run stops at `maxSeconds` or `maxSteps`, whichever is reached first. */
  maxSteps: steps,
  /** Floating-point operations of one train step with the whole recursion, counted from its graph. */
  stepFlop: z.number().nonnegative(),
  /** The first stages of a recursion curriculum; the whole recursion follows. */
  stages: z.array(runStageSchema).max(8).readonly().exactOptional(),
  accuracy: accuracySchema.nullable(),
  best: bestSchema.nullable(),
  /** The model or run it starts from; null for a new model. */
  parent: parentSchema.nullable(),
  /** Id of the saved model, null before it is saved; its folder for runs of the command line. */
  model: z.string().min(1).max(4096).nullable(),
  /** Error message of a failed run. */
  failure: text.nullable(),
  /** Why it paused automatically; null if it did not. */
  pauseReason: text.nullable(),
  alerts: z.array(z.preprocess(upgradeAlert, alertSchema)).max(100),
  /** The device in use, and a message if another device has failed. */
  device: z.string(),
  deviceMessage: text.nullable(),
});

const run = z.object({ runId: id });
const name = z.string().trim().min(1).max(MAX_RUN_NAME);

/** Whether a fine-tuned model continues with the state of its optimiser, or with a new one. */
export const optimizerStateChoices = ['reset', 'keep'] as const;
export type OptimizerStateChoice = (typeof optimizerStateChoices)[number];

/** A new run. `from`: a model of the library to fine-tune. */
export const runRequestSchema = runSettingsSchema.extend({
  dataset: id,
  preset: id,
  seed,
  maxSeconds: z.number().positive().max(MAX_RUN_SECONDS),
  name: name.optional(),
  from: id.optional(),
  /** Weights that are trained; all by default. */
  trainable: z.enum(['all', 'puzzleEmbeddings']).optional(),
  /** A new optimiser by default. */
  optimizerState: z.enum(optimizerStateChoices).optional(),
});

const operations = z.number().nonnegative();

/** Static cost estimate of a run, and the memory of this machine. */
export const costEstimateSchema = z.object({
  /** Parameters of the model for these puzzles. */
  parameters: count,
  /** Floating-point operations of one train step, counted from its graph, and by part. */
  stepFlop: operations,
  stepFlopByPart: z.record(z.string(), operations),
  /** Operations of one supervision step of a batch without gradient. */
  answerFlop: operations,
  memoryBytes: operations,
  availableBytes: operations,
});

/** Measured first steps and one evaluation on the chosen device, extrapolated to the whole run. */
export const benchmarkSchema = z.object({
  /** The device that was measured: the CPU where the chosen device failed. */
  device: z.enum(providers),
  stepMilliseconds: z.number().positive(),
  evalMilliseconds: z.number().positive(),
  /** Expected until the run reaches its limit of steps or time, with quick evaluations in between; the final evaluation comes after. */
  steps: count,
  evaluations: count,
  seconds: z.number().positive(),
  /** Peak memory of the whole process. */
  peakBytes: count,
  checkpointBytes: count,
  /** Peak disk usage of the run and its model. */
  diskBytes: count,
  /** Null where unknown. */
  freeDiskBytes: count.nullable(),
  /** Operations of the whole run, including all evaluations. */
  flop: operations,
});

export const logDamageSchema = z.object({
  /** Damaged lines of metrics.jsonl. */
  lines: count,
  /** Steps without a line. */
  missingSteps: count,
  /** Whether its lines differ from those that were written: some are missing, repeated, in another order, or of another run. */
  areOthers: z.boolean(),
});

export const queuedSchema = z.object({ queueId: id, request: runRequestSchema, problem: text.nullable() });
export const queueSchema = z.object({
  isPaused: z.boolean(),
  waiting: z.array(queuedSchema),
  /** Where a damaged queue was put aside since the start; null if none was. */
  damagedFile: z.string().nullable(),
});

export const runRequests = {
  /**
   * Check before a run: its cost estimate, or the `reason` why it cannot be started. With `benchmark` also a benchmark of
   * its first steps, which saves nothing, is refused while a run trains, and ends when a run starts.
   */
  preflight: {
    readOnly: true,
    input: runRequestSchema.partial({ seed: true, maxSeconds: true }).extend({ benchmark: z.boolean().optional() }),
    output: z.object({
      costEstimate: costEstimateSchema.nullable(),
      benchmark: benchmarkSchema.nullable(),
      reason: text.nullable(),
    }),
  },
  listRuns: { readOnly: true, input: z.object({}), output: z.array(runSchema) },
  startRun: { input: runRequestSchema, output: runSchema },
  pauseRun: { input: run, output: runSchema },
  /**
   * Ends a pause, or resumes from the last checkpoint; with `halveLearningRate` at half the learning rate from then on.
   * `acceptChangedData`: resumes although the dataset has changed.
   */
  resumeRun: {
    input: run.extend({
      halveLearningRate: z.boolean().optional(),
      acceptChangedData: z.boolean().optional(),
      maxSteps: count.min(1).optional(),
      maxSeconds: z.number().positive().optional(),
    }),
    output: runSchema,
  },
  /** Ends the run after the current step, evaluates and saves the model. */
  stopRun: { input: run, output: runSchema },
  /** Starts a new run from a checkpoint of another, the last one by default, with other limits where given. */
  branchRun: {
    input: run.extend({
      step: count.optional(),
      name: name.optional(),
      maxSteps: count.min(1).optional(),
      maxSeconds: z.number().positive().optional(),
      learningRate: z.number().positive().max(1e6).optional(),
    }),
    output: runSchema,
  },
  /** Saves the model of a checkpoint, the last one by default, so that it can be evaluated, compared and exported. */
  saveCheckpoint: { input: run.extend({ step: count.optional(), name: name.optional() }), output: modelSchema },
  /** Adds runs to the queue that differ from this one only in the seed; their seeds follow the last one of its dataset and preset. */
  repeatRun: { input: run.extend({ seeds: count.min(1).max(MAX_REPEATED_SEEDS) }), output: queueSchema },
  /** Copies the folder of a run. */
  duplicateRun: { input: run.extend({ name: name.optional() }), output: runSchema },
  updateRun: {
    input: run.extend({
      name: name.nullable().optional(),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    }),
    output: runSchema,
  },
  /** `isChanged`: by another program, or damaged. */
  readNotes: { readOnly: true, input: run, output: z.object({ text: z.string(), isChanged: z.boolean() }) },
  writeNotes: { input: run.extend({ text: z.string().max(200_000) }), output: z.object({}) },
  /** `restoreFromTrash` restores it. */
  deleteRun: { input: run, output: z.object({ trashId: z.string() }) },
  /** Steps with a checkpoint, ascending, from which a run can be resumed or branched. */
  listCheckpoints: { readOnly: true, input: run, output: z.object({ steps: z.array(count), best: count.nullable() }) },
  /** Setup of a run: `command` starts the same run on the command line, `config` contains all settings. */
  getRunConfig: {
    readOnly: true,
    input: run,
    output: z.object({
      version: z.string(),
      command: z.string(),
      preset: z.object({ id: z.string(), name: text, family: z.string() }),
      config: runConfigSchema,
    }),
  },
  /**
   * Run folders that cannot be read, each with the reason: written by a newer version, or damaged. The first call also reports what
   * interrupted work had left in the data folder and was removed.
   */
  listUnreadableRuns: {
    readOnly: true,
    input: z.object({}),
    output: z.array(z.object({ folder: z.string(), reason: text })),
  },
  /**
   * Metrics for charts: all steps, or `from`–`to` and one on either side, downsampled to at most `points` steps including
   * spikes of loss and gradient; all evaluations.
   */
  readMetrics: {
    readOnly: true,
    input: z.object({
      runId: id,
      points: count.min(2).max(MAX_METRIC_POINTS),
      from: count.optional(),
      to: count.optional(),
    }),
    output: z.object({
      run: runSchema,
      steps: z.array(stepMetricsSchema),
      /** If steps were left out, the means of equal intervals of all steps; an average of the downsampled steps would be biased by spikes. */
      means: z.array(meanMetricsSchema),
      evaluations: z.array(evaluationSchema),
      /** Samples of the latest evaluations, oldest first; none for a range. */
      samples: z.array(samplesSchema),
      damage: logDamageSchema,
    }),
  },
  /**
   * `out`: a new file; for `tensorboard` and `cluster` a new folder. `augment`: symmetric copies of each training puzzle
   * for `cluster`, 100 by default. `notes`: features of the run that the reference does not support; damaged checkpoints that
   * were left out.
   */
  exportRun: {
    readOnly: true,
    input: run
      .extend({ out: path, format: z.enum(runExports), augment: count.max(10_000).optional(), job })
      .refine(
        ({ augment, format }) => augment === undefined || format === 'cluster',
        'augment belongs to the format cluster',
      ),
    output: z.object({ out: z.string(), notes: z.array(text) }),
  },
  /** Imports a run archive (export format `archive`). `notes`: what the archive does not have. */
  importRun: { input: z.object({ path, job }), output: runSchema.extend({ notes: z.array(text) }) },
  getQueue: { readOnly: true, input: z.object({}), output: queueSchema },
  enqueueRun: { input: runRequestSchema, output: queueSchema },
  /** Refused if the entry has started or was removed. */
  replaceQueuedRun: { input: z.object({ queueId: id, request: runRequestSchema }), output: queueSchema },
  moveQueuedRun: { input: z.object({ queueId: id, to: count }), output: queueSchema },
  removeQueuedRun: { input: z.object({ queueId: id }), output: queueSchema },
  setQueuePaused: { input: z.object({ isPaused: z.boolean() }), output: queueSchema },
} as const;

export const runEvents = [
  z.object({ type: z.literal('run/started'), runId: id, run: runSchema }),
  /** Steps, batched to 10–20 events a second; `secondsLeft` is null until it can be estimated, `samplesPerSecond` where samples are not counted. */
  z.object({
    type: z.literal('run/step'),
    runId: id,
    points: z.array(stepMetricsSchema),
    samplesPerSecond: z.number().nullable(),
    /** Memory of the process that trains; null for another process than that of the window. */
    memoryBytes: count.nullable(),
    secondsLeft: z.number().nullable(),
  }),
  z.object({ type: z.literal('run/evaluated'), runId: id, evaluation: evaluationSchema }),
  z.object({ type: z.literal('run/sample'), runId: id, step: count, samples: z.array(sampleSchema) }),
  z.object({ type: z.literal('run/checkpoint'), runId: id, step: count }),
  /** Progress of the full evaluation after the training, in puzzles. */
  z.object({ type: z.literal('run/evaluating'), runId: id, done: count, total: count }),
  z.object({ type: z.literal('run/alert'), runId: id, run: runSchema }),
  /** A device failed; the run continues on the CPU. */
  z.object({ type: z.literal('run/fallback'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/paused'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/resumed'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/finished'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/stopped'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/failed'), runId: id, run: runSchema }),
  /** Another process trains it, has changed its record, or has ended. */
  z.object({ type: z.literal('run/changed'), runId: id, run: runSchema }),
  z.object({ type: z.literal('queue/changed'), queue: queueSchema }),
] as const;

export type Run = z.infer<typeof runSchema>;
export type Best = z.infer<typeof bestSchema>;
export type RunExport = (typeof runExports)[number];
export type Alert = z.infer<typeof alertSchema>;
export type LogDamage = z.infer<typeof logDamageSchema>;
export type MeanMetrics = z.infer<typeof meanMetricsSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type RunRequest = z.infer<typeof runRequestSchema>;
export type Benchmark = z.infer<typeof benchmarkSchema>;
export type Queue = z.infer<typeof queueSchema>;
