/** Requests about the application: versions, presets, and devices of this machine. */
import { z } from 'zod';
import { modelConfigSchema } from '../../models/family/config';
import { providers } from '../../models/runtime/execution';
import { runSettingsSchema } from '../../models/train/run-settings';
import { datasetSchema } from './datasets';
import { count, id, share, text } from './shared-schemas';

export const presetSchema = z.object({
  id,
  name: text,
  summary: text,
  /** e.g. `TRM-MLP`, `TRM-attention`. */
  family: z.string(),
  /** Parameters for the puzzles of each dataset, by its id: they depend on cells and tokens. */
  parameters: z.record(id, count),
  hiddenSize: count,
  hCycles: count,
  lCycles: count,
  haltMaxSteps: count,
  batchSize: count,
  maxSteps: count,
  /** Share of the training puzzles that show further clues. */
  extraClues: share,
  hasCurriculum: z.boolean(),
  /** Every setting of its runs, those that others derive from included. */
  settings: runSettingsSchema,
  /** What it reached on puzzles of other kinds is unknown. */
  results: z.array(
    z.object({
      /** Id of the kind of puzzle. */
      kind: z.string(),
      steps: count,
      /** Seconds of training on two cores. */
      seconds: z.number().positive(),
      exact: share,
      /** Whether the accuracy is so low that the preset counts as failing. */
      isFailure: z.boolean(),
      puzzles: count,
      seeds: count,
    }),
  ),
});

/** What the models of a family can do; a setting of something else does not apply to them. */
const familySchema = z.object({
  id: modelConfigSchema.shape.family,
  hasCycles: z.boolean(),
  /** Whether zH is updated by a network of its own. */
  hasHNetwork: z.boolean(),
  canUseMlp: z.boolean(),
  /** Whether it mixes positions by something else than an MLP. */
  canUseOther: z.boolean(),
  /** Whether that is attention. */
  hasAttention: z.boolean(),
  hasVariants: z.boolean(),
  /** Changes of the settings of each preset, by its id. */
  settings: z.record(id, runSettingsSchema),
});

/** A device of this machine. */
export const deviceSchema = z.object({
  provider: z.enum(providers),
  name: z.string(),
  /** `passed`: its results agree with the CPU's. The CPU is never tested: the others are compared with it. */
  state: z.enum(['untested', 'passed', 'refused']),
  /** Why it was refused, or is untested again. */
  reason: text.nullable(),
  /** Time of one train step of the classroom preset. */
  milliseconds: z.number().positive().nullable(),
  /** Whether its float16 products agree as well: it then computes `mixed` precision in float16. */
  float16: z.boolean(),
  /** Runs and solves use this device. */
  chosen: z.boolean(),
});

export const appInfoSchema = z.object({
  version: z.string(),
  runtime: z.object({ onnxruntime: z.string(), node: z.string(), electron: z.string().nullable() }),
  /** The CPU. `threads`: cores in use; `cores`: physical cores that the lab may use. */
  device: z.object({ name: z.string(), provider: z.string(), threads: count, cores: count }),
  dataFolder: z.string(),
  /** Why the data folder is read-only; null if it is not. */
  readOnly: text.nullable(),
  datasets: z.array(datasetSchema),
  presets: z.array(presetSchema),
  families: z.array(familySchema),
});

/** Another number of cores is in use, from the next calculation on. */
export const appEvents = [
  z.object({ type: z.literal('cores/changed'), threads: count }),
  /** The data folder became read-only, with the reason; null: it can be changed again. */
  z.object({ type: z.literal('data-folder/changed'), readOnly: text.nullable() }),
] as const;

export const appRequests = {
  getAppInfo: { readOnly: true, input: z.object({}), output: appInfoSchema },
  listDevices: { readOnly: true, input: z.object({}), output: z.array(deviceSchema) },
  /** Tests every device in a separate process; takes seconds to minutes. */
  testDevices: { input: z.object({}), output: z.array(deviceSchema) },
  chooseDevice: { input: z.object({ provider: z.string() }), output: z.array(deviceSchema) },
} as const;

export type Device = z.infer<typeof deviceSchema>;
export type AppInfo = z.infer<typeof appInfoSchema>;
export type Preset = z.infer<typeof presetSchema>;
export type PresetResult = Preset['results'][number];
export type FamilyInfo = z.infer<typeof familySchema>;
