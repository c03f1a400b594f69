/** Runs on disk: the folder of all runs, and the folder of one run (run.json, metrics.jsonl, notes.md, checkpoints). */
import { existsSync, readFileSync, statSync, type Stats } from 'node:fs';
import { cp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isTemporaryName, writeAtomically, writeNewFolder } from '../../../datasets/formats/atomic-write';
import type { Run } from '../../contract/contract';
import { message, MessageError, type Message, type Text } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import { acquireLock, isLockName, isLockedElsewhere } from '../storage/lock-file';
import { isId, newId } from '../storage/ids';
import { isMissing } from '../storage/missing-files';
import { stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import type { Trash } from '../storage/trash';
import { Checkpoints } from './checkpoints';
import type { MetricsLine } from './metrics/metrics-log';
import { areNotesChanged, writeNotesChecksum } from './notes-checksum';
import { LogDigest } from './metrics/log-digest';
import { appendLines } from './metrics/metrics-log';
import type { RunRecord } from './run-record';
import { isEnded, parseRecord, parseRun, RunFolderError } from './run-record';
import { RunRecords, type RecordResult } from './run-records';

/** Why the checkpoint of the last step of a run cannot be used: it was removed. @param newest step of the newest checkpoint there is */
export function describeMissing({ checkpoints }: RunFolder, run: Run, newest = 0): Text | null {
  if (newest >= run.step || !isEnded(run)) return null;
  return message('run.missingCheckpoint', { file: basename(checkpoints.file(run.step)) });
}

const RECORD = 'run.json';

/** The folder of one run. */
export class RunFolder {
  readonly checkpoints: Checkpoints;
  readonly recordFile: string;
  readonly metricsFile: string;
  readonly notesFile: string;
  private readonly notesChecksumFile: string;
  private readonly lockFile: string;
  /** Of the lines of the metrics, where this process appends to them. */
  private digest: LogDigest | null = null;

  constructor(readonly path: string) {
    this.checkpoints = new Checkpoints(join(path, 'checkpoints'));
    this.recordFile = join(path, RECORD);
    this.metricsFile = join(path, 'metrics.jsonl');
    this.notesFile = join(path, 'notes.md');
    this.notesChecksumFile = join(path, 'notes.sha256');
    this.lockFile = join(path, 'run.lock');
  }

  /** Creates the folder with its record in one step. @throws ExistsError where the path exists */
  static async create(path: string, record: RunRecord): Promise<RunFolder> {
    await writeNewFolder(path, (temporary) => new RunFolder(temporary).write(record));
    const folder = new RunFolder(path);
    folder.continueLog(new LogDigest());
    return folder;
  }

  /** @throws RunFolderError for a folder without a run, or with one of a newer version */
  async read(): Promise<RunRecord> {
    return parseRecord(await this.text(), this.displayName);
  }

  /** Reads the run without its setup, enough for a list, synchronously. @throws RunFolderError, errors of the disk */
  readRunNow(): Run {
    requireRegular(statSync(this.recordFile), this.displayName);
    return parseRun(readFileSync(this.recordFile, 'utf8'), this.displayName);
  }

  private get displayName(): string {
    return join(basename(this.path), RECORD);
  }

  private async text(): Promise<string> {
    try {
      requireRegular(await stat(this.recordFile), this.displayName);
      return await readFile(this.recordFile, 'utf8');
    } catch (error) {
      if (isMissing(error)) throw new RunFolderError('run.noRecord', { folder: this.path, file: RECORD });
      throw error;
    }
  }

  /** Records the metrics with it that this process has written; those of the record where it writes none. */
  async write(record: RunRecord): Promise<void> {
    const log = this.digest?.summary ?? record.log;
    // After a power cut the log must have the lines that the record names.
    if (this.digest !== null && existsSync(this.metricsFile)) await this.flushMetrics();
    await writeAtomically(this.recordFile, stringifyWithChecksum({ ...record, ...(log && { log }) }));
  }

  /** Appends to a log with these lines from now on. */
  continueLog(digest: LogDigest): void {
    this.digest = digest;
  }

  async append(lines: readonly MetricsLine[]): Promise<void> {
    for (const checksum of await appendLines(this.metricsFile, lines)) this.digest?.add(checksum);
  }

  /** Flushes metrics to the disk; call before writing a checkpoint, which refers to them. */
  async flushMetrics(): Promise<void> {
    const file = await open(this.metricsFile, 'a');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Empty where there are none. @throws RunFolderError for what cannot be notes: it must not read as empty, and be overwritten */
  async notes(): Promise<string> {
    try {
      requireRegular(await stat(this.notesFile), join(basename(this.path), basename(this.notesFile)));
      return await readFile(this.notesFile, 'utf8');
    } catch (error) {
      if (isMissing(error)) return '';
      throw error;
    }
  }

  async writeNotes(text: string): Promise<void> {
    await writeAtomically(this.notesFile, text);
    await writeNotesChecksum(this.notesChecksumFile, this.notesFile, text);
  }

  /** Whether another program has changed the notes, or they are damaged. @throws errors of the disk */
  areNotesChanged(): Promise<boolean> {
    return areNotesChanged(this.notesChecksumFile, this.notesFile);
  }

  /** Removes partially written files of a killed process. */
  async tidy(): Promise<void> {
    for (const folder of [this.path, this.checkpoints.folder]) {
      const names = await readdir(folder).catch((): string[] => []);
      await Promise.all(names.filter(isTemporaryName).map((name) => rm(join(folder, name), { force: true })));
    }
  }

  /** Locks the run, which one process trains or changes at a time. @returns the function that unlocks @throws RunFolderError while another process trains it */
  lock(): Promise<() => Promise<void>> {
    return acquireLock(this.lockFile, () => new RunFolderError('run.locked', { run: basename(this.path) }));
  }

  /** Moves the folder to the trash. @returns the id that restores it @throws RunFolderError while another process trains the run */
  async discard(trash: Trash): Promise<string> {
    const release = await this.lock();
    // Before the folder moves: the lock must not come back with it.
    await release();
    return trash.discard(this.path);
  }

  /** Changes the record. @throws RunFolderError while another process trains the run */
  async update(change: (record: RunRecord) => RunRecord): Promise<void> {
    const release = await this.lock();
    try {
      await this.write(change(await this.read()));
    } finally {
      await release();
    }
  }

  /** The run with its state now: one that is recorded as running is trained by another process, or was interrupted. */
  async withState(run: Run): Promise<Run> {
    if (run.state !== 'running' && run.state !== 'paused') return run;
    return { ...run, state: (await isLockedElsewhere(this.lockFile)) ? 'elsewhere' : 'interrupted' };
  }
}

/** Larger than any record: its alerts, tags and names are bounded. */
const MAX_RECORD_BYTES = 2 ** 22;

/** @throws RunFolderError for a pipe or a device, which would be read without end, and for a file that is too large */
function requireRegular(found: Stats, where: string): void {
  if (!found.isFile() || found.size > MAX_RECORD_BYTES) throw new RunFolderError('run.record.notRegular', { where });
}

/** A folder with a record that this version cannot read, or of a run that has lost it. */
interface UnreadableRun {
  readonly folder: string;
  readonly reason: Text;
}

/** The folder of all runs; each run has a folder named by its id. */
export class RunStore {
  private readonly records: RunRecords;

  constructor(private readonly folder: string) {
    this.records = new RunRecords(folder, (id) => this.getFolder(id));
  }

  /** @throws RunFolderError for an invalid id */
  getFolder(runId: string): RunFolder {
    if (!isId(runId)) throw new RunFolderError('run.invalidId', { id: runId });
    return new RunFolder(join(this.folder, runId));
  }

  /** An id for a new run, made of its dataset and the time. */
  newId(dataset: string, now = new Date()): Promise<string> {
    return newId(this.folder, `${dataset.slice(0, 80)}-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`);
  }

  async create(record: RunRecord): Promise<RunFolder> {
    return RunFolder.create(this.getFolder(record.run.runId).path, record);
  }

  /** Copies the folder of a run under another id. @throws ExistsError where the id is taken, errors of the disk; nothing is left then */
  async copy(from: RunFolder, runId: string): Promise<RunFolder> {
    const copy = this.getFolder(runId);
    // The lock belongs to the original.
    const isWanted = (source: string) =>
      !isTemporaryName(source) && !isLockName(source) && basename(source) !== basename(from.checkpoints.folder);
    await writeNewFolder(copy.path, async (temporary) => {
      const target = new RunFolder(temporary);
      // First: the metrics before a checkpoint are written before it.
      await from.checkpoints.copyTo(target.checkpoints);
      // Before the metrics, which have at least the lines that it names.
      const record = await from.read();
      await cp(from.path, temporary, { recursive: true, filter: isWanted });
      await target.write({ ...record, run: { ...record.run, runId } });
    });
    return copy;
  }

  /** Runs in their state now, newest first, without folders that have no readable record. Setups are not validated. */
  async list(): Promise<Run[]> {
    const recorded = (await this.records.readAll()).flatMap((result) => readableRun(result) ?? []);
    const runs = await Promise.all(recorded.map((run) => this.getFolder(run.runId).withState(run)));
    return runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /** Folders with a record that cannot be read, each with the reason. Other folders without a record are skipped. */
  async listUnreadable(): Promise<UnreadableRun[]> {
    const found = (await this.records.readAll()).flatMap((result) => describeUnreadable(result) ?? []);
    return found.sort((a, b) => a.folder.localeCompare(b.folder));
  }

  /** A run in its state now. @throws MessageError for an unknown run: its folder has no readable record of this id */
  async get(runId: string): Promise<Run> {
    const result = isId(runId) ? this.records.read(runId) : null;
    const run = result && readableRun(result);
    if (!run) throw new MessageError('run.unknown', { run: runId });
    return this.getFolder(runId).withState(run);
  }
}

/** Why the run of a folder is another than the folder says; null where it is not. */
export const describeOther = (folder: string, { runId }: Pick<Run, 'runId'>): Message | null =>
  runId === folder ? null : message('run.otherFolder', { run: runId });

function readableRun(result: RecordResult): Run | null {
  return 'run' in result && result.run.runId === result.id ? result.run : null;
}

function describeUnreadable(result: RecordResult): UnreadableRun | null {
  const { id: folder } = result;
  if ('error' in result) return { folder, reason: errorText(result.error) };
  const reason = describeOther(folder, result.run);
  return reason && { folder, reason };
}
