/** Imports a run archive, which may come from anywhere: everything is checked before it becomes a run. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { FormatError } from '../../../../datasets/formats/format-error';
import { findSchemaProblem } from '../../../../datasets/formats/schema-problem';
import { getKind } from '../../../../datasets/kinds/registry';
import { withFileSource, type ByteSource } from '../../../../models/checkpoint/byte-source';
import { readChecksum } from '../../../../models/checkpoint/checksum';
import { modelFiles, readModel } from '../../../../models/checkpoint/model-folder';
import { requireSize } from '../../../../models/checkpoint/regular-file';
import { SafetensorsError } from '../../../../models/checkpoint/safetensors';
import { withZip, type ZipArchive } from '../../../../models/checkpoint/zip';
import { checkRunConfig } from '../../../../models/train/run-config';
import { message, MessageError, type Text } from '../../../../renderer/messages/message';
import type { Run } from '../../../contract/contract';
import { Job } from '../../job';
import type { ModelLibrary } from '../../models/library';
import { freeBytes as freeOfMachine, freeBytesFor, type FreeBytes } from '../../storage/disk-usage';
import { slugify } from '../../storage/ids';
import { parseRecord, RunFolderError, type RunRecord } from '../run-record';
import { RunFolder, type RunStore } from '../run-store';
import { anonymiseRecord } from './anonymous-run';
import {
  archiveFiles,
  archiveHashesSchema,
  checkCheckpoint,
  checkCheckpointHeader,
  checkpointName,
  checkpointStep,
  COMPRESSIBLE_BYTES,
  lastStep,
  MAX_ARCHIVE_BYTES,
  MAX_COMPRESSION,
  MAX_ENTRIES,
  MAX_TEXT_BYTES,
  maxFileBytes,
  RESERVED_BYTES,
  START_FOLDER,
  startNames,
  type ArchiveHashes,
} from './archive-files';

/** An imported run, and what its archive does not have. */
export type ImportedRun = Run & { readonly notes: Text[] };

interface Archive {
  readonly zip: ZipArchive;
  /** Name of the file, for messages. */
  readonly file: string;
  readonly record: RunRecord;
  /** Null in archives of earlier versions. */
  readonly hashes: ArchiveHashes | null;
}

const limits = { maxEntries: MAX_ENTRIES, maxBytes: MAX_ARCHIVE_BYTES };

/**
 * Imports an archive as a new run, or leaves nothing; one that was training when exported is interrupted. A damaged archive is refused, since
 * whoever has made it can make it again; what an export has left out is a note.
 * @param library receives the model that the run was fine-tuned from, unless it has it
 * @throws FormatError, RunFolderError; MessageError without enough disk space; the job's reason when it was cancelled
 */
export function readRunArchive(
  path: string,
  store: RunStore,
  job = new Job(),
  freeBytes: FreeBytes = freeOfMachine,
  library: ModelLibrary | null = null,
): Promise<ImportedRun> {
  return withZip(path, limits, async (zip) => {
    const archive = await openArchive(zip, basename(path));
    // Archives of earlier versions have paths, which would be opened when the run is resumed, even on a server.
    const { run, ...rest } = anonymiseRecord(archive.record);
    const runId = await store.newId(slugify(run.kind, 'run'));
    const { path: folder } = store.getFolder(runId);
    await requireSpace(archive, dirname(folder), freeBytes);
    const state = run.state === 'running' || run.state === 'paused' ? 'interrupted' : run.state;
    const reopened: Run = { ...run, runId, model: null, state };
    let imported: Run = reopened;
    // Assigned in the callback, which the type checker does not follow.
    let saved = null as string | null;
    try {
      await writeNewFolder(folder, async (temporary) => {
        await unpack(archive, temporary, job);
        const start = await moveStartModel(temporary, reopened.parent, library);
        saved = start.saved;
        imported = { ...reopened, parent: start.parent };
        await new RunFolder(temporary).write({ ...rest, run: imported });
      });
    } catch (error) {
      if (saved !== null) await library?.removeNew(saved);
      throw error;
    }
    return { ...imported, notes: listNotes(archive) };
  });
}

interface StartModel {
  /** With the id of the model in the library. */
  readonly parent: Run['parent'];
  /** Id of a model that was added to the library; null for none. */
  readonly saved: string | null;
}

/** Moves the start model from the unpacked archive into the library, unless it has the same weights. @throws ModelFolderError for a damaged model */
async function moveStartModel(
  folder: string,
  parent: Run['parent'],
  library: ModelLibrary | null,
): Promise<StartModel> {
  const place = join(folder, START_FOLDER);
  if (parent?.kind !== 'model' || !existsSync(place)) return { parent, saved: null };
  const model = await readModel(place);
  // Not that of the card, which may be missing or that of other weights.
  const weights = await withFileSource(join(place, modelFiles.weights), readChecksum);
  await rm(place, { recursive: true });
  if (library === null) return { parent, saved: null };
  const known = weights === null ? undefined : (await library.list()).find(({ files }) => files?.weights === weights);
  if (known) return { parent: { ...parent, id: known.id }, saved: null };
  const id = await library.newId(model.card.name);
  await library.saveNew(id, model);
  return { parent: { ...parent, id }, saved: id };
}

/** Reads the record and checks everything that can be checked without unpacking. */
async function openArchive(zip: ZipArchive, file: string): Promise<Archive> {
  const names: readonly string[] = [...Object.values(archiveFiles), ...startNames];
  const unexpected = zip.names.find((name) => !names.includes(name) && checkpointStep(name) === null);
  if (unexpected !== undefined) throw new FormatError(file, message('run.archive.files'), unexpected);
  requireSize(zip.size(archiveFiles.record) ?? 0, MAX_TEXT_BYTES, `${file}, ${archiveFiles.record}`);
  const text = new TextDecoder().decode(await zip.read(archiveFiles.record));
  const where = message('formats.place.key', { file, key: archiveFiles.record });
  const record = parseRecord(text, where);
  checkRecord(record, where);
  const archive = { zip, file, record, hashes: readHashes(text, where) };
  requireSizes(archive);
  requireFiles(archive);
  return archive;
}

/** @throws RunFolderError for settings that cannot be, and a kind or step that does not exist */
function checkRecord(record: RunRecord, where: Text): void {
  const {
    run,
    setup: { config },
  } = record;
  try {
    checkRunConfig(config.model, config);
    getKind(run.kind);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    throw new RunFolderError('run.record.invalid', { where, reason: error.text });
  }
  const last = lastStep(record);
  if (run.step > last)
    throw new RunFolderError('run.record.invalid', {
      where,
      reason: message('run.archive.laterStep', { step: run.step, last }),
    });
}

function readHashes(text: string, where: Text): ArchiveHashes | null {
  const parsed = archiveHashesSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data.files ?? null;
  throw new RunFolderError('run.record.invalidValue', {
    where,
    path: 'files',
    reason: findSchemaProblem(parsed.error).reason,
  });
}

/** @throws FormatError for a file that is larger than such a run can have, or a checkpoint of a step that it cannot reach */
function requireSizes({ zip, file, record }: Archive): void {
  for (const name of zip.names) {
    const step = checkpointStep(name);
    if (step !== null && step > lastStep(record))
      throw new FormatError(
        `${file}, ${name}`,
        message('run.archive.steps', { last: lastStep(record) }),
        message('common.stepCount', { count: step }),
      );
    const size = zip.size(name) ?? 0;
    requireSize(size, maxFileBytes(name, record), `${file}, ${name}`);
    if (size > COMPRESSIBLE_BYTES) requireSize(size, MAX_COMPRESSION * zip.packedSize(name), `${file}, ${name}`);
  }
}

/**
 * Requires all files that the archive was written with, and no other. Earlier versions have listed none, but always exported the checkpoint of a
 * run that had trained.
 * @throws FormatError naming the file
 */
function requireFiles({ zip, file, record: { run }, hashes }: Archive): void {
  const missing = hashes
    ? Object.keys(hashes).find((name) => zip.size(name) === undefined)
    : run.step > 0 && !hasCheckpoint(zip) && checkpointName(run.step);
  if (missing) throw new FormatError(`${file}, ${missing}`, message('run.archive.file'), message('formats.none'));
  const added = hashes && zip.names.find((name) => name !== archiveFiles.record && !Object.hasOwn(hashes, name));
  if (added) throw new FormatError(`${file}, ${added}`, message('run.archive.listed'), message('run.archive.unlisted'));
}

const hasCheckpoint = (zip: ZipArchive): boolean => zip.names.some((name) => checkpointStep(name) !== null);

/** @throws MessageError when the unpacked archive would fill the disk */
async function requireSpace({ zip, file }: Archive, folder: string, freeBytes: FreeBytes): Promise<void> {
  const needed = RESERVED_BYTES + totalBytes(zip);
  const free = await freeBytesFor(folder, freeBytes);
  if (free !== null && free < needed) throw new MessageError('run.archive.needsSpace', { file, needed, free });
}

const totalBytes = (zip: ZipArchive): number => zip.names.reduce((sum, name) => sum + (zip.size(name) ?? 0), 0);

/** Unpacks and checks one file after the other. */
async function unpack(archive: Archive, folder: string, job: Job): Promise<void> {
  const { zip } = archive;
  await mkdir(join(folder, 'checkpoints'));
  if (zip.names.some((name) => startNames.includes(name))) await mkdir(join(folder, START_FOLDER));
  const progress = { done: 0, total: totalBytes(zip) };
  for (const name of zip.names) {
    if (name === archiveFiles.record) continue;
    const path = join(folder, name);
    const step = checkpointStep(name);
    // Before it is unpacked, which may take a minute.
    if (step !== null)
      await inCheckpoint(archive, name, (source) => checkCheckpointHeader(source, step, archive.record));
    await writeFile(path, checkedParts(archive, name, { progress, job }), { flag: 'wx' });
    if (step === null) continue;
    const check = (source: ByteSource) => checkCheckpoint(source, step, archive.record);
    await inCheckpoint(archive, name, () => withFileSource(path, check));
  }
}

/** @throws FormatError naming the file; errors of the disk */
async function inCheckpoint(
  { zip, file }: Archive,
  name: string,
  check: (start: ByteSource) => Promise<void>,
): Promise<void> {
  try {
    await check(startOf(zip, name));
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    const found = message('checkpoint.damaged', { reason: error.text });
    throw new FormatError(`${file}, ${name}`, message('run.archive.checkpoint'), found);
  }
}

/** An entry of which only the start is read. */
const startOf = (zip: ZipArchive, name: string): ByteSource => ({
  size: zip.size(name) ?? 0,
  async read(target, position) {
    const end = position + target.length;
    let at = 0;
    for await (const part of zip.stream(name)) {
      const wanted = part.subarray(Math.max(0, position - at), Math.max(0, end - at));
      target.set(wanted, Math.max(0, at - position));
      at += part.length;
      if (at >= end) return;
    }
  },
});

interface Unpacking {
  /** Bytes of all files. */
  readonly progress: { done: number; readonly total: number };
  readonly job: Job;
}

/** The parts of a file. @throws FormatError after the last one when they do not match the hash */
async function* checkedParts(
  { zip, file, hashes }: Archive,
  name: string,
  { progress, job }: Unpacking,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const part of zip.stream(name)) {
    job.signal.throwIfAborted();
    if (hashes) hash.update(part);
    yield part;
    progress.done += part.length;
    await job.advance(progress.done, progress.total, (count) => message('run.archive.bytesRead', { count }));
  }
  if (hashes && hash.digest('hex') !== hashes[name])
    throw new FormatError(`${file}, ${name}`, message('run.archive.sameHash'), message('checkpoint.otherBytes'));
}

function listNotes({ zip, record: { run }, hashes }: Archive): Text[] {
  return [
    ...(hashes ? [] : [message('run.archive.noHashes')]),
    ...(run.step > 0 && !hasCheckpoint(zip) ? [message('run.archive.noCheckpoint')] : []),
  ];
}
