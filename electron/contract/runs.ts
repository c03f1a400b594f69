/** What compute serves of training runs, and what it tells of them. */
import { z } from 'zod';
import { parentSchema } from '../../models/checkpoint/model-card';
import { accuracySchema } from '../../models/evaluate/accuracy';
import { precisions, providers } from '../../models/runtime/execution';
import { evaluationSchema, stepMetricsSchema } from '../../models/train/metrics';
import { runConfigSchema } from '../../models/train/run-config';
import { count, id, job, path, puzzleSchema, seed, share, token } from './shared-schemas';

/** The mean of so many consecutive steps; `step` and `seconds` are those of the last of them. */
export const meanMetricsSchema = stepMetricsSchema.extend({ count: count.min(1) });

/** A held-out puzzle answered by the model as it is now. */
export const sampleSchema = puzzleSchema.extend({
  answer: z.array(token),
  /** Probability of each answered token, per cell. */
  confidence: z.array(share),
});

/** One look at held-out puzzles. */
export const samplesSchema = z.object({ step: count, samples: z.array(sampleSchema) });

export const runStates = ['running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'] as const;

/** What a run can be carried elsewhere as: to another lab, a spreadsheet, TensorBoard, or the reference's PyTorch code. */
export const runExports = ['capsule', 'csv', 'tensorboard', 'cluster'] as const;

/** The look at held-out puzzles with the highest exact accuracy, and the checkpoint made then. */
export const bestSchema = z.object({ step: count, exactAccuracy: share });

/** Something a person should look at; the run goes on. */
export const alertSchema = z.object({
  kind: z.enum(['plateau', 'gap', 'disk', 'slow']),
  step: count,
  sentence: z.string(),
});

export const runSchema = z.object({
  runId: id,
  /** For people; null for the data set and the time. */
  name: z.string().max(200).nullable(),
  tags: z.array(z.string().max(40)).max(20),
  /** Id of a set of the lab or the user's; on the command line it may be a path. */
  dataset: z.string().min(1).max(4096),
  /** Of its puzzles, see `run-record.ts`. */
  datasetHash: z.string().max(64),
  /** Of puzzle. */
  kind: z.string(),
  preset: id,
  seed: z.number(),
  state: z.enum(runStates),
  startedAt: z.string(),
  step: count,
  seconds: z.number(),
  maxSeconds: z.number(),
  /** Where the run stops at the latest; whichever of the two comes first. */
  maxSteps: count,
  /** Floating-point operations of one train step, counted from its graph. */
  stepFlop: z.number().nonnegative(),
  accuracy: accuracySchema.nullable(),
  best: bestSchema.nullable(),
  /** What it started from; null for a run from nothing. */
  parent: parentSchema.nullable(),
  /** Id of the saved model, once there is one; its folder for runs of the command line. */
  model: z.string().min(1).max(4096).nullable(),
  failure: z.string().nullable(),
  /** Why it paused by itself; null when it did not. */
  alert: z.string().nullable(),
  alerts: z.array(alertSchema).max(100),
  /** What computes it now, and what became of a device that failed. */
  device: z.string(),
  notice: z.string().nullable(),
});

const run = z.object({ runId: id });
const name = z.string().trim().min(1).max(200);

/** What a run can be given in place of what its preset says. */
const settings = z.object({
  maxSteps: count.min(1).optional(),
  batchSize: count.min(1).max(4096).optional(),
  learningRate: z.number().positive().max(1e6).optional(),
  precision: z.enum(precisions).optional(),
});

/** What a new run is asked to do. `from`: a model of the library that is taught further. */
export const runRequestSchema = settings.extend({
  dataset: id,
  preset: id,
  seed,
  maxSeconds: z
    .number()
    .positive()
    .max(7 * 24 * 3600),
  name: name.optional(),
  from: id.optional(),
  /** Weights that are trained; all by default. */
  trainable: z.enum(['all', 'puzzleEmbeddings']).optional(),
});

const operations = z.number().nonnegative();

/** What a run costs by calculation, and the memory of this machine. */
export const costEstimateSchema = z.object({
  /** Parameters of the model for these puzzles. */
  parameters: count,
  /** Floating-point operations of one train step, counted from its graph, and their parts. */
  stepFlop: operations,
  stepFlopByPart: z.record(z.string(), operations),
  /** Of one supervision step of a batch without gradient. */
  answerFlop: operations,
  memoryBytes: operations,
  availableBytes: operations,
});

/** Measured first steps and an evaluation on the device that would compute the run, and the estimate for the whole run. */
export const benchmarkSchema = z.object({
  /** The device that was measured: the CPU where the chosen device failed. */
  device: z.enum(providers),
  stepMilliseconds: z.number().positive(),
  lookMilliseconds: z.number().positive(),
  /** Expected until the run reaches its limit of steps or time, with evaluations (`looks`) in between; the final evaluation comes after. */
  steps: count,
  looks: count,
  seconds: z.number().positive(),
  /** Peak memory of the whole process. */
  peakBytes: count,
  checkpointBytes: count,
  /** Peak disk usage of the run and its model. */
  diskBytes: count,
  /** Null where unknown. */
  freeDiskBytes: count.nullable(),
  /** Of the whole run, all evaluations included. */
  flop: operations,
});

export const queuedSchema = z.object({ queueId: id, request: runRequestSchema, problem: z.string().nullable() });
export const queueSchema = z.object({ isPaused: z.boolean(), waiting: z.array(queuedSchema) });

export const runRequests = {
  /**
   * Before a run: what it costs, or the `reason` why it cannot be started. Calculated at once; `measure` runs its first
   * steps and saves nothing, is refused while a run trains, and ends when a run starts.
   */
  preflight: {
    input: runRequestSchema.partial({ seed: true, maxSeconds: true }).extend({ measure: z.boolean().optional() }),
    output: z.object({
      costEstimate: costEstimateSchema.nullable(),
      benchmark: benchmarkSchema.nullable(),
      reason: z.string().nullable(),
    }),
  },
  listRuns: { input: z.object({}), output: z.array(runSchema) },
  startRun: { input: runRequestSchema, output: runSchema },
  pauseRun: { input: run, output: runSchema },
  /**
   * Ends a pause, or goes on from the last checkpoint; from then on with half the learning rate where asked.
   * `acceptChangedData`: although the data set is no longer what it was.
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
  /** Ends the run after the step under way, evaluates and saves the model. */
  stopRun: { input: run, output: runSchema },
  /** A new run that goes on from a checkpoint of another, the last one without `step`, with other settings where given. */
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
  /** A copy of the run as it lies on the disk. */
  duplicateRun: { input: run.extend({ name: name.optional() }), output: runSchema },
  updateRun: {
    input: run.extend({
      name: name.nullable().optional(),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    }),
    output: runSchema,
  },
  readNotes: { input: run, output: z.object({ text: z.string() }) },
  writeNotes: { input: run.extend({ text: z.string().max(200_000) }), output: z.object({}) },
  /** `restoreDeleted` restores it. */
  deleteRun: { input: run, output: z.object({ trashId: z.string() }) },
  /** Ascending steps from which a run can go on or branch. */
  listCheckpoints: { input: run, output: z.object({ steps: z.array(count), best: count.nullable() }) },
  /** How it was set up: `command` makes the same run on the command line, `config` is every number behind it. */
  getRunConfig: {
    input: run,
    output: z.object({
      version: z.string(),
      command: z.string(),
      preset: z.object({ id: z.string(), name: z.string(), family: z.string() }),
      config: runConfigSchema,
    }),
  },
  /** Folders among the runs that this lab cannot read, each with the reason: a newer lab wrote them, or they are damaged. */
  listUnreadableRuns: { input: z.object({}), output: z.array(z.object({ folder: z.string(), reason: z.string() })) },
  /**
   * What a reloaded window missed: the run so far, or its steps `from`–`to` and one on either side, thinned to at
   * most `points` steps, spikes of loss and gradient included. Looks are told without limits.
   */
  readMetrics: {
    input: z.object({ runId: id, points: count.min(2).max(10_000_000), from: count.optional(), to: count.optional() }),
    output: z.object({
      run: runSchema,
      steps: z.array(stepMetricsSchema),
      /** Where steps were left out, the means of equal stretches of all of them: kept spikes would bend an average. */
      means: z.array(meanMetricsSchema),
      evaluations: z.array(evaluationSchema),
      /** The latest looks at held-out puzzles, oldest first. */
      samples: z.array(samplesSchema),
    }),
  },
  /**
   * `out`: a new file, for `tensorboard` and `cluster` a new folder. `augment`: symmetric copies of each puzzle to
   * learn from, 100 when absent; for `cluster`. `notes`: what the reference cannot do of this run.
   */
  exportRun: {
    input: run
      .extend({ out: path, format: z.enum(runExports), augment: count.max(10_000).optional(), job })
      .refine(
        ({ augment, format }) => augment === undefined || format === 'cluster',
        'augment belongs to the format cluster',
      ),
    output: z.object({ out: z.string(), notes: z.array(z.string()) }),
  },
  /** A capsule that was exported, here or elsewhere. */
  importRun: { input: z.object({ path, job }), output: runSchema },
  getQueue: { input: z.object({}), output: queueSchema },
  enqueueRun: { input: runRequestSchema, output: queueSchema },
  moveQueuedRun: { input: z.object({ queueId: id, to: count }), output: queueSchema },
  removeQueuedRun: { input: z.object({ queueId: id }), output: queueSchema },
  setQueuePaused: { input: z.object({ isPaused: z.boolean() }), output: queueSchema },
} as const;

export const runEvents = [
  z.object({ type: z.literal('run/started'), runId: id, run: runSchema }),
  /** Batched to 10–20 a second; `secondsLeft` is null until it can be estimated. */
  z.object({
    type: z.literal('run/step'),
    runId: id,
    points: z.array(stepMetricsSchema),
    samplesPerSecond: z.number(),
    /** What the process that trains holds in memory. */
    memoryBytes: count,
    secondsLeft: z.number().nullable(),
  }),
  z.object({ type: z.literal('run/evaluated'), runId: id, evaluation: evaluationSchema }),
  z.object({ type: z.literal('run/sample'), runId: id, step: count, samples: z.array(sampleSchema) }),
  z.object({ type: z.literal('run/checkpoint'), runId: id, step: count }),
  z.object({ type: z.literal('run/alert'), runId: id, run: runSchema }),
  /** A device failed, and the processor goes on with the run. */
  z.object({ type: z.literal('run/fallback'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/paused'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/resumed'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/finished'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/stopped'), runId: id, run: runSchema }),
  z.object({ type: z.literal('run/failed'), runId: id, run: runSchema }),
  z.object({ type: z.literal('queue/changed'), queue: queueSchema }),
] as const;

export type Run = z.infer<typeof runSchema>;
export type Best = z.infer<typeof bestSchema>;
export type RunExport = (typeof runExports)[number];
export type Alert = z.infer<typeof alertSchema>;
export type MeanMetrics = z.infer<typeof meanMetricsSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type RunRequest = z.infer<typeof runRequestSchema>;
export type Benchmark = z.infer<typeof benchmarkSchema>;
export type Queue = z.infer<typeof queueSchema>;
