/** The folder of all runs: each has one of its own, named by its id. */
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freeId, isId } from '../new-folder';
import type { Run } from '../../contract';
import { RunFolder } from './run-folder';
import type { RunRecord } from './run-record';
import { RunFolderError } from './run-record';

export class RunStore {
  constructor(private readonly folder: string) {}

  /** @throws RunFolderError for what cannot be an id */
  of(runId: string): RunFolder {
    if (!isId(runId)) throw new RunFolderError(`"${runId}" is no id of a run`);
    return new RunFolder(join(this.folder, runId));
  }

  /** An id for a new run, named after its data set and the time. */
  newId(dataset: string, now = new Date()): Promise<string> {
    return freeId(this.folder, `${dataset.slice(0, 80)}-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`);
  }

  async create(record: RunRecord): Promise<RunFolder> {
    return RunFolder.create(this.of(record.run.runId).path, record);
  }

  /** A copy under another id, as it lies on the disk. */
  async copy(from: RunFolder, runId: string): Promise<RunFolder> {
    const copy = this.of(runId);
    // The lock is the other's. The record comes last: it makes the folder a run.
    const isWanted = (source: string) => !/\.(?:tmp|lock)$/u.test(source) && !source.endsWith('run.json');
    await cp(from.path, copy.path, { recursive: true, errorOnExist: true, force: false, filter: isWanted });
    const record = await from.read();
    await copy.write({ ...record, run: { ...record.run, runId } });
    return copy;
  }

  /** Newest first. Folders that hold no run, or one that cannot be read, are left out; how they were set up is not looked at. */
  async list(): Promise<Run[]> {
    const ids = (await readdir(this.folder).catch((): string[] => [])).filter(isId);
    const runs = await Promise.all(ids.map((id) => this.find(id)));
    return runs.filter((run) => run !== null).sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /** Null where no folder of this name holds a run of this name that can be read. */
  async find(runId: string): Promise<Run | null> {
    const run = isId(runId) ? await this.of(runId).readRun().catch(() => null) : null;
    return run?.runId === runId ? run : null;
  }
}
