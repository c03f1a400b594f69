/** The records of all runs, kept while their files are unchanged: a library may have thousands. */
import { existsSync, statSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { findWriter } from '../../../datasets/formats/atomic-write';
import type { Run } from '../../contract/contract';
import { isId } from '../storage/ids';
import { readdirIfExists } from '../storage/missing-files';
import { RunFolderError } from './run-record';
import type { RunFolder } from './run-store';

/** A run without its setup, or the error that its record cannot be read with: also where it is lost. */
export type RecordResult = { readonly id: string } & ({ readonly run: Run } | { readonly error: unknown });

interface Known {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly result: RecordResult;
}

/** Milliseconds of reading before other work of the process has its turn. */
const SLICE = 8;

/** Reads synchronously: thousands of small files through the thread pool take several times as long. */
export class RunRecords {
  private readonly known = new Map<string, Known>();

  /** @param folder contains a folder for each run */
  constructor(
    private readonly folder: string,
    private readonly getFolder: (id: string) => RunFolder,
  ) {}

  /** Every folder of a run. @throws errors of the disk */
  async readAll(): Promise<RecordResult[]> {
    const ids = (await readdirIfExists(this.folder)).filter((name) => isId(name) && findWriter(name) === null);
    const results: RecordResult[] = [];
    let since = performance.now();
    for (const id of ids) {
      const result = this.read(id);
      if (result) results.push(result);
      if (performance.now() - since < SLICE) continue;
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
    const present = new Set(ids);
    for (const id of this.known.keys()) if (!present.has(id)) this.known.delete(id);
    return results;
  }

  /** Null for a folder without files of a run. */
  read(id: string): RecordResult | null {
    const folder = this.getFolder(id);
    const file = statFile(folder.recordFile);
    if (file instanceof Error) return { id, error: file };
    if (!file) {
      this.known.delete(id);
      return hasRunFiles(folder) ? { id, error: describeLost(folder) } : null;
    }
    const { ino, size, mtimeMs } = file;
    const known = this.known.get(id);
    if (known?.ino === ino && known.size === size && known.mtimeMs === mtimeMs) return known.result;
    const result = readResult(id, folder);
    // Another error may be gone at the next call.
    if ('run' in result || result.error instanceof RunFolderError) this.known.set(id, { ino, size, mtimeMs, result });
    return result;
  }
}

/** Whether a folder has files of a run beside the record, which is written first: it was lost. */
const hasRunFiles = ({ metricsFile, checkpoints }: RunFolder): boolean =>
  existsSync(metricsFile) || existsSync(checkpoints.folder);

const describeLost = ({ path, recordFile }: RunFolder): RunFolderError =>
  new RunFolderError('run.noRecord', { folder: basename(path), file: basename(recordFile) });

/** Null for a missing file; the error where it cannot be reached, as in a folder without permission. */
function statFile(file: string): Stats | Error | null {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return error as Error;
  }
}

function readResult(id: string, folder: RunFolder): RecordResult {
  try {
    return { id, run: folder.readRunNow() };
  } catch (error) {
    return { id, error };
  }
}
