/** Exports a run: as an archive, as metrics for other programs, or as a job for a compute cluster. */
import { join } from 'node:path';
import { writeAtomically, writeNewFile, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { eventFileName, metricsCsv, tensorboardEvents } from '../../../../models/checkpoint/export/metrics-export';
import { message, type Text } from '../../../../renderer/messages/message';
import type { Run } from '../../../contract/contract';
import type { RunExport } from '../../../contract/runs';
import type { Job } from '../../job';
import { readLines, type MetricsLine } from '../metrics/metrics-log';
import type { RunFolder } from '../run-store';
import type { ExportSource } from './cluster-job';
import { writeClusterJob } from './cluster-job';
import { writeRunArchive } from './write-archive';

/** The lines of a run, with progress by its steps. @throws the job's reason when it was cancelled */
async function* readLinesOf(folder: RunFolder, { step: total }: Run, job: Job): AsyncGenerator<readonly MetricsLine[]> {
  for await (const lines of readLines(folder.metricsFile)) {
    yield lines;
    await job.advance(lines[lines.length - 1]?.step ?? 0, total, (count) => message('common.stepCount', { count }));
  }
}

/** @throws ExistsError where `out` exists, the job's reason when it was cancelled */
async function writeMetricsCsv(folder: RunFolder, out: string, job: Job): Promise<void> {
  const { run } = await folder.read();
  await writeNewFile(out, metricsCsv(readLinesOf(folder, run, job)));
}

/** Writes a folder for TensorBoard with one event file. @throws as `writeMetricsCsv` */
async function writeTensorboard(folder: RunFolder, out: string, job: Job): Promise<void> {
  const { run } = await folder.read();
  const options = { startedAt: new Date(run.startedAt) };
  const events = tensorboardEvents(readLinesOf(folder, run, job), options);
  await writeNewFolder(out, (temporary) => writeAtomically(join(temporary, eventFileName(options)), events));
}

export interface RunExportPlan {
  readonly out: string;
  readonly format: RunExport;
  /** Symmetric copies of each training puzzle, for `cluster`. */
  readonly augment?: number | undefined;
}

interface ExportedRun {
  readonly out: string;
  /** Features of the run that the reference does not support; damaged checkpoints that were left out. */
  readonly notes: Text[];
}

/** Writes `out` completely or not at all. @throws ExistsError where `out` exists, RunFolderError, ChangedDataError, the job's reason when it was cancelled */
export async function exportRun(
  source: ExportSource,
  { out, format, augment }: RunExportPlan,
  job: Job,
): Promise<ExportedRun> {
  const notes = await writers[format](source, { out, ...(augment !== undefined && { augment }), job });
  return { out, notes: [...(notes ?? [])] };
}

interface WriteOptions {
  readonly out: string;
  readonly augment?: number;
  readonly job: Job;
}

const writers: Readonly<
  Record<RunExport, (source: ExportSource, writing: WriteOptions) => Promise<readonly Text[] | void>>
> = {
  archive: folderWriter(writeRunArchive),
  csv: folderWriter(writeMetricsCsv),
  tensorboard: folderWriter(writeTensorboard),
  cluster: writeClusterJob,
};

function folderWriter<Notes>(write: (folder: RunFolder, out: string, job: Job) => Promise<Notes>) {
  return ({ folder }: ExportSource, { out, job }: WriteOptions): Promise<Notes> => write(folder, out, job);
}
