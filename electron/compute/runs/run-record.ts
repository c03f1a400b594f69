/** run.json: what a run is, how it was set up, and where it stands. */
import { z } from 'zod';
import { runConfigSchema } from '../../../models/train/run-config-schema';
import { runSchema } from '../../contract/runs';

/** Raised when files of this form can no longer be read by an older lab. */
export const RUN_FORMAT = 1;

/** When checkpoints are made and which of them are kept. */
export const policySchema = z.object({
  /** Whichever comes first; null for never. */
  everySteps: z.int().min(1).nullable(),
  everySeconds: z.number().positive().nullable(),
  /** Beside the last ones and the best, those of multiples of so many steps; null for none. */
  keepEvery: z.int().min(1).nullable(),
  /** Bytes that all checkpoints may take; the last and the best stay whatever they take. */
  budgetBytes: z.number().positive(),
});

export type CheckpointPolicy = z.infer<typeof policySchema>;

export const usualPolicy: CheckpointPolicy = {
  everySteps: null,
  everySeconds: 20,
  keepEvery: null,
  budgetBytes: 2 * 2 ** 30,
};

export const recordSchema = z.object({
  format: z.literal(RUN_FORMAT),
  /** Of the lab that wrote it. */
  version: z.string(),
  run: runSchema,
  setup: z.object({
    preset: z.object({ id: z.string(), name: z.string(), family: z.string() }),
    config: runConfigSchema,
    command: z.string(),
    policy: policySchema,
  }),
});

export type RunRecord = z.infer<typeof recordSchema>;
export type RunSetup = RunRecord['setup'];

/** A folder that holds no run that this lab can read; the message is one line. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

/** @throws RunFolderError naming what is wrong, and a newer form as such */
export const parseRecord = (text: string, where: string): RunRecord => parse(recordSchema, text, where);

/** The run of a record, without a look at its set-up. @throws as `parseRecord` */
export const parseRun = (text: string, where: string): RunRecord['run'] => parse(runOnlySchema, text, where).run;

const runOnlySchema = recordSchema.pick({ format: true, run: true });

function parse<Schema extends z.ZodType>(schema: Schema, text: string, where: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RunFolderError(`${where}: expected JSON`);
  }
  const { format, version } =
    z.object({ format: z.unknown(), version: z.unknown() }).partial().safeParse(value).data ?? {};
  if (typeof format === 'number' && format > RUN_FORMAT)
    throw new RunFolderError(
      `${where} was written by a newer lab${typeof version === 'string' ? ` (${version.slice(0, 20)})` : ''}: this one cannot read it`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new RunFolderError(`${where}: ${path.join('.') || 'the whole'}: ${message.replace(/\s+/gu, ' ')}`);
}
