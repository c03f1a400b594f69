/** The records of all runs, kept while their files are unchanged: a library may have thousands. */
import { readdir, stat } from 'node:fs/promises';
import type { Run } from '../../contract/contract';
import { isId } from '../storage/ids';
import { RunFolderError } from './run-record';
import type { RunFolder } from './run-store';

/** A run without its setup, or the error that its record cannot be read with. */
export type RecordResult = { readonly id: string } & ({ readonly run: Run } | { readonly error: unknown });

interface Known {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly result: RecordResult;
}

/** Files that are read at the same time. */
const CONCURRENCY = 32;

export class RunRecords {
  private readonly known = new Map<string, Known>();

  /** @param folder contains a folder for each run */
  constructor(
    private readonly folder: string,
    private readonly getFolder: (id: string) => RunFolder,
  ) {}

  /** Every folder with a record. */
  async readAll(): Promise<RecordResult[]> {
    const ids = (await readdir(this.folder).catch((): string[] => [])).filter(isId);
    const results: (RecordResult | null)[] = ids.map(() => null);
    let next = 0;
    const readNext = async (): Promise<void> => {
      for (let index = next++; index < ids.length; index = next++) results[index] = await this.read(ids[index]!);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, readNext));
    const present = new Set(ids);
    for (const id of this.known.keys()) if (!present.has(id)) this.known.delete(id);
    return results.filter((result) => result !== null);
  }

  /** Null for a folder without a record. */
  async read(id: string): Promise<RecordResult | null> {
    const folder = this.getFolder(id);
    const file = await stat(folder.recordFile).catch(() => null);
    if (!file) {
      this.known.delete(id);
      return null;
    }
    const { ino, size, mtimeMs } = file;
    const known = this.known.get(id);
    if (known?.ino === ino && known.size === size && known.mtimeMs === mtimeMs) return known.result;
    const result = await folder.readRun().then(
      (run) => ({ id, run }),
      (error: unknown) => ({ id, error }),
    );
    // Another error may be gone at the next call.
    if ('run' in result || result.error instanceof RunFolderError) this.known.set(id, { ino, size, mtimeMs, result });
    return result;
  }
}
