/** A run in one file: a zip of its folder with the newest and the best checkpoint, which reopens in any lab. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireNew, writeFolder } from '../../../datasets/formats/atomic';
import { FormatError } from '../../../datasets/formats/format-error';
import { withZip, type ZipArchive } from '../../../models/checkpoint/zip';
import { writeZip, type ZipContent } from '../../../models/checkpoint/zip-writer';
import type { Run } from '../../contract/contract';
import { Job } from '../datasets/job';
import { RunFolder } from './run-folder';
import { parseRecord } from './run-record';
import type { RunStore } from './run-store';

const RECORD = 'run.json';
const METRICS = 'metrics.jsonl';
const NOTES = 'notes.md';
const CHECKPOINT = /^checkpoints\/step-(\d{1,12})\.safetensors$/u;

/** A paper-size model's checkpoint takes some 100 MB. */
const limits = { mostEntries: 1000, mostBytes: 64 * 2 ** 30 };

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
    await writeFolder(store.of(runId).path, async (temporary) => {
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
