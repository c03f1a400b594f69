/** What compute serves of models: the library, and the ways in and out of it. */
import { z } from 'zod';
import { cardSchema } from '../../models/checkpoint/model-card';
import { count, id, path } from './shared-schemas';

export const modelSchema = cardSchema.extend({ id, source: z.enum(['shipped', 'trained', 'imported']) });

/** Settings under the reference's names, e.g. `num_heads`. */
const settings = z.record(z.string().max(40), z.union([z.number(), z.string().max(100), z.boolean()]));

export const modelRequests = {
  listModels: { input: z.object({}), output: z.array(modelSchema) },
  /**
   * A checkpoint of PyTorch's or a safetensors file, or a folder with one; pickles are parsed, never run.
   * Where more must be known to run it nothing is kept, and `missing` says what to ask for.
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
      /** Sentences: what was chosen, taken for granted, or changed. */
      notes: z.array(z.string()),
      missing: z.object({ settings: z.array(z.string()), message: z.string() }).nullable(),
    }),
  },
  /** `batchSize`: puzzles that an ONNX file answers at once. */
  exportModel: {
    input: z.object({
      model: id,
      out: path,
      format: z.enum(['safetensors', 'pt', 'onnx-step', 'onnx-solve']),
      batchSize: count.min(1).max(1024).optional(),
    }),
    output: z.object({ files: z.array(z.string()), notes: z.array(z.string()) }),
  },
  renameModel: { input: z.object({ model: id, name: z.string().trim().min(1).max(100) }), output: modelSchema },
  /** The token brings it back (`restoreDeleted`). */
  deleteModel: { input: z.object({ model: id }), output: z.object({ token: z.string() }) },
} as const;

export type Model = z.infer<typeof modelSchema>;
