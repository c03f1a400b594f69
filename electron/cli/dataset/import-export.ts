/** The commands `dataset import`, `dataset export` and `dataset download`. */
import { formatEnglish } from '../../../renderer/messages/english';
import { message } from '../../../renderer/messages/message';
import { formatInteger, formatMegabytes } from '../../contract/format';
import { join } from 'node:path';
import { openSource } from '../../../datasets/formats/puzzle-source';
import { BadRowError } from '../../../datasets/formats/read-rows';
import { lastComponent } from '../../../datasets/private-paths';
import { containsTasks, readTaskFiles } from '../../../datasets/formats/arc-task-files';
import { getTaskKind } from '../../../datasets/formats/arc-task-source';
import { requireTaskFits } from '../../../datasets/kinds/arc/task';
import { requireDistinctTasks } from '../../../datasets/formats/arc-task-set';
import { writeTaskFiles } from '../../compute/datasets/arc-tasks';
import {
  DatasetDownloads,
  DatasetImporter,
  importDataset,
  summariseSplits,
} from '../../compute/datasets/import-dataset';
import { exportDataset } from '../../compute/datasets/export-dataset';
import type { DatasetExport } from '../../contract/datasets';
import { datasetSpecs } from '../../compute/downloads/download-specs';
import { Downloads } from '../../compute/downloads/downloads';
import { dataFolder } from '../../compute/storage/data-folder';
import { UsageError } from '../exit';
import { findDatasetPath, openDatasetLibrary } from '../resolve-names';
import type { JsonFlag } from '../args';
import { printNotice, printResult, withProgress } from '../output';
import { formatArcSummary, formatDatasetSummary } from './generate';
import { formatSplitSummary } from './inspect';
import { describeTaskSet, formatTaskSet } from './task-set';

interface ImportFlags {
  readonly out?: string;
  readonly kind?: string;
  readonly heldOut: number;
  readonly augment: number;
  readonly seed: number;
  readonly skipBadRows?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export async function importCommand(path: string, flags: ImportFlags): Promise<void> {
  const { out, kind: id, heldOut, skipBadRows, dryRun, json } = flags;
  if (out === undefined && !dryRun)
    throw new UsageError('choose --out <folder> to import, or --dry-run for the report only');
  if (await containsTasks(path)) return importTasks(path, flags);
  const source = await openSource(path, id, { skipBadRows, skipWrongAnswers: skipBadRows });
  const splits = await withProgress((job) => summariseSplits(source, job)).catch(suggestSkipping);
  const written =
    out === undefined || dryRun
      ? null
      : await withProgress((job) =>
          importDataset(
            source,
            { out, heldOut, origin: message('datasets.origin.imported', { path: lastComponent(path) }) },
            job,
          ),
        );
  const notes = [
    ...(source.notes?.() ?? []),
    ...(written && written.test === 0 ? [message('datasets.note.noTestSet')] : []),
  ];
  const lines = [
    `${formatEnglish(source.form)}, ${formatEnglish(source.kind.name)}`,
    ...notes.map((note) => `  ${formatEnglish(note)}`),
    ...splits.flatMap(formatSplitSummary),
    ...(written ? [formatDatasetSummary(written)] : []),
  ];
  printResult(json, { form: source.form, kind: source.kind.id, notes, splits, written }, lines);
}

function suggestSkipping(error: unknown): never {
  if (!(error instanceof BadRowError)) throw error;
  throw new UsageError(`${formatEnglish(error.text)}; --skip-bad-rows imports the other rows`);
}

async function importTasks(path: string, { out, kind: id, dryRun, json, ...plan }: ImportFlags): Promise<void> {
  const kind = getTaskKind(id);
  const set = await readTaskFiles(path);
  const written =
    out === undefined || dryRun
      ? null
      : await withProgress((job) =>
          writeTaskFiles(
            out,
            set,
            { ...plan, kind, origin: message('datasets.origin.imported', { path: lastComponent(path) }) },
            job,
          ),
        );
  const lines = [...formatTaskSet(set), ...(written ? [formatArcSummary(written)] : [])];
  printResult(json, { ...describeTaskSet(set, kind), written }, lines);
  // The report names all files; the exit code says that the import would fail.
  requireDistinctTasks(set);
  for (const task of set.tasks) requireTaskFits(task, kind.rows);
}

interface ExportFlags {
  readonly out: string;
  readonly format: DatasetExport;
  readonly augment: number;
  readonly seed: number;
  readonly kind?: string;
  readonly json?: true;
}

export async function exportCommand(path: string, { kind, json, ...plan }: ExportFlags): Promise<void> {
  if (plan.format !== 'reference' && plan.augment > 0) throw new UsageError('--augment requires --format reference');
  const source = await openSource(await findDatasetPath(path), kind);
  const written = await withProgress((job) =>
    exportDataset(
      source,
      { ...plan, origin: message('datasets.origin.exported', { dataset: lastComponent(path) }) },
      job,
    ),
  );
  const notes = (written.notes ?? []).map((note) => `  ${formatEnglish(note)}`);
  printResult(json, written, [formatDatasetSummary(written), ...notes]);
}

export async function downloadCommand(id: string | undefined, flags: JsonFlag): Promise<void> {
  const downloads = new Downloads({ folder: join(dataFolder(), 'downloads'), specs: datasetSpecs });
  const library = openDatasetLibrary();
  const datasetDownloads = new DatasetDownloads(downloads, new DatasetImporter(library));
  if (id === undefined) return listDownloads(datasetDownloads, flags);
  // Print source, licence and size before downloading.
  if (!flags.json && (await downloads.find(id)) === null)
    printNotice(`Downloading ${id}: ${formatSize(await downloads.getSize(id))}`);
  return fetchSet(datasetDownloads, id, flags);
}

const formatSize = (bytes: number | null): string => (bytes === null ? 'size unknown' : formatMegabytes(bytes));

async function listDownloads(datasetDownloads: DatasetDownloads, { json }: JsonFlag): Promise<void> {
  const sets = await datasetDownloads.list();
  const lines = sets.flatMap(({ id, name, summary, homepage, licence, isDownloaded, partialBytes }) => [
    `${id}: ${name}${isDownloaded ? ' (downloaded)' : partialBytes > 0 ? ` (${formatMegabytes(partialBytes)} downloaded so far)` : ''}`,
    `  ${formatEnglish(summary)}`,
    `  ${homepage}, licence: ${formatEnglish(licence)}`,
  ]);
  printResult(json, sets, lines);
}

async function fetchSet(datasetDownloads: DatasetDownloads, id: string, { json }: JsonFlag): Promise<void> {
  const dataset = await withProgress((job) => datasetDownloads.download(id, job));
  printResult(json, dataset, [
    `Imported ${formatEnglish(dataset.name)} as dataset ${dataset.id}: ${formatInteger(dataset.train.puzzles)} training puzzles, ${formatInteger(dataset.test.puzzles)} test puzzles`,
  ]);
}
