/** `dataset export` */
import { join } from 'node:path';
import { writeFile, writeFolder } from '../../../datasets/formats/atomic';
import { puzzleCsvLines } from '../../../datasets/formats/puzzle-csv';
import { openSource, type PuzzleSource, type SplitName } from '../../../datasets/formats/puzzle-source';
import type { Puzzle } from '../../../datasets/puzzle';
import { Random } from '../../../datasets/random';
import { UsageError } from '../errors';
import { ProgressLine } from '../terminal';
import { splitsOf } from './survey-split';
import { summary, writeSet, type WrittenSet } from './write-set';

export interface ExportFlags {
  readonly out: string;
  readonly format: 'reference' | 'csv';
  readonly augment: number;
  readonly seed: number;
  readonly kind?: string;
  readonly json?: true;
}

export async function exportCommand(path: string, flags: ExportFlags): Promise<void> {
  if (flags.format === 'csv' && flags.augment > 0) throw new UsageError('--augment goes with --format reference');
  const source = await openSource(path, flags.kind);
  const origin = `exported from ${path}`;
  const written = flags.format === 'csv' ? await writeCsv(source, flags.out, origin) : await writeReference(source, flags, origin);
  process.stdout.write(`${flags.json ? JSON.stringify(written) : summary(written)}\n`);
}

async function writeReference(source: PuzzleSource, { out, augment, seed }: ExportFlags, origin: string): Promise<WrittenSet> {
  const puzzles: Record<SplitName, Puzzle[]> = { train: [], test: [] };
  for (const split of splitsOf(source)) for await (const puzzle of source.read(split)) puzzles[split].push(puzzle);
  const progress = new ProgressLine();
  const total = puzzles.train.length * (augment + 1) + puzzles.test.length;
  const onExample = (count: number) => count % 1000 === 0 && progress.show(count / total, `${count} of ${total} examples`);
  const content = { kind: source.kind, origin, ...puzzles, augment: { copies: augment, random: Random.seeded(seed) }, onExample };
  return writeSet(out, content).finally(() => progress.clear());
}

/** `train.csv` and `test.csv`, rated where the kind rates. */
async function writeCsv(source: PuzzleSource, out: string, origin: string): Promise<WrittenSet> {
  const counts = { train: 0, test: 0 };
  await writeFolder(out, async (folder) => {
    for (const split of splitsOf(source)) await writeFile(join(folder, `${split}.csv`), puzzleCsvLines(rowsOf(source, split, counts)));
  });
  return { out, kind: source.kind.id, origin, ...counts };
}

async function* rowsOf({ kind, read }: PuzzleSource, split: SplitName, counts: Record<SplitName, number>) {
  for await (const { inputs, labels } of read(split)) {
    counts[split]++;
    const rating = kind.generator ? String(kind.generator.rate(inputs)) : '';
    yield { source: `${split}/${counts[split] - 1}`, question: kind.format(inputs), answer: kind.format(labels), rating };
  }
}
