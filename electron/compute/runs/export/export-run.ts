/** Exports a run: as an archive, as metrics for other programs, or as a job for a compute cluster. */
import { join } from 'node:path';
import { writeAtomically, writeNewFile, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { eventFileName, metricsCsv, tensorboardEvents } from '../../../../models/checkpoint/export/metrics-export';
import { flattenSettings } from '../../../../models/checkpoint/export/hyper-parameters';
import { message, type Text } from '../../../../renderer/messages/message';
import type { RunExport } from '../../../contract/runs';
import type { Job } from '../../job';
import { DamageCount, describeDamage, readLines, type MetricsLine } from '../metrics/metrics-log';
import { expectedLog, type RunRecord } from '../run-record';
import type { RunFolder } from '../run-store';
import { anonymiseRecord } from './anonymous-run';
import type { ExportSource } from './cluster-job';
import { writeClusterJob } from './cluster-job';
import { writeRunArchive } from './write-archive';

/** The metrics of a run that are exported, and what is damaged or missing in them. */
class ExportedMetrics {
  private readonly damage: DamageCount;
  /** Metrics are written before the step is recorded, and flushed before a checkpoint: a log that ends earlier was cut. */
  private lastStep = 0;

  constructor(
    private readonly folder: RunFolder,
    private readonly record: RunRecord,
    private readonly job: Job,
  ) {
    this.damage = new DamageCount({ expected: expectedLog(record) });
  }

  /** All lines, with progress by the steps of the run. @throws the job's reason when it was cancelled */
  async *lines(): AsyncGenerator<readonly MetricsLine[]> {
    const { step: total } = this.record.run;
    // Before the lines: a run that trains writes later ones.
    this.lastStep = Math.max(total, ...(await this.folder.checkpoints.steps()));
    for await (const lines of readLines(this.folder.metricsFile, this.damage)) {
      yield lines;
      const done = lines[lines.length - 1]?.step ?? 0;
      await this.job.advance(done, total, (count) => message('common.stepCount', { count }));
    }
  }

  /** Call after all lines were read. */
  notes(): Text[] {
    return describeDamage(this.damage.result(this.lastStep));
  }
}

/** @returns notes on damaged metrics @throws ExistsError where `out` exists, the job's reason when it was cancelled */
async function writeMetricsCsv(folder: RunFolder, out: string, job: Job): Promise<Text[]> {
  const metrics = new ExportedMetrics(folder, await folder.read(), job);
  await writeNewFile(out, metricsCsv(metrics.lines()));
  return metrics.notes();
}

/** Writes a folder for TensorBoard with one event file. @returns and @throws as `writeMetricsCsv` */
async function writeTensorboard(folder: RunFolder, out: string, job: Job): Promise<Text[]> {
  const record = await folder.read();
  const { run, setup } = anonymiseRecord(record);
  const options = {
    startedAt: new Date(run.startedAt),
    hyperParameters: flattenSettings({ dataset: run.dataset, ...setup.config }),
  };
  const metrics = new ExportedMetrics(folder, record, job);
  const events = tensorboardEvents(metrics.lines(), options);
  await writeNewFolder(out, (temporary) => writeAtomically(join(temporary, eventFileName(options)), events));
  return metrics.notes();
}

export interface RunExportPlan {
  readonly out: string;
  readonly format: RunExport;
  /** Symmetric copies of each training puzzle, for `cluster`. */
  readonly augment?: number | undefined;
}

interface ExportedRun {
  readonly out: string;
  /** Features of the run that the reference does not support; damaged checkpoints that were left out; damaged metrics. */
  readonly notes: Text[];
}

/** Writes `out` completely or not at all. @throws ExistsError where `out` exists, RunFolderError, ChangedDataError, the job's reason when it was cancelled */
export async function exportRun(
  source: ExportSource,
  { out, format, augment }: RunExportPlan,
  job: Job,
): Promise<ExportedRun> {
  const notes = await writers[format](source, { out, ...(augment !== undefined && { augment }), job });
  return { out, notes: [...notes] };
}

interface WriteOptions {
  readonly out: string;
  readonly augment?: number;
  readonly job: Job;
}

const writers: Readonly<Record<RunExport, (source: ExportSource, writing: WriteOptions) => Promise<readonly Text[]>>> =
  {
    archive: ({ folder, startModel }, { out, job }) => writeRunArchive(folder, out, job, startModel),
    csv: folderWriter(writeMetricsCsv),
    tensorboard: folderWriter(writeTensorboard),
    cluster: writeClusterJob,
  };

function folderWriter(write: (folder: RunFolder, out: string, job: Job) => Promise<readonly Text[]>) {
  return ({ folder }: ExportSource, { out, job }: WriteOptions): Promise<readonly Text[]> => write(folder, out, job);
}
