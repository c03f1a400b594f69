/** Imports datasets from files and downloads; an imported dataset is a folder in the format of the reference. */
import { join } from 'node:path';
import { message, MessageError, type Text } from '../../../renderer/messages/message';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import type { SplitName } from '../../../datasets/puzzle-address';
import type { WrittenGroup } from '../../../datasets/formats/reference-writer';
import { openSource } from '../../../datasets/formats/puzzle-source';
import type { SplitReport } from '../../../datasets/inspect';
import { SplitInspector } from '../../../datasets/inspect';
import { containsTasks, readTaskFiles } from '../../../datasets/formats/arc-task-files';
import { getTaskKind } from '../../../datasets/formats/arc-task-source';
import { countTasks, describeTaskProblems, type ArcTaskSet } from '../../../datasets/formats/arc-task-set';
import type { NumberSet } from '../../../datasets/number-set';
import { arc } from '../../../datasets/kinds/arc/arc';
import type { Dataset, DatasetReport, Download } from '../../contract/contract';
import type { DatasetSpec } from '../downloads/download-specs';
import type { Downloads } from '../downloads/downloads';
import { toJobProgress } from '../downloads/job-progress';
import type { Job } from '../job';
import { writeTaskFiles } from './arc-tasks';
import { createSplits, rememberClassNumbers, selectHeldOutClasses, takesTestShare } from './held-out';
import type { DatasetLibrary } from './library';
import type { WrittenDataset } from './write-dataset';
import { copyGroups, listSplits, writeDataset } from './write-dataset';

export interface SplitSummary extends SplitReport {
  readonly split: SplitName;
}

/** Inspects at most `limit` puzzles of each split. @throws FormatError at the first invalid puzzle */
export async function summariseSplits(source: PuzzleSource, job: Job, limit = Infinity): Promise<SplitSummary[]> {
  const summaries: SplitSummary[] = [];
  let earlier: NumberSet | undefined;
  for (const split of listSplits(source)) {
    const inspector = new SplitInspector(source.kind, earlier);
    await inspectSplit({ source, split, inspector, limit }, job);
    summaries.push({ split, ...inspector.result() });
    earlier = inspector.classes;
  }
  return summaries;
}

interface InspectOptions {
  readonly source: PuzzleSource;
  readonly split: SplitName;
  readonly inspector: SplitInspector;
  readonly limit: number;
}

async function inspectSplit({ source, split, inspector, limit }: InspectOptions, job: Job): Promise<void> {
  const count = source.counts[split] ?? null;
  const total = count === null ? null : Math.min(count, limit);
  const numbers: number[] = [];
  for await (const puzzle of source.read(split)) {
    if (numbers.length === limit) return;
    numbers.push(inspector.add(puzzle));
    const pause = job.advance(numbers.length, total, (done) =>
      message('datasets.job.inspected', { split, count: done }),
    );
    if (pause) await pause;
  }
  if (split === 'train') rememberClassNumbers(source, numbers);
}

interface ImportPlan {
  readonly out: string;
  readonly name?: string;
  readonly origin: Text;
  /** Share of the classes for the test split, if the source has none. */
  readonly heldOut: number;
}

/** Writes a dataset folder. On an error nothing is written. @throws FormatError, ExistsError, the signal's reason */
export async function importDataset(
  source: PuzzleSource,
  { out, name, origin, heldOut }: ImportPlan,
  job: Job,
): Promise<WrittenDataset> {
  const { folder } = source;
  if (folder !== undefined) return importFolder(source, { folder, out, origin, heldOut, ...(name && { name }) }, job);
  const expected = (source.counts.train ?? 0) + (source.counts.test ?? 0);
  const content = {
    kind: source.kind,
    origin,
    ...(name && { name }),
    ...(expected > 0 && { expected }),
    ...(await createSplits(source, heldOut, job)),
  };
  return writeDataset(out, content, job);
}

/** Keeps groups and identifiers. Of puzzles with identifiers none are held out: their embeddings would not be trained. */
async function importFolder(
  source: PuzzleSource,
  { heldOut, ...plan }: ImportPlan & { readonly folder: string },
  job: Job,
): Promise<WrittenDataset> {
  if (heldOut === 0 || !takesTestShare(source)) return copyGroups(source, plan, job);
  const { isHeld } = await selectHeldOutClasses(source, heldOut, job);
  // The copies of a group are of one class.
  const select = ([first]: WrittenGroup, split: SplitName) => isHeld(first!.examples[0]!) === (split === 'test');
  return copyGroups(source, { ...plan, select }, job);
}

interface ImportRequest {
  readonly name: string;
  readonly path: string;
  readonly kind?: string | undefined;
  /** Share for the test split, if the source has none. */
  readonly heldOut: number;
  /** Skips rows of a file that are no puzzles, instead of throwing. */
  readonly skipBadRows?: boolean | undefined;
  /** Skips puzzles whose answer breaks a rule, instead of keeping them. */
  readonly skipWrongAnswers?: boolean | undefined;
  /** Copies of each task, for ARC. */
  readonly augment: number;
  readonly seed: number;
  readonly origin: Text;
}

export class DatasetImporter {
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
    if (await containsTasks(path)) return reportTasks(await readTaskFiles(path));
    const source = await openSource(path, kind, { skipBadRows: true });
    const splits = await summariseSplits(source, job, limit);
    return {
      form: source.form,
      kind: source.kind.id,
      splits: splits.map((summary) => ({ ...summary })),
      takesTestShare: takesTestShare(source),
      notes: [...(source.notes?.() ?? [])],
      tasks: null,
    };
  }

  /** Imports into the library. On an error nothing is written. @throws FormatError, UnknownIdError, the signal's reason */
  async import(request: ImportRequest, job: Job): Promise<Dataset> {
    const { path, kind, name, skipBadRows, skipWrongAnswers } = request;
    const { id, out } = await this.library.newFolder(name);
    if (await containsTasks(path)) {
      const plan = { ...request, kind: getTaskKind(kind) };
      await writeTaskFiles(out, await readTaskFiles(path), plan, job);
    } else {
      const source = await openSource(path, kind, { skipBadRows, skipWrongAnswers });
      await importDataset(source, { ...request, out }, job);
    }
    return this.library.describe(id);
  }
}

const reportTasks = (set: ArcTaskSet): DatasetReport => ({
  form: message('formats.dataset.tasksForm'),
  kind: arc.id,
  splits: [],
  takesTestShare: set.heldOut.size === 0,
  notes: [],
  tasks: { ...countTasks(set), problems: describeTaskProblems(set) },
});

/** Downloads public datasets and imports them into the library. */
export class DatasetDownloads {
  constructor(
    private readonly downloads: Downloads<DatasetSpec>,
    private readonly importer: DatasetImporter,
  ) {}

  async list(): Promise<Download[]> {
    const states = await this.downloads.list();
    return states.map(({ spec: { id, name, summary, homepage, licence, kind }, folder, partialBytes }) => ({
      id,
      name,
      summary,
      homepage,
      licence,
      kind,
      isDownloaded: folder !== null,
      partialBytes,
    }));
  }

  /** Downloads and imports a dataset. Received bytes are kept on an error. @throws DownloadError, UnknownIdError, FormatError, the signal's reason */
  async download(id: string, job: Job): Promise<Dataset> {
    const folder = await this.downloads.download(id, {
      signal: job.signal,
      onProgress: (progress) => job.report(toJobProgress(progress)),
    });
    const { spec } = (await this.downloads.list()).find((state) => state.spec.id === id) ?? {};
    if (!spec) throw new MessageError('downloads.removed', { id });
    const origin = message('datasets.origin.downloaded', { url: spec.homepage });
    const plan = { name: spec.name, heldOut: 0, augment: 0, seed: 1, origin };
    return this.importer.import({ ...plan, path: getImportPath(spec, folder), kind: spec.kind }, job);
  }
}

/** For ARC only the training tasks are imported; the evaluation tasks stay in the download. */
function getImportPath({ result }: DatasetSpec, folder: string): string {
  return result === 'task files' ? join(folder, 'training') : folder;
}
