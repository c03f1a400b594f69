/** Files of the user's that become data sets of theirs: first told of, then kept. */
import { openSource } from '../../../datasets/formats/puzzle-source';
import type { ArcTask } from '../../../datasets/kinds/arc/task';
import type { Dataset, DatasetReport } from '../../contract/contract';
import { holdsTasks, tasksAt, writeArc } from './arc-set';
import { importSet } from './import-set';
import type { Job } from './job';
import type { DatasetLibrary } from './library';
import { surveySplits } from './survey-source';

export interface ImportRequest {
  readonly name: string;
  readonly path: string;
  readonly kind?: string | undefined;
  /** Share that becomes the test split where there is none. */
  readonly heldOut: number;
  /** Copies of each task, for ARC. */
  readonly augment: number;
  readonly seed: number;
  readonly origin: string;
}

export class Importer {
  constructor(private readonly library: DatasetLibrary) {}

  /** @throws FormatError, UnknownIdError */
  async inspect(
    {
      path,
      kind,
      limit,
    }: { readonly path: string; readonly kind?: string | undefined; readonly limit?: number | undefined },
    job: Job,
  ): Promise<DatasetReport> {
    if (await holdsTasks(path))
      return { form: 'ARC tasks', kind: 'arc', splits: [], tasks: counted(await tasksAt(path)) };
    const source = await openSource(path, kind);
    const splits = await surveySplits(source, job, limit);
    return { form: source.form, kind: source.kind.id, splits: splits.map((survey) => ({ ...survey })), tasks: null };
  }

  /** @throws FormatError, UnknownIdError, the signal's reason; nothing is left then */
  async import(request: ImportRequest, job: Job): Promise<Dataset> {
    const { path, kind, name } = request;
    const { id, out } = await this.library.claim(name);
    if (await holdsTasks(path)) await writeArc(out, await tasksAt(path), request, job);
    else await importSet(await openSource(path, kind), { ...request, out }, job);
    return this.library.describe(id);
  }
}

function counted(tasks: readonly ArcTask[]) {
  return { tasks: tasks.length, pairs: tasks.reduce((sum, { train, test }) => sum + train.length + test.length, 0) };
}
