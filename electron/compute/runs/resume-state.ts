/** What a checkpoint contains besides the learner: random states, the position in the data, the time. */
import { z } from 'zod';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { bestSchema } from '../../contract/runs';

const randomStateSchema = z.array(z.number().int()).length(4).readonly();

const resumeStateSchema = z.object({
  batches: z.object({
    order: randomStateSchema,
    augmentation: randomStateSchema,
    position: z.number().int().nonnegative(),
  }),
  halting: randomStateSchema,
  seconds: z.number().nonnegative(),
  /** Energy; null where it was not measured, absent in checkpoints of earlier versions. */
  joules: z.number().nonnegative().nullable().exactOptional(),
  /** The evaluation due after this step had not been made. */
  isEvalPending: z.boolean(),
  best: bestSchema.nullable(),
  /** Of the run; absent in checkpoints of earlier versions. */
  seed: z.int().exactOptional(),
});

export type ResumeState = z.infer<typeof resumeStateSchema>;

/** Checkpoints of earlier versions have `owesLook` instead of `isEvalPending`. */
const previousResumeStateSchema = z.looseObject({ owesLook: z.boolean() });

function upgradeResumeState(stored: unknown): unknown {
  const { data } = previousResumeStateSchema.safeParse(stored);
  if (!data) return stored;
  const { owesLook: isEvalPending, ...state } = data;
  return { ...state, isEvalPending };
}

const storedResumeStateSchema = z.preprocess(upgradeResumeState, resumeStateSchema);

/** @throws SafetensorsError for anything else */
export function parseResumeState(stored: unknown): ResumeState {
  const parsed = storedResumeStateSchema.safeParse(stored);
  if (!parsed.success) throw new SafetensorsError('run.noResumePoint');
  return parsed.data;
}
