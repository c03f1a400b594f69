/** Runs as the command line names them: a folder, or the id of a run of the user's data folder. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RunFolder } from '../../compute/runs/run-folder';
import { RunStore } from '../../compute/runs/run-store';
import { Trash } from '../../compute/storage/trash';
import { dataFolder } from '../../compute/storage/data-folders';
import { UsageError } from '../errors';

export const runStore = (): RunStore => new RunStore(join(dataFolder(), 'runs'));
export const trash = (): Trash => new Trash(join(dataFolder(), 'trash'));

export interface NamedRun {
  readonly folder: RunFolder;
  /** Of a run of the data folder, whose model belongs to the library; null for a folder elsewhere, which keeps its own. */
  readonly id: string | null;
}

/** @throws UsageError when there is no such run */
export function namedRun(name: string): NamedRun {
  if (existsSync(join(name, 'run.json'))) return { folder: new RunFolder(resolve(name)), id: null };
  const own = existsSync(name) ? null : join(dataFolder(), 'runs', name);
  if (own !== null && existsSync(join(own, 'run.json'))) return { folder: runStore().of(name), id: name };
  throw new UsageError(`"${name}" is neither the folder of a run nor the id of one (run list shows them)`);
}
