/**
 * Writes a run archive: a zip of the run with its newest and its best checkpoint and the model that it was fine-tuned from, without the paths of
 * this computer.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { requireNew } from '../../../../datasets/formats/atomic-write';
import { lastComponent, mapStrings, withoutFolders } from '../../../../datasets/private-paths';
import { writeModel, type StoredModel } from '../../../../models/checkpoint/model-folder';
import { writeZip, type ZipContent } from '../../../../models/checkpoint/zip';
import { message, type Text } from '../../../../renderer/messages/message';
import { errorText } from '../../../contract/error-message';
import { Job } from '../../job';
import { stringifyWithChecksum } from '../../../../datasets/formats/json-checksum';
import { DamageCount, describeDamage, readLines } from '../metrics/metrics-log';
import { expectedLog, isEnded, type RunRecord } from '../run-record';
import { describeMissing, type RunFolder } from '../run-store';
import { anonymiseRecord, anonymousMetrics } from './anonymous-run';
import { archiveFiles, checkpointName, findDamage, START_FOLDER } from './archive-files';

/**
 * Checkpoints that are damaged are left out; the newest whole one takes their place.
 * @returns warnings of checkpoints that were left out or are missing, damaged metrics and changed notes
 * @throws ExistsError where `out` exists, RunFolderError, the job's reason when it was cancelled
 */
export async function writeRunArchive(
  folder: RunFolder,
  out: string,
  job = new Job(),
  findStartModel: FindStartModel = async () => null,
): Promise<Text[]> {
  await requireNew(out);
  const record = await folder.read();
  const missing = describeMissing(folder, record.run, (await folder.checkpoints.steps()).at(-1));
  const { checkpoints, warnings } = await openCheckpoints(folder, record, job);
  if (missing !== null) warnings.push(missing);
  try {
    if (await folder.areNotesChanged()) warnings.push(message('run.notesChanged'));
    warnings.push(...(await findMetricsDamage(folder, record, job)));
    const start = await readStartModel(record, findStartModel, warnings);
    await withStartFiles(start, (startFiles) => write(folder, out, { record, checkpoints, startFiles, job }));
  } finally {
    for (const { file } of checkpoints) await file.close();
  }
  return warnings;
}

/** The archive has the metrics as they are: at least up to the step of the record, which is written after them. */
async function findMetricsDamage({ metricsFile }: RunFolder, record: RunRecord, job: Job): Promise<Text[]> {
  const { run } = record;
  const damage = new DamageCount({ isEnded: isEnded(run), expected: expectedLog(record) });
  for await (const lines of readLines(metricsFile, damage)) {
    // Reading them counts the damage.
    void lines;
    job.signal.throwIfAborted();
  }
  return describeDamage(damage.result(run.step));
}

interface WritePlan {
  readonly record: RunRecord;
  readonly checkpoints: readonly OpenCheckpoint[];
  /** Paths of the files of the start model. */
  readonly startFiles: readonly string[];
  readonly job: Job;
}

/** Finds the model that a run was fine-tuned from; null if it is no longer there. Throws the reason where it cannot be read. */
export type FindStartModel = (id: string) => Promise<StoredModel | null>;

/** Null for a run that was not fine-tuned, and with a warning for one whose start model is not there or cannot be read. */
async function readStartModel(
  { run: { parent } }: RunRecord,
  find: FindStartModel,
  warnings: Text[],
): Promise<StoredModel | null> {
  if (parent?.kind !== 'model') return null;
  const model = lastComponent(parent.id);
  try {
    const found = await find(parent.id);
    if (found === null) warnings.push(message('run.archive.noStartModel', { model }));
    return found;
  } catch (error) {
    warnings.push(message('run.archive.unreadableStartModel', { model, reason: errorText(error) }));
    return null;
  }
}

/** Writes the model into a temporary folder while `use` reads its files; none for no model. */
async function withStartFiles(
  start: StoredModel | null,
  use: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  if (start === null) return use([]);
  const temporary = await mkdtemp(join(tmpdir(), 'trm-archive-'));
  try {
    const { card } = start;
    await writeModel(temporary, {
      ...start,
      card: mapStrings({ ...card, dataset: lastComponent(card.dataset) }, withoutFolders),
    });
    await use((await readdir(temporary)).map((file) => join(temporary, file)));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function write(
  folder: RunFolder,
  out: string,
  { record, checkpoints, startFiles, job }: WritePlan,
): Promise<void> {
  const hashes: Record<string, string> = {};
  const file = (name: string, open: () => Parts): ZipContent => ({
    name,
    content: () =>
      Readable.from(
        hashed(open(), (hash) => (hashes[name] = hash), job),
        { objectMode: false },
      ),
  });
  const text = new TextEncoder().encode(withoutFolders(await folder.notes()));
  await writeZip(
    out,
    [
      file(archiveFiles.metrics, () => anonymousMetrics(folder.metricsFile, record.run.dataset)),
      file(archiveFiles.notes, () => [text]),
      ...checkpoints.map((checkpoint) => file(checkpointName(checkpoint.step), () => readParts(checkpoint.file))),
      ...startFiles.map((path) => file(`${START_FOLDER}/${basename(path)}`, () => createReadStream(path))),
      // Last, since it names the hashes of the others.
      {
        name: archiveFiles.record,
        content: () =>
          Readable.from([Buffer.from(stringifyWithChecksum({ ...anonymiseRecord(record), files: hashes }))]),
      },
    ],
    { compressed: true },
  );
}

const CHUNK_BYTES = 2 ** 18;

type Parts = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function* hashed(parts: Parts, onHash: (hash: string) => void, job: Job): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of parts) {
    job.signal.throwIfAborted();
    hash.update(part);
    yield part;
    bytes += part.length;
    await job.advance(bytes, null, (count) => message('run.archive.bytesWritten', { count }));
  }
  onHash(hash.digest('hex'));
}

const readParts = (file: FileHandle): Parts =>
  file.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });

/** A checkpoint that can be read although the run, which may be training, removes it meanwhile. */
interface OpenCheckpoint {
  readonly step: number;
  readonly file: FileHandle;
}

interface OpenedCheckpoints {
  readonly checkpoints: readonly OpenCheckpoint[];
  /** On damaged checkpoints. */
  readonly warnings: Text[];
}

/** Opens the newest whole checkpoint, and the best unless it is damaged. @throws errors of the disk; the job's reason; no file stays open then */
async function openCheckpoints(folder: RunFolder, record: RunRecord, job: Job): Promise<OpenedCheckpoints> {
  const found = await folder.checkpoints.findPresent(async (steps) => {
    const opened = await openNewest(folder, [...steps].reverse(), { record, job });
    return opened.checkpoints.length + opened.warnings.length > 0 ? opened : null;
  });
  return found ?? { checkpoints: [], warnings: [] };
}

/** @param steps descending */
async function openNewest(
  { checkpoints }: RunFolder,
  steps: readonly number[],
  { record, job }: Pick<WritePlan, 'record' | 'job'>,
): Promise<OpenedCheckpoints> {
  const [opened, warnings]: [OpenCheckpoint[], Text[]] = [[], []];
  try {
    for (const step of steps) {
      job.signal.throwIfAborted();
      if (opened.length > 0 && step !== record.run.best?.step) continue;
      const file = await checkpoints.open(step);
      if (file === null) continue;
      const damage = await findDamage(file, step, record);
      if (damage === null) opened.push({ step, file });
      else {
        await file.close();
        warnings.push(message('run.archive.leftOut', { file: basename(checkpoints.file(step)), reason: damage }));
      }
    }
    return { checkpoints: opened, warnings };
  } catch (error) {
    for (const { file } of opened) await file.close();
    throw error;
  }
}
