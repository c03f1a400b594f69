/** Requests about models: list, import, export, rename, delete, solve, evaluate. */
import { z } from 'zod';
import { exportFormats } from '../../models/checkpoint/export/export-format';
import { evaluationRecordSchema, modelCardSchema } from '../../models/checkpoint/model-card';
import type { accuracySchema } from '../../models/evaluate/accuracy';
import { demosSchema } from '../../models/evaluate/demos';
import { evaluationSchema } from '../../models/evaluate/evaluation';
import { failuresSchema } from '../../models/evaluate/failures';
import { pickRuleSchema } from '../../models/evaluate/pick-rollout';
import { MAX_NOISE, MAX_ROLLOUTS, MAX_SEED, MAX_SUPERVISION_STEPS } from './limits';
import { count, id, job, path, share, splitName, text, token } from './shared-schemas';

export const modelSchema = modelCardSchema.extend({
  id,
  source: z.enum(['built-in', 'trained', 'imported']),
  /** Whether it reads puzzles of every size of its kind, not only of the size that it was trained on. */
  readsEverySize: z.boolean(),
});

/** Settings under the reference's names, e.g. `num_heads`. */
const settings = z.record(z.string().max(40), z.union([z.number(), z.string().max(100), z.boolean()]));

/** A model that others have published. */
const publishedModelSchema = z.object({
  id,
  name: z.string(),
  summary: text,
  homepage: z.string(),
  /** Name of the licence; null where it could not be verified. */
  licence: z.string().nullable(),
  /** Puzzle kind, and the download of the dataset it was trained for. */
  kind: z.string(),
  dataset: z.string(),
  /** Exact accuracy on that dataset that the publisher states; not evaluated here. */
  reported: share.nullable(),
  /** Approximate size of the download. */
  bytes: count,
  /** Whether the SHA-256 of the weights is known; else the size and the format are checked. */
  isHashKnown: z.boolean(),
  /** Whether the files are complete and verified, but not imported. */
  isDownloaded: z.boolean(),
  /** Bytes of an unfinished download, from which the next one continues. */
  partialBytes: count,
  /** Id of the imported model; null if there is none. */
  model: id.nullable(),
});

export const modelRequests = {
  listModels: { readOnly: true, input: z.object({}), output: z.array(modelSchema) },
  /** Model folders with a damaged card, which are not listed, damaged settings, or files that were changed, each with the reason. */
  listUnreadableModels: {
    readOnly: true,
    input: z.object({}),
    output: z.array(z.object({ folder: z.string(), reason: text })),
  },
  /** Puzzles that show how the built-in models think, by model, in their order on Home. */
  listDemos: { readOnly: true, input: z.object({}), output: z.array(demosSchema.extend({ model: id })) },
  /**
   * Imports a PyTorch checkpoint or a safetensors file, or a folder with one; pickles are parsed, never executed.
   * If required settings are missing, nothing is saved and `missing` lists them.
   */
  importModel: {
    input: z.object({
      path,
      name: z.string().trim().min(1).max(100).optional(),
      kind: z.string().max(700).optional(),
      configFile: path.optional(),
      settings: settings.optional(),
    }),
    output: z.object({
      model: modelSchema.nullable(),
      /** Sentences about choices, default values and conversions. */
      notes: z.array(text),
      missing: z.object({ settings: z.array(z.string()), message: text }).nullable(),
    }),
  },
  /** Without network access. */
  listPublishedModels: { readOnly: true, input: z.object({}), output: z.array(publishedModelSchema) },
  /** Downloads, verifies and imports a published model; a later request continues an unfinished download. */
  downloadModel: { input: z.object({ id, job }), output: z.object({ model: modelSchema, notes: z.array(text) }) },
  /** What an answer of a model, or of the model that a run trains, costs; see `AnswerCosts`. */
  getAnswerCosts: {
    readOnly: true,
    input: z.union([z.object({ model: id }), z.object({ runId: id })]),
    output: z.object({
      parameters: count,
      embeddingNumbers: count,
      blocksPerStep: count,
      steps: count,
      stepFlop: z.number().nonnegative(),
    }),
  },
  /** `batchSize`, `tokenType` and `weights`: of an ONNX file; the notes name its accuracy where its weights are not float32. */
  exportModel: {
    readOnly: true,
    input: z.object({
      model: id,
      out: path,
      format: z.enum(exportFormats),
      batchSize: count.min(1).max(1024).optional(),
      tokenType: z.enum(['int32', 'int64']).optional(),
      weights: z.enum(['float32', 'float16', 'int8']).optional(),
    }),
    output: z.object({ files: z.array(z.string()), notes: z.array(text) }),
  },
  renameModel: { input: z.object({ model: id, name: z.string().trim().min(1).max(100) }), output: modelSchema },
  /** Stores an evaluation in the model's card, in place of the one with the same settings. */
  saveEvaluation: { input: z.object({ model: id, record: evaluationRecordSchema }), output: modelSchema },
  /** `restoreFromTrash` restores it. */
  deleteModel: { input: z.object({ model: id }), output: z.object({ trashId: z.string() }) },
} as const;

export type Model = z.infer<typeof modelSchema>;
export type PublishedModel = z.infer<typeof publishedModelSchema>;

/** One update of a state. */
const updateSchema = z.object({
  /** ‖Δz‖ of the update (root mean square over the state). */
  change: z.number(),
  /** [block][position]: attention weights of the chosen head and cell; null if none was chosen. */
  attention: z.array(z.array(share)).nullable(),
});

/** One H cycle of one supervision step: the update of zH that closes it, read by the model's heads, and before it the lCycles updates of zL. */
const cycleSchema = updateSchema.extend({
  latent: z.array(updateSchema),
  /** Decoded answer, and the probability of each answered token. */
  answer: z.array(token),
  confidence: z.array(share),
  /** Halting logit (minus the continue logit, in models that have both): above 0, the model would halt. The model uses it only after the last cycle. */
  qHalt: z.number(),
});

const stepSchema = z.object({ cycles: z.array(cycleSchema), qHalt: z.number() });

/** Supervision steps, of the model's own number by default. */
const steps = z.int().min(1).max(MAX_SUPERVISION_STEPS).optional();

/** Copies of a puzzle with noise on their states, and the rule by which one answer is picked. */
const rolloutsSchema = z.object({
  count: z.int().min(1).max(MAX_ROLLOUTS),
  /** σ, in units of the root mean square of the state. */
  noise: z.number().min(0).max(MAX_NOISE),
  seed: z.int().min(0).max(MAX_SEED),
  pick: pickRuleSchema,
});

/**
 * One answer of each of so many last checkpoints of the run that has saved the model (both have the same id), of which the most frequent is
 * taken.
 */
const lastCheckpoints = z.int().min(2).max(MAX_ROLLOUTS).optional();

const traceSchema = z.object({
  model: id,
  inputs: z.array(token),
  /** Puzzle identifier given to a model with puzzle embeddings; 0 is the blank one. */
  identifier: count,
  /** [supervision step][H cycle]; the carry starts from H_init, L_init before the first. */
  steps: z.array(stepSchema),
  lCycles: count,
  /** First supervision step (1-based) after which the model would halt (qHalt > 0), null if never. */
  haltStep: count.nullable(),
  /** Heads of the model's attention; 0 where an MLP mixes the positions. */
  heads: count,
  /** Positions of the puzzle embedding: rows of attention begin with them. */
  puzzleEmbLen: count,
  /** Floating-point operations of the steps, without those of the trace. */
  flop: z.number().nonnegative(),
  /** The whole state (zH and zL) after each update, on its first two principal components; null without `path`. */
  path: z
    .object({
      points: z.array(z.tuple([z.number(), z.number()])),
      /** The update of each point, counted from 0: not every update of a long solve is recorded. */
      updates: z.array(count),
      /** Share of the variance along each of the two. */
      shares: z.tuple([share, share]),
      /** Positions that the projection uses, evenly spread over all of them. */
      positions: count,
      allPositions: count,
    })
    .nullable(),
  /** Wall time of the whole solve in milliseconds. */
  milliseconds: z.number(),
});

/** Row of a puzzle in a dataset, to find its puzzle identifier if the model has puzzle embeddings and was trained on that dataset. */
const puzzleRow = z.object({ dataset: id, split: splitName, index: count }).optional();

const rolloutResultSchema = z.object({
  /** Supervision steps of each attempt; empty where they were streamed. Fewer than requested where a legal answer decided before. */
  attempts: z.array(z.array(stepSchema)),
  /** Step of the checkpoint of each attempt; absent for rollouts. */
  checkpoints: z.array(count).exactOptional(),
  /** The picked answer; null where `rules` found no legal one. */
  picked: z
    .object({
      /** From 0. */
      rollout: count,
      /** The supervision step of the answer, from 1. */
      step: count,
      /** Attempts with the same answer after that step. */
      votes: count,
      legal: z.boolean(),
    })
    .nullable(),
  flop: z.number().nonnegative(),
  milliseconds: z.number(),
});

export const solveEvents = [
  /** New supervision steps of a streamed solve, in their order, about twenty times a second. */
  z.object({
    type: z.literal('solve/steps'),
    job: z.string(),
    attempts: z.array(z.object({ attempt: count, steps: z.array(stepSchema) })),
  }),
] as const;

export const solveRequests = {
  traceSolve: {
    readOnly: true,
    input: z.object({
      model: id,
      inputs: z.array(token).max(4096),
      puzzle: puzzleRow,
      steps,
      /** Only the steps until the model would halt. */
      stopAtHalt: z.boolean().optional(),
      /** Head and cell whose attention weights are returned. */
      attention: z.object({ head: z.int().min(0), cell: z.int().min(0) }).optional(),
      /** Whether to return the path of the state. */
      path: z.boolean().optional(),
      /** Sends the steps as events while they are computed; the output then has none. */
      stream: z.boolean().optional(),
      job,
    }),
    output: traceSchema,
  },
  /** Solves a puzzle in several attempts, rollouts or one of each checkpoint, and picks one answer. Cancelling ends it within a supervision step. */
  solveRollouts: {
    readOnly: true,
    input: z
      .object({
        model: id,
        inputs: z.array(token).max(4096),
        puzzle: puzzleRow,
        steps,
        rollouts: rolloutsSchema.optional(),
        lastCheckpoints,
        stream: z.boolean().optional(),
        job,
      })
      .refine(
        ({ rollouts, lastCheckpoints: last }) => (rollouts === undefined) !== (last === undefined),
        'expected either rollouts or lastCheckpoints',
      ),
    output: rolloutResultSchema,
  },
  /**
   * Accuracy of a model, of the weights of a checkpoint of a run, or of the vote of its last checkpoints, on a split, or on a random sample of `limit` of its puzzles. Possible while
   * a run trains, which slows both. `failures` is absent in what is stored with a model.
   */
  evaluateModel: {
    readOnly: true,
    input: z
      .object({
        model: id.optional(),
        checkpoint: z.object({ run: id, step: count }).optional(),
        dataset: id,
        split: splitName,
        limit: count.min(1).optional(),
        steps,
        rollouts: rolloutsSchema.optional(),
        lastCheckpoints,
        job,
      })
      .refine(
        ({ model, checkpoint }) => (model === undefined) !== (checkpoint === undefined),
        'expected either a model or a checkpoint',
      )
      .refine(
        ({ lastCheckpoints: last, model, rollouts }) => last === undefined || (model !== undefined && !rollouts),
        'lastCheckpoints belongs to a model without rollouts',
      ),
    output: evaluationSchema.extend({ failures: failuresSchema.optional() }),
  },
  /** Cancels an evaluation within a supervision step. `evaluateModel` returns what was evaluated so far, or fails where nothing was. */
  endEvaluation: {
    readOnly: true,
    input: z.object({ job: z.string() }),
    /** False where no such evaluation is in progress, or not yet. */
    output: z.object({ isEnding: z.boolean() }),
  },
} as const;

export type Accuracy = z.infer<typeof accuracySchema>;
export type Step = z.infer<typeof stepSchema>;
export type Rollouts = z.infer<typeof rolloutsSchema>;
export type RolloutResult = z.infer<typeof rolloutResultSchema>;
export type { ModelEvaluation } from '../../models/evaluate/evaluation';
export type { Calibration, CalibrationBin, Reliability } from '../../models/evaluate/calibration';
export type { Failure, Failures } from '../../models/evaluate/failures';
export type { PickRule } from '../../models/evaluate/pick-rollout';
export type Cycle = z.infer<typeof cycleSchema>;
export type Trace = z.infer<typeof traceSchema>;
