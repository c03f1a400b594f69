/** A set written for other programs. */
import { join } from 'node:path';
import { writeNewFile, writeNewFolder } from '../../../datasets/formats/atomic-write';
import { formatPuzzleCsv } from '../../../datasets/formats/puzzle-csv';
import type { PuzzleSource, SplitName } from '../../../datasets/formats/puzzle-source';
import { Random } from '../../../datasets/random';
import type { Job } from '../job';
import { presentSplits } from './import-set';
import { writeSet, type WrittenSet } from './write-set';

export interface ExportPlan {
  readonly out: string;
  readonly format: 'reference' | 'csv';
  readonly origin: string;
  /** Symmetric copies of each puzzle to learn from; reference format only. */
  readonly augment: number;
  readonly seed: number;
}

/** @throws FormatError, ExistsError, the signal's reason; nothing is left then */
export function exportSet(source: PuzzleSource, plan: ExportPlan, job: Job): Promise<WrittenSet> {
  return plan.format === 'csv' ? writeCsv(source, plan, job) : writeReference(source, plan, job);
}

function writeReference(
  source: PuzzleSource,
  { out, origin, augment: copies, seed }: ExportPlan,
  job: Job,
): Promise<WrittenSet> {
  const split = (name: SplitName) => (source.counts[name] === undefined ? [] : source.read(name));
  const expected = (source.counts.train ?? 0) * (copies + 1) + (source.counts.test ?? 0);
  const augment = { copies, random: Random.seeded(seed) };
  return writeSet(
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

/** `train.csv` and `test.csv`, rated where the kind rates. */
async function writeCsv(source: PuzzleSource, { out, origin }: ExportPlan, job: Job): Promise<WrittenSet> {
  const counts = { train: 0, test: 0 };
  await writeNewFolder(out, async (folder) => {
    for (const split of presentSplits(source))
      await writeNewFile(join(folder, `${split}.csv`), formatPuzzleCsv(rowsOf({ source, split, counts }, job)));
  });
  return { out, kind: source.kind.id, origin, ...counts };
}

async function* rowsOf(
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
    await job.did(counts[split], source.counts[split] ?? null, (done) => `${split}: ${done} puzzles written`);
  }
}
