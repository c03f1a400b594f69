/** A run carried elsewhere. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireNew, writeAtomically, writeNewFile, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { FormatError } from '../../../../datasets/formats/format-error';
import { metricsCsv } from '../../../../models/checkpoint/export/metrics-csv';
import { eventFileName, tensorboardEvents } from '../../../../models/checkpoint/export/tensorboard';
import type { ZipArchive, ZipContent } from '../../../../models/checkpoint/zip';
import { withZip, writeZip } from '../../../../models/checkpoint/zip';
import type { Run } from '../../../contract/contract';
import type { RunExport } from '../../../contract/runs';
import { Job } from '../../job';
import { readLines } from '../metrics-log';
import { RunFolder } from '../run-store';
import { parseRecord } from '../run-record';
import type { RunStore } from '../run-store';
import type { RunParts } from './cluster';
import { writeCluster } from './cluster';

// A run in one file: a zip of its folder with the newest and the best checkpoint, which reopens in any lab.

const RECORD = 'run.json';
const METRICS = 'metrics.jsonl';
const NOTES = 'notes.md';
const CHECKPOINT = /^checkpoints\/step-(\d{1,12})\.safetensors$/u;

/** A paper-size model's checkpoint takes some 100 MB. */
const limits = { maxEntries: 1000, maxBytes: 64 * 2 ** 30 };

/** @throws ExistsError where `out` is taken, RunFolderError */
export async function writeCapsule(folder: RunFolder, out: string): Promise<void> {
  await requireNew(out);
  const record = await folder.read();
  const steps = await folder.checkpoints.steps();
  const kept = [...new Set([...steps.slice(-1), ...steps.filter((step) => step === record.run.best?.step)])];
  const files: ZipContent[] = [
    { name: RECORD, content: bytesOf(JSON.stringify(record, null, 2)) },
    { name: METRICS, content: await readFile(folder.metricsFile).catch(() => new Uint8Array()) },
    { name: NOTES, content: bytesOf(await folder.notes()) },
  ];
  for (const step of kept)
    files.push({ name: `checkpoints/step-${step}.safetensors`, content: await folder.checkpoints.read(step) });
  await writeZip(out, files, { compressed: true });
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Becomes a run of its own; one that was training when it was packed counts as interrupted. @throws FormatError, RunFolderError, the job's reason when it was cancelled */
export function readCapsule(path: string, store: RunStore, job = new Job()): Promise<Run> {
  return withZip(path, limits, async (zip) => {
    const odd = zip.names.find((name) => ![RECORD, METRICS, NOTES].includes(name) && !CHECKPOINT.test(name));
    if (odd !== undefined) throw new FormatError(basename(path), 'the files of a run', odd);
    const { run, ...rest } = parseRecord(
      new TextDecoder().decode(await zip.read(RECORD)),
      `${basename(path)}, ${RECORD}`,
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
    await job.did(done + 1, zip.names.length, (files) => `${files} files`);
  }
}

// What a run measured, as files for other programs.

/** @throws ExistsError where `out` is taken */
async function writeMetricsCsv(folder: RunFolder, out: string): Promise<void> {
  await writeNewFile(out, [metricsCsv(await readLines(folder.metricsFile))]);
}

/** A folder, as TensorBoard takes them, with one event file. @throws ExistsError where `out` is taken */
async function writeTensorboard(folder: RunFolder, out: string): Promise<void> {
  const { run } = await folder.read();
  const options = { startedAt: new Date(run.startedAt) };
  const events = tensorboardEvents(await readLines(folder.metricsFile), options);
  await writeNewFolder(out, (temporary) => writeAtomically(join(temporary, eventFileName(options)), events));
}

export interface RunExportPlan {
  readonly out: string;
  readonly format: RunExport;
  /** See the contract. */
  readonly augment?: number | undefined;
}

interface ExportedRun {
  readonly out: string;
  /** Sentences: what the reference cannot do of this run. */
  readonly notes: string[];
}

/** Whole or not at all. @throws ExistsError where `out` is taken, RunFolderError, ChangedDataError, the job's reason when it was cancelled */
export async function exportRun(
  parts: RunParts,
  { out, format, augment }: RunExportPlan,
  job: Job,
): Promise<ExportedRun> {
  const notes = await writers[format](parts, { out, ...(augment !== undefined && { augment }), job });
  return { out, notes: [...(notes ?? [])] };
}

interface Writing {
  readonly out: string;
  readonly augment?: number;
  readonly job: Job;
}

const writers: Readonly<Record<RunExport, (parts: RunParts, writing: Writing) => Promise<readonly string[] | void>>> = {
  capsule: ofFolder(writeCapsule),
  csv: ofFolder(writeMetricsCsv),
  tensorboard: ofFolder(writeTensorboard),
  cluster: writeCluster,
};

function ofFolder(write: (folder: RunFolder, out: string) => Promise<void>) {
  return ({ folder }: RunParts, { out }: Writing): Promise<void> => write(folder, out);
}
