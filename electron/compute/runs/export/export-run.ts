/** Exports a run: as an archive, as metrics for other programs, or as a job for a compute cluster; imports archives. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireNew, writeAtomically, writeNewFile, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { FormatError } from '../../../../datasets/formats/format-error';
import { eventFileName, metricsCsv, tensorboardEvents } from '../../../../models/checkpoint/export/metrics-export';
import { message, type Text } from '../../../../renderer/messages/message';
import type { ZipArchive, ZipContent } from '../../../../models/checkpoint/zip';
import { withZip, writeZip } from '../../../../models/checkpoint/zip';
import type { Run } from '../../../contract/contract';
import type { RunExport } from '../../../contract/runs';
import { Job } from '../../job';
import { readLines, type MetricsLine } from '../metrics/metrics-log';
import { RunFolder } from '../run-store';
import { parseRecord } from '../run-record';
import type { RunStore } from '../run-store';
import type { ExportSource } from './cluster-job';
import { writeClusterJob } from './cluster-job';

const RECORD = 'run.json';
const METRICS = 'metrics.jsonl';
const NOTES = 'notes.md';
const CHECKPOINT = /^checkpoints\/step-(\d{1,12})\.safetensors$/u;

/** Limits of an archive; a checkpoint of a paper-size model takes some 100 MB. */
const limits = { maxEntries: 1000, maxBytes: 64 * 2 ** 30 };

/** Writes a run archive: a zip of the folder with the newest and the best checkpoint. @throws ExistsError where `out` exists, RunFolderError */
export async function writeRunArchive(folder: RunFolder, out: string): Promise<void> {
  await requireNew(out);
  const record = await folder.read();
  const steps = await folder.checkpoints.steps();
  const exported = [...new Set([...steps.slice(-1), ...steps.filter((step) => step === record.run.best?.step)])];
  const files: ZipContent[] = [
    { name: RECORD, content: encodeText(JSON.stringify(record, null, 2)) },
    { name: METRICS, content: await readFile(folder.metricsFile).catch(() => new Uint8Array()) },
    { name: NOTES, content: encodeText(await folder.notes()) },
  ];
  for (const step of exported)
    files.push({ name: `checkpoints/step-${step}.safetensors`, content: await folder.checkpoints.read(step) });
  await writeZip(out, files, { compressed: true });
}

const encodeText = (text: string) => new TextEncoder().encode(text);

/** Imports a run archive as a new run; one that was training when exported is interrupted. @throws FormatError, RunFolderError, the job's reason when it was cancelled */
export function readRunArchive(path: string, store: RunStore, job = new Job()): Promise<Run> {
  return withZip(path, limits, async (zip) => {
    const unexpected = zip.names.find((name) => ![RECORD, METRICS, NOTES].includes(name) && !CHECKPOINT.test(name));
    if (unexpected !== undefined) throw new FormatError(basename(path), message('run.archive.files'), unexpected);
    const { run, ...rest } = parseRecord(
      new TextDecoder().decode(await zip.read(RECORD)),
      message('formats.place.key', { file: basename(path), key: RECORD }),
    );
    const runId = await store.newId(run.kind);
    const reopened: Run = {
      ...run,
      runId,
      model: null,
      state: run.state === 'running' || run.state === 'paused' ? 'interrupted' : run.state,
    };
    await writeNewFolder(store.getFolder(runId).path, async (temporary) => {
      await unpack(zip, temporary, job);
      await new RunFolder(temporary).write({ ...rest, run: reopened });
    });
    return reopened;
  });
}

async function unpack(zip: ZipArchive, folder: string, job: Job): Promise<void> {
  await mkdir(join(folder, 'checkpoints'));
  for (const [done, name] of zip.names.entries()) {
    job.signal.throwIfAborted();
    if (name !== RECORD) await writeFile(join(folder, name), await zip.read(name));
    await job.advance(done + 1, zip.names.length, (count) => message('run.archive.fileCount', { count }));
  }
}

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
  /** Features of the run that the reference does not support. */
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

function folderWriter(write: (folder: RunFolder, out: string, job: Job) => Promise<void>) {
  return ({ folder }: ExportSource, { out, job }: WriteOptions): Promise<void> => write(folder, out, job);
}
