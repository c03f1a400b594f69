/** Requests about models: list, import, export, rename, delete, solve, evaluate. */
import { z } from 'zod';
import { modelCardSchema } from '../../models/checkpoint/model-card';
import { accuracySchema } from '../../models/evaluate/accuracy';
import { count, id, job, path, share, splitName, text, token } from './shared-schemas';

const modelSchema = modelCardSchema.extend({ id, source: z.enum(['built-in', 'trained', 'imported']) });

/** Settings under the reference's names, e.g. `num_heads`. */
const settings = z.record(z.string().max(40), z.union([z.number(), z.string().max(100), z.boolean()]));

export const modelRequests = {
  listModels: { readOnly: true, input: z.object({}), output: z.array(modelSchema) },
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
  /** `batchSize`: batch size of an ONNX file. */
  exportModel: {
    readOnly: true,
    input: z.object({
      model: id,
      out: path,
      format: z.enum(['safetensors', 'pt', 'onnx-step', 'onnx-solve']),
      batchSize: count.min(1).max(1024).optional(),
    }),
    output: z.object({ files: z.array(z.string()), notes: z.array(text) }),
  },
  renameModel: { input: z.object({ model: id, name: z.string().trim().min(1).max(100) }), output: modelSchema },
  /** `restoreFromTrash` restores it. */
  deleteModel: { input: z.object({ model: id }), output: z.object({ trashId: z.string() }) },
} as const;

export type Model = z.infer<typeof modelSchema>;

/** The state after one update, read by the model's heads. */
const updateSchema = z.object({
  /** Decoded answer, and the probability of each answered token. */
  answer: z.array(token),
  confidence: z.array(share),
  /** ‖Δz‖ of the update (root mean square over the state). */
  change: z.number(),
  /** Halting logit (minus the continue logit, in models that have both): above 0, the model would halt. The model uses it only after the last cycle. */
  qHalt: z.number(),
  /** [block][position]: attention weights of the chosen head and cell; null if none was chosen. */
  attention: z.array(z.array(share)).nullable(),
});

/** One H cycle of one supervision step: the update of zH that closes it, and before it the lCycles updates of zL. */
const cycleSchema = updateSchema.extend({ latent: z.array(updateSchema) });

const traceSchema = z.object({
  model: id,
  inputs: z.array(token),
  /** Puzzle identifier given to a model with puzzle embeddings; 0 is the blank one. */
  identifier: count,
  /** [supervision step][H cycle]; the carry starts from H_init, L_init before the first. */
  steps: z.array(z.object({ cycles: z.array(cycleSchema), qHalt: z.number() })),
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

export const solveRequests = {
  traceSolve: {
    readOnly: true,
    input: z.object({
      model: id,
      inputs: z.array(token).max(4096),
      /** Row of the puzzle in a dataset, to find its puzzle identifier if the model has puzzle embeddings and was trained on that dataset. */
      puzzle: z.object({ dataset: id, split: splitName, index: count }).optional(),
      /** Only the steps until the model would halt. */
      stopAtHalt: z.boolean().optional(),
      /** Head and cell whose attention weights are returned. */
      attention: z.object({ head: z.int().min(0), cell: z.int().min(0) }).optional(),
      /** Whether to return the path of the state. */
      path: z.boolean().optional(),
      job,
    }),
    output: traceSchema,
  },
  /** Accuracy of a model on a split, or on its first `limit` puzzles. Possible while a run trains, which slows both. */
  evaluateModel: {
    readOnly: true,
    input: z.object({ model: id, dataset: id, split: splitName, limit: count.min(1).optional(), job }),
    output: accuracySchema,
  },
} as const;

export type Accuracy = z.infer<typeof accuracySchema>;
export type Cycle = z.infer<typeof cycleSchema>;
export type Trace = z.infer<typeof traceSchema>;
