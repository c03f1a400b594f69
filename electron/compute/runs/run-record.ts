/** run.json: a run, its setup and its progress. */
import { z } from 'zod';
import { parseWithChecksum } from '../../../datasets/formats/json-checksum';
import { logSummarySchema, type ExpectedLog } from './metrics/log-digest';
import { findSchemaProblem } from '../../../datasets/formats/schema-problem';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { runConfigSchema } from '../../../models/train/run-config';
import { version } from '../../../package.json';
import { MessageError, type Message, type MessageId, type Text } from '../../../renderer/messages/message';
import type { Run } from '../../contract/contract';
import { text } from '../../contract/shared-schemas';
import { runSchema } from '../../contract/runs';
import { hashDataset } from '../datasets/dataset-hash';
import type { RunPlan } from './run-plan';

/** Version of the file format; increased when older versions cannot read new files. */
const RUN_FORMAT = 1;

/** When checkpoints are written and which of them are kept. */
const policySchema = z.object({
  /** Interval in steps and in seconds, whichever ends first; null for none. */
  everySteps: z.int().min(1).nullable(),
  everySeconds: z.number().positive().nullable(),
  /** Also keeps checkpoints of multiples of this step number; null for none. */
  keepEvery: z.int().min(1).nullable(),
  /** Maximum bytes of all checkpoints; the latest and the best are kept in any case. */
  budgetBytes: z.number().positive(),
});

export type CheckpointPolicy = z.infer<typeof policySchema>;

export const defaultPolicy: CheckpointPolicy = {
  everySteps: null,
  everySeconds: 20,
  keepEvery: null,
  budgetBytes: 2 * 2 ** 30,
};

/** Fields of runs of earlier versions, and their present names. */
const renamedFields = { alert: 'pauseReason', notice: 'deviceMessage' } as const;

const anyRecordSchema = z.record(z.string(), z.unknown());

function upgradeRun(stored: unknown): unknown {
  const { success, data } = anyRecordSchema.safeParse(stored);
  if (!success) return stored;
  const run = { ...data };
  for (const [previous, present] of Object.entries(renamedFields)) {
    if (!(previous in run)) continue;
    run[present] ??= run[previous];
    delete run[previous];
  }
  return run;
}

const recordSchema = z.object({
  format: z.literal(RUN_FORMAT),
  /** Version of the application that wrote the file. */
  version: z.string(),
  run: z.preprocess(upgradeRun, runSchema),
  setup: z.object({
    preset: z.object({ id: z.string(), name: text, family: z.string() }),
    config: runConfigSchema,
    command: z.string(),
    policy: policySchema,
  }),
  /** The metrics that were written before the record; absent in records of earlier versions. */
  log: logSummarySchema.optional(),
});

export type RunRecord = z.infer<typeof recordSchema>;

/** A folder without a run that this version can read. */
export class RunFolderError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'RunFolderError';
}

/** @throws RunFolderError naming the invalid field, or the newer version that wrote the file */
export const parseRecord = (text: string, where: Text): RunRecord => parse(recordSchema, text, where);

/** Parses the run of a record without validating its setup. @throws as `parseRecord` */
export const parseRun = (text: string, where: Text): RunRecord['run'] => parse(runOnlySchema, text, where).run;

const runOnlySchema = recordSchema.pick({ format: true, run: true });

/** Of a record of any version. Creating a schema takes longer than parsing a record. */
const anyVersionSchema = z.object({ format: z.unknown(), version: z.unknown() }).partial();

function parse<Schema extends z.ZodType>(schema: Schema, text: string, where: Text): z.infer<Schema> {
  const { value, isDamaged } = parseJson(text, where);
  const { format, version } = anyVersionSchema.safeParse(value).data ?? {};
  if (typeof format === 'number' && format > RUN_FORMAT)
    throw typeof version === 'string'
      ? new RunFolderError('run.record.newerVersion', { where, version: version.slice(0, 20) })
      : new RunFolderError('run.record.newer', { where });
  if (isDamaged) throw new RunFolderError('run.record.damaged', { where });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { place, reason } = findSchemaProblem(parsed.error);
  throw place !== ''
    ? new RunFolderError('run.record.invalidValue', { where, path: place, reason })
    : new RunFolderError('run.record.invalid', { where, reason });
}

function parseJson(text: string, where: Text): ReturnType<typeof parseWithChecksum> {
  try {
    return parseWithChecksum(text);
  } catch {
    throw new RunFolderError('run.record.notJson', { where });
  }
}

export interface NewRunOptions extends Pick<Run, 'stepFlop' | 'stages'> {
  readonly runId: string;
  readonly name?: string | undefined;
  readonly policy: CheckpointPolicy;
  /** Device that trains. */
  readonly device: string;
}

/** The record of a new run. */
export function createRecord(
  plan: RunPlan,
  { runId, name = undefined, policy, stepFlop, stages, device }: NewRunOptions,
): RunRecord {
  const { dataset, preset, config, command, parent } = plan;
  const run: Run = {
    runId,
    name: name ?? null,
    tags: [],
    dataset: dataset.spec.id,
    datasetHash: hashDataset(dataset),
    kind: dataset.kind.id,
    preset: preset.id,
    seed: config.seed,
    state: 'running',
    startedAt: new Date().toISOString(),
    step: 0,
    seconds: 0,
    maxSeconds: config.maxSeconds,
    maxSteps: config.maxSteps,
    stepFlop,
    ...(stages && { stages }),
    accuracy: null,
    best: null,
    parent,
    model: null,
    failure: null,
    pauseReason: null,
    alerts: [],
    device,
    deviceMessage: null,
  };
  return { format: RUN_FORMAT, version, run, setup: { preset, config, command, policy } };
}

/** The plan of a recorded run with the current dataset. */
export function planFromRecord(
  { run: { parent }, setup: { preset, config, command } }: RunRecord,
  dataset: RunPlan['dataset'],
): RunPlan {
  return { dataset, preset, config, command, parent, start: null };
}

/** What the metrics of a run should contain; undefined in records of earlier versions. */
export const expectedLog = ({ log, run }: RunRecord): ExpectedLog | undefined =>
  log && { ...log, isWhole: isEnded(run) };

/** Whether the process that trained a run has ended it: then the metrics are complete, and the last step has a checkpoint. */
export function isEnded({ state, failure }: Run): boolean {
  const isSuspended = isMessage(failure) && failure.id === 'run.suspended';
  return state === 'finished' || state === 'stopped' || (state === 'interrupted' && isSuspended);
}

const isMessage = (text: Text | null): text is Message => typeof text === 'object' && text !== null && 'id' in text;

/** The dataset differs from the one that the run was trained on. */
export class ChangedDataError extends MessageError<'run.changedData'> {
  override readonly name = 'ChangedDataError';
}

/** @throws ChangedDataError */
export function requireSameData(
  { run: { dataset: id, datasetHash } }: RunRecord,
  dataset: RunPlan['dataset'],
  isAccepted = false,
): void {
  if (isAccepted || hashDataset(dataset) === datasetHash) return;
  throw new ChangedDataError('run.changedData', { dataset: id });
}

/** The model under the name of its run, if the run has one. */
export const withRunName = <Model extends Pick<StoredModel, 'card'>>(
  model: Model,
  { name }: Pick<Run, 'name'>,
): Model => (name === null ? model : { ...model, card: { ...model.card, name } });
