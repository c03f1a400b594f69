/** Exports datasets for other programs. */
import { join } from 'node:path';
import { writeNewFile, writeNewFolder } from '../../../datasets/formats/atomic-write';
import { formatPuzzleCsv } from '../../../datasets/formats/puzzle-csv';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import type { SplitName } from '../../../datasets/puzzle-address';
import { Random } from '../../../datasets/random';
import { message, MessageError, type Text } from '../../../renderer/messages/message';
import type { DatasetExport } from '../../contract/datasets';
import type { Job } from '../job';
import { writeTasks } from './export-tasks';
import { copyGroups, listSplits, writeDataset, type WrittenDataset } from './write-dataset';

interface ExportPlan {
  readonly out: string;
  readonly format: DatasetExport;
  readonly origin: Text;
  /** Symmetric copies of each training puzzle; reference format only. */
  readonly augment: number;
  readonly seed: number;
}

/** Exports a dataset. On an error nothing is written. @throws FormatError, MessageError, ExistsError, the signal's reason */
export function exportDataset(source: PuzzleSource, plan: ExportPlan, job: Job): Promise<WrittenDataset> {
  const write = { reference: writeReference, csv: writeCsv, tasks: writeTasks }[plan.format];
  return write(source, plan, job);
}

async function writeReference(
  source: PuzzleSource,
  { out, origin, augment: copies, seed }: ExportPlan,
  job: Job,
): Promise<WrittenDataset> {
  const { folder } = source;
  if (folder !== undefined && copies === 0) return copyGroups(source, { folder, out, origin }, job);
  // Another copy of a task would need an identifier of its own.
  if (copies > 0 && source.kind.augmentation === 'copies') throw new MessageError('datasets.export.ownCopies');
  const split = (name: SplitName) => (source.counts[name] === undefined ? [] : source.read(name));
  const expected = (source.counts.train ?? 0) * (copies + 1) + (source.counts.test ?? 0);
  const augment = { copies, random: Random.seeded(seed) };
  return writeDataset(
    out,
    {
      kind: source.kind,
      origin,
      train: split('train'),
      test: split('test'),
      augment,
      ...(expected > 0 && { expected }),
    },
    job,
  );
}

/** Writes `train.csv` and `test.csv`, with ratings if the kind has them. */
async function writeCsv(source: PuzzleSource, { out, origin }: ExportPlan, job: Job): Promise<WrittenDataset> {
  const counts = { train: 0, test: 0 };
  await writeNewFolder(out, async (folder) => {
    for (const split of listSplits(source))
      await writeNewFile(join(folder, `${split}.csv`), formatPuzzleCsv(csvRows({ source, split, counts }, job)));
  });
  const notes = source.kind.augmentation === 'copies' ? [message('datasets.export.csvLosesTasks')] : [];
  return { out, kind: source.kind.id, origin, ...counts, ...(notes.length > 0 && { notes }) };
}

async function* csvRows(
  {
    source,
    split,
    counts,
  }: { readonly source: PuzzleSource; readonly split: SplitName; readonly counts: Record<SplitName, number> },
  job: Job,
) {
  const { kind, read } = source;
  for await (const { inputs, labels, rating: known = kind.generator?.rate(inputs) } of read(split)) {
    const rating = known === undefined ? '' : String(known);
    yield { source: `${split}/${counts[split]++}`, question: kind.format(inputs), answer: kind.format(labels), rating };
    await job.advance(counts[split], source.counts[split] ?? null, (done) =>
      message('datasets.job.exported', { split, count: done }),
    );
  }
}
