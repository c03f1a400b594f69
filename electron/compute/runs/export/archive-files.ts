/** The files of a run archive, and the most that each may contain. */
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { SafetensorsError } from '../../../../models/checkpoint/safetensors';
import { fileSource, type ByteSource } from '../../../../models/checkpoint/byte-source';
import {
  checkTrainingState,
  checkTrainingStateHeader,
  maxTrainingStateBytes,
} from '../../../../models/checkpoint/training-state-file';
import { identifiersFile } from '../../../../models/checkpoint/identifier-names';
import { modelFiles } from '../../../../models/checkpoint/model-folder';
import type { Text } from '../../../../renderer/messages/message';
import { errorText } from '../../../contract/error-message';
import type { RunRecord } from '../run-record';
import { parseResumeState } from '../resume-state';

export const archiveFiles = { record: 'run.json', metrics: 'metrics.jsonl', notes: 'notes.md' } as const;

/** The files of the model that a run was fine-tuned from, each as in the folder of a model. */
const START_FILES: Readonly<Record<string, number>> = {
  [modelFiles.weights]: 2 ** 32 - 2,
  [modelFiles.config]: 2 ** 22,
  [modelFiles.card]: 2 ** 22,
  [identifiersFile]: 2 ** 27,
};

/** Folder of the start model in an archive. */
export const START_FOLDER = 'start';

export const startNames: readonly string[] = Object.keys(START_FILES).map((file) => `${START_FOLDER}/${file}`);

/** The most bytes of a file of the start model; null for another file. */
const maxStartBytes = (name: string): number | null =>
  startNames.includes(name) ? START_FILES[name.slice(START_FOLDER.length + 1)]! : null;

const CHECKPOINT = /^checkpoints\/step-(\d{1,12})\.safetensors$/u;

export const checkpointName = (step: number): string => `checkpoints/step-${step}.safetensors`;

/** The step of a checkpoint; null for another file. */
export function checkpointStep(name: string): number | null {
  const [, step] = CHECKPOINT.exec(name) ?? [];
  return step === undefined ? null : Number(step);
}

/** SHA-256 of the other files in hexadecimal, in `run.json`; archives of earlier versions have none. */
export const archiveHashesSchema = z.object({
  files: z.record(z.string().max(100), z.string().regex(/^[0-9a-f]{64}$/u)).optional(),
});
export type ArchiveHashes = Readonly<Record<string, string>>;

/** An exported archive has at most two checkpoints; one that was zipped by hand may have more. */
export const MAX_ENTRIES = 100;
/** More than any record, and than the notes, which have at most 200,000 characters. */
export const MAX_TEXT_BYTES = 2 ** 22;
const MAX_METRICS_BYTES = 2 ** 30;
/** Twice the state of a model of a published size with the puzzle embeddings of all ARC tasks and their copies. */
const MAX_CHECKPOINT_BYTES = 2 ** 32 - 2;
export const MAX_ARCHIVE_BYTES = 16 * 2 ** 30;

/** A file above this size that is compressed further is no file of a run: the weights and measurements in them are nearly random. */
export const COMPRESSIBLE_BYTES = 2 ** 28;
export const MAX_COMPRESSION = 200;

/** Disk space that stays free after an import. */
export const RESERVED_BYTES = 2 ** 26;

/** The most bytes that a file of such a run has. @throws ConfigError for an invalid model */
export function maxFileBytes(name: string, record: RunRecord): number {
  const ofStart = maxStartBytes(name);
  if (ofStart !== null) return ofStart;
  if (checkpointStep(name) !== null) return Math.min(MAX_CHECKPOINT_BYTES, maxTrainingStateBytes(record.setup.config));
  return name === archiveFiles.metrics ? Math.min(MAX_METRICS_BYTES, maxMetricsBytes(record)) : MAX_TEXT_BYTES;
}

/** Of one line of metrics.jsonl: several times what they take. */
const STEP_BYTES = 2 ** 10;
const EVALUATION_BYTES = 2 ** 16;
const CELL_BYTES = 2 ** 8;

function maxMetricsBytes({ run, setup: { config } }: RunRecord): number {
  // Every resume evaluates once more.
  const evaluations = 100 + (2 * run.step) / config.evaluateEvery;
  return Math.ceil((run.step + 100) * STEP_BYTES + evaluations * (EVALUATION_BYTES + config.model.seqLen * CELL_BYTES));
}

/** The last step that the run may reach. */
export const lastStep = ({ run, setup: { config } }: RunRecord): number => Math.max(run.maxSteps, config.maxSteps);

/**
 * Checks a checkpoint against the record: tensors, position, step, checksum.
 * @throws SafetensorsError when it is damaged or of another run or step; errors of the disk
 */
export const checkCheckpoint = async (source: ByteSource, step: number, record: RunRecord): Promise<void> =>
  checkPosition(await checkTrainingState(source, record.setup.config), step, record);

/** Why a checkpoint cannot be used; null for a whole one. */
export const findDamage = (file: FileHandle, step: number, record: RunRecord): Promise<Text | null> =>
  fileSource(file)
    .then((source) => checkCheckpoint(source, step, record))
    .then(() => null, errorText);

/** Checks its header only. @throws as `checkCheckpoint` */
export const checkCheckpointHeader = async (source: ByteSource, step: number, record: RunRecord): Promise<void> =>
  checkPosition(await checkTrainingStateHeader(source, record.setup.config), step, record);

function checkPosition(
  { updates, resumeState }: Awaited<ReturnType<typeof checkTrainingState>>,
  step: number,
  record: RunRecord,
): void {
  const { seed } = parseResumeState(resumeState);
  if (seed !== undefined && seed !== record.setup.config.seed) throw new SafetensorsError('run.otherRun');
  if (updates !== step) throw new SafetensorsError('run.archive.otherStep', { step, found: updates });
  if (step > lastStep(record)) throw new SafetensorsError('run.archive.laterStep', { step, last: lastStep(record) });
}
