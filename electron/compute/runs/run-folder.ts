/** The folder of one run: run.json, metrics.jsonl, notes.md, checkpoints/. */
import { access, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFolder } from '../../../datasets/formats/atomic';
import { writeAtomically } from '../../../models/checkpoint/atomic-file';
import type { Run } from '../../contract/contract';
import { claim } from '../storage/lock-file';
import { Checkpoints } from './checkpoints';
import type { MetricsLine } from './metrics-log';
import { appendLines } from './metrics-log';
import type { RunRecord } from './run-record';
import { parseRecord, parseRun, RunFolderError } from './run-record';

const RECORD = 'run.json';

export class RunFolder {
  readonly checkpoints: Checkpoints;
  readonly metricsFile: string;
  readonly notesFile: string;

  constructor(readonly path: string) {
    this.checkpoints = new Checkpoints(join(path, 'checkpoints'));
    this.metricsFile = join(path, 'metrics.jsonl');
    this.notesFile = join(path, 'notes.md');
  }

  /** A folder that is a run from the moment it is there. @throws ExistsError where something of this name is */
  static async create(path: string, record: RunRecord): Promise<RunFolder> {
    await writeFolder(path, (temporary) => new RunFolder(temporary).write(record));
    return new RunFolder(path);
  }

  /** @throws RunFolderError for a folder that holds no run, or one of a newer lab */
  async read(): Promise<RunRecord> {
    return parseRecord(await this.text(), this.where);
  }

  /** Only what it is and where it stands: enough to list it. @throws as `read` */
  async readRun(): Promise<Run> {
    return parseRun(await this.text(), this.where);
  }

  /** Whether it claims to be a run. */
  hasRecord(): Promise<boolean> {
    return access(join(this.path, RECORD)).then(
      () => true,
      () => false,
    );
  }

  private get where(): string {
    return join(basename(this.path), RECORD);
  }

  private text(): Promise<string> {
    return readFile(join(this.path, RECORD), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
        throw new RunFolderError(`${this.path} holds no run: there is no ${RECORD} in it`);
      throw error;
    });
  }

  write(record: RunRecord): Promise<void> {
    return writeAtomically(join(this.path, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  }

  append(lines: readonly MetricsLine[]): Promise<void> {
    return appendLines(this.metricsFile, lines);
  }

  /** What was measured is on the disk before a checkpoint says that it was. */
  async flushMetrics(): Promise<void> {
    const file = await open(this.metricsFile, 'a');
    await file.sync().finally(() => file.close());
  }

  notes(): Promise<string> {
    return readFile(this.notesFile, 'utf8').catch(() => '');
  }

  writeNotes(text: string): Promise<void> {
    return writeAtomically(this.notesFile, text);
  }

  /** Removes what a killed process left half written. */
  async tidy(): Promise<void> {
    for (const folder of [this.path, this.checkpoints.folder]) {
      const names = await readdir(folder).catch((): string[] => []);
      await Promise.all(
        names.filter((name) => name.endsWith('.tmp')).map((name) => rm(join(folder, name), { force: true })),
      );
    }
  }

  /** One process trains it at a time. @throws Error while another does */
  claim(): Promise<() => Promise<void>> {
    return claim(
      join(this.path, 'run.lock'),
      () => new RunFolderError(`another process is training ${basename(this.path)}`),
    );
  }
}
