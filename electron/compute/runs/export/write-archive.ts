/** Writes a run archive: a zip of the run with its newest and its best checkpoint, without the paths of this computer. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { requireNew } from '../../../../datasets/formats/atomic-write';
import { withoutFolders } from '../../../../datasets/private-paths';
import { writeZip, type ZipContent } from '../../../../models/checkpoint/zip';
import { message, type Text } from '../../../../renderer/messages/message';
import { errorText } from '../../../contract/error-message';
import { Job } from '../../job';
import { stringifyWithChecksum } from '../../../../datasets/formats/json-checksum';
import type { RunRecord } from '../run-record';
import type { RunFolder } from '../run-store';
import { anonymiseRecord, anonymousMetrics } from './anonymous-run';
import { archiveFiles, checkCheckpoint, checkpointName } from './archive-files';

/**
 * Checkpoints that are damaged are left out; the newest whole one takes their place.
 * @returns notes on checkpoints that were left out
 * @throws ExistsError where `out` exists, RunFolderError, the job's reason when it was cancelled
 */
export async function writeRunArchive(folder: RunFolder, out: string, job = new Job()): Promise<Text[]> {
  await requireNew(out);
  const record = await folder.read();
  const { steps, notes } = await chooseCheckpoints(folder, record, job);
  const hashes: Record<string, string> = {};
  const file = (name: string, open: () => Parts): ZipContent => ({
    name,
    content: () =>
      Readable.from(
        hashed(open(), (hash) => (hashes[name] = hash), job),
        { objectMode: false },
      ),
  });
  const text = new TextEncoder().encode(withoutFolders(await folder.notes()));
  await writeZip(
    out,
    [
      file(archiveFiles.metrics, () => anonymousMetrics(folder.metricsFile, record.run.dataset)),
      file(archiveFiles.notes, () => [text]),
      ...steps.map((step) =>
        file(checkpointName(step), () =>
          createReadStream(folder.checkpoints.file(step), { highWaterMark: CHUNK_BYTES }),
        ),
      ),
      // Last, since it names the hashes of the others.
      {
        name: archiveFiles.record,
        content: () =>
          Readable.from([Buffer.from(stringifyWithChecksum({ ...anonymiseRecord(record), files: hashes }))]),
      },
    ],
    { compressed: true },
  );
  return notes;
}

const CHUNK_BYTES = 2 ** 18;

type Parts = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function* hashed(parts: Parts, onHash: (hash: string) => void, job: Job): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of parts) {
    job.signal.throwIfAborted();
    hash.update(part);
    yield part;
    bytes += part.length;
    await job.advance(bytes, null, (count) => message('run.archive.bytesWritten', { count }));
  }
  onHash(hash.digest('hex'));
}

/** The newest whole checkpoint, and the best unless it is damaged. */
async function chooseCheckpoints(
  { checkpoints }: RunFolder,
  record: RunRecord,
  job: Job,
): Promise<{ readonly steps: number[]; readonly notes: Text[] }> {
  const [all, best] = [await checkpoints.steps(), record.run.best?.step];
  const [steps, notes]: [number[], Text[]] = [[], []];
  for (const step of all.reverse()) {
    job.signal.throwIfAborted();
    if (steps.length > 0 && step !== best) continue;
    const path = checkpoints.file(step);
    const damage = await checkCheckpoint(path, step, record).then(() => null, errorText);
    if (damage === null) steps.push(step);
    else notes.push(message('run.archive.leftOut', { file: basename(path), reason: damage }));
  }
  return { steps, notes };
}
