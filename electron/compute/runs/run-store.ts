/** The folder of all runs: each has one of its own, named by its id. */
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName } from '../../../datasets/formats/atomic-write';
import { newId, isId } from '../storage/new-id';
import type { Run } from '../../contract/contract';
import { errorMessage } from '../../contract/error-message';
import { RunFolder } from './run-folder';
import type { RunRecord } from './run-record';
import { RunFolderError } from './run-record';

/** A folder that looks like a run and is none for this lab. */
export interface Unreadable {
  readonly folder: string;
  readonly why: string;
}

export class RunStore {
  constructor(private readonly folder: string) {}

  /** @throws RunFolderError for what cannot be an id */
  getFolder(runId: string): RunFolder {
    if (!isId(runId)) throw new RunFolderError(`"${runId}" is no id of a run`);
    return new RunFolder(join(this.folder, runId));
  }

  /** An id for a new run, named after its data set and the time. */
  newId(dataset: string, now = new Date()): Promise<string> {
    return newId(this.folder, `${dataset.slice(0, 80)}-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`);
  }

  async create(record: RunRecord): Promise<RunFolder> {
    return RunFolder.create(this.getFolder(record.run.runId).path, record);
  }

  /** A copy under another id, as it lies on the disk. */
  async copy(from: RunFolder, runId: string): Promise<RunFolder> {
    const copy = this.getFolder(runId);
    // The lock is the other's. The record comes last: it makes the folder a run.
    const isWanted = (source: string) =>
      !isTemporaryName(source) && !source.endsWith('.lock') && !source.endsWith('run.json');
    await cp(from.path, copy.path, { recursive: true, errorOnExist: true, force: false, filter: isWanted });
    const record = await from.read();
    await copy.write({ ...record, run: { ...record.run, runId } });
    return copy;
  }

  /** Newest first. Folders that hold no run, or one that cannot be read, are left out; how they were set up is not looked at. */
  async list(): Promise<Run[]> {
    const ids = (await readdir(this.folder).catch((): string[] => [])).filter(isId);
    const runs = await Promise.all(ids.map((id) => this.find(id)));
    return runs
      .filter((run) => run !== null)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /** Folders that hold a record which cannot be read, each with the reason; a folder without one is no run. */
  async unreadable(): Promise<Unreadable[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const found = await Promise.all(names.filter(isId).map((name) => this.whyUnreadable(name)));
    return found.filter((each) => each !== null).sort((a, b) => a.folder.localeCompare(b.folder));
  }

  private async whyUnreadable(folder: string): Promise<Unreadable | null> {
    const run = this.getFolder(folder);
    if (!(await run.hasRecord())) return null;
    try {
      const { runId } = await run.readRun();
      return runId === folder
        ? null
        : { folder, why: `it holds the run "${runId}", which belongs in a folder of that name` };
    } catch (error) {
      return { folder, why: errorMessage(error) };
    }
  }

  /** Null where no folder of this name holds a run of this name that can be read. */
  async find(runId: string): Promise<Run | null> {
    const run = isId(runId)
      ? await this.getFolder(runId)
          .readRun()
          .catch(() => null)
      : null;
    return run?.runId === runId ? run : null;
  }
}
