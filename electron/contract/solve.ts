/** Requests that run a model: a solve with every update of its state, and an evaluation. */
import { z } from 'zod';
import { accuracySchema } from '../../models/evaluate/accuracy';
import { count, id, job, share, splitName, token } from './shared-schemas';

/** The state after one update, read by the model's heads. */
export const updateSchema = z.object({
  /** Decoded answer, and the probability of each answered token. */
  answer: z.array(token),
  confidence: z.array(share),
  /** ‖Δz‖ of the update (root mean square over the state). */
  change: z.number(),
  /** Halting logit here (minus the logit of continuing, in models that have both): above 0 it would stop. The model itself reads it only after the last cycle. */
  qHalt: z.number(),
  /** [block][position]: attention weights of the chosen head and cell; null where none was chosen. */
  attention: z.array(z.array(share)).nullable(),
});

/** One H cycle of one supervision step: the update of zH that closes it, and before it the lCycles updates of zL. */
export const cycleSchema = updateSchema.extend({ latent: z.array(updateSchema) });

export const traceSchema = z.object({
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
  /** Floating-point operations of the steps made, without those of the trace itself. */
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
    input: z.object({
      model: id,
      inputs: z.array(token).max(4096),
      /** Its row in a dataset: its puzzle identifier, where the model has puzzle embeddings and was trained on that dataset. */
      puzzle: z.object({ dataset: id, split: splitName, index: count }).optional(),
      /** Only the steps until the model would halt. */
      stopAtHalt: z.boolean().optional(),
      /** Whose attention weights to return. */
      attention: z.object({ head: z.int().min(0), cell: z.int().min(0) }).optional(),
      /** Whether to return the path of the state. */
      path: z.boolean().optional(),
      job,
    }),
    output: traceSchema,
  },
  /** Accuracy of a model on a split, on all of it without `limit`; also while a run trains, which slows both. */
  evaluateModel: {
    input: z.object({ model: id, dataset: id, split: splitName, limit: count.min(1).optional(), job }),
    output: accuracySchema,
  },
} as const;

export type Accuracy = z.infer<typeof accuracySchema>;
export type Cycle = z.infer<typeof cycleSchema>;
export type Trace = z.infer<typeof traceSchema>;
