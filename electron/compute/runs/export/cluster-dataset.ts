/** The data set of a run as a folder for the reference's loader. */
import { cp } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import type { Dataset } from '../../../../datasets/catalog';
import { ReferenceSplit } from '../../../../datasets/formats/reference-folder';
import { writeReferenceFolder, type WrittenGroup } from '../../../../datasets/formats/reference-writer';
import { identifiersOf, type IdentifiedPuzzle, type IdentifiedSet } from '../../../../datasets/identified';
import { Random } from '../../../../datasets/random';
import type { Job } from '../../datasets/job';
import { sourceFile, writeSet } from '../../datasets/write-set';
import type { SetFacts } from './reference-schedule';

/** A data set, and where it has one the folder in the reference's format that it was read from. */
export interface PlacedDataset {
  readonly dataset: Dataset;
  readonly folder: string | null;
}

export interface ClusterCopies {
  /** Symmetric copies of each puzzle to learn from. */
  readonly copies: number;
  readonly seed: number;
}

export interface ClusterDataset extends SetFacts {
  /** A sentence: how it was made. */
  readonly made: string;
}

/**
 * Sets whose puzzles have identifiers go as they are, for each identifier has a row in the model; others get
 * symmetric copies, since the reference draws no symmetries while it trains.
 */
export async function writeClusterDataset(
  out: string,
  placed: PlacedDataset,
  plan: ClusterCopies,
  job: Job,
): Promise<ClusterDataset> {
  const made = await write(out, placed, plan, job);
  const split = await ReferenceSplit.open(out, 'train');
  const { total_groups: groups, mean_puzzle_examples: meanExamples } = split.meta;
  await split.close();
  return { made, groups, meanExamples };
}

async function write(
  out: string,
  { dataset, folder }: PlacedDataset,
  { copies, seed }: ClusterCopies,
  job: Job,
): Promise<string> {
  const { identified, kind, spec, train, test } = dataset;
  if (identified && folder !== null) {
    await copyFolder(folder, out, job);
    return `a copy of ${basename(folder)} as it is, for each of its ${identifiersOf(dataset)} identifiers has a row in the model`;
  }
  const origin = `exported from ${spec.name}`.slice(0, 1000);
  if (identified) {
    await writeIdentified(out, { dataset, identified, origin }, job);
    return `${spec.name} with its ${identifiersOf(dataset)} identifiers, each of which has a row in the model`;
  }
  const augment = { copies, random: Random.seeded(seed) };
  const written = await writeSet(
    out,
    { kind, origin, train, test, augment, expected: train.length * (copies + 1) + test.length },
    job,
  );
  return `${spec.name}: ${train.length} puzzles to learn from with up to ${copies} symmetric copies of each (${written.train} in all), ${written.test} held out`;
}

const parts = ['identifiers.json', 'test_puzzles.json', 'source.json', 'train', 'test'];

/** What belongs to the set, and nothing else that lies beside it. */
async function copyFolder(folder: string, out: string, job: Job): Promise<void> {
  let copied = 0;
  const isWanted = async (path: string) => {
    await job.did(++copied, null, (done) => `${done} files copied`);
    const [top] = relative(folder, path).split(sep);
    return top === '' || parts.includes(top!);
  };
  await cp(folder, out, { recursive: true, dereference: true, filter: isWanted });
  job.signal.throwIfAborted();
}

interface Identified {
  readonly dataset: Dataset;
  readonly identified: IdentifiedSet;
  readonly origin: string;
}

async function writeIdentified(
  out: string,
  { dataset: { kind }, identified, origin }: Identified,
  job: Job,
): Promise<void> {
  let written = 0;
  const total = identified.train.length + identified.test.length;
  const groups = async function* (puzzles: readonly IdentifiedPuzzle[]): AsyncGenerator<WrittenGroup> {
    for (const group of groupsOf(puzzles)) {
      yield group;
      written += group.reduce((sum, { examples }) => sum + examples.length, 0);
      await job.did(written, total, (done) => `${done} examples written`);
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  const [train, test] = [identified.train, identified.test].map((puzzles) => ({ ...shape, groups: groups(puzzles) }));
  await writeReferenceFolder(out, {
    identifiers: identified.names,
    train: train!,
    test: test!,
    extra: { 'source.json': sourceFile({ kind: kind.id, origin }) },
    signal: job.signal,
  });
}

/** In the order of their first examples: groups, in them puzzles, in these examples. */
function groupsOf(puzzles: readonly IdentifiedPuzzle[]): WrittenGroup[] {
  const groups = new Map<number, Map<number, IdentifiedPuzzle[]>>();
  for (const puzzle of puzzles) {
    const group = groups.get(puzzle.group) ?? new Map<number, IdentifiedPuzzle[]>();
    groups.set(puzzle.group, group);
    group.set(puzzle.identifier, [...(group.get(puzzle.identifier) ?? []), puzzle]);
  }
  return [...groups.values()].map((group) => [...group].map(([identifier, examples]) => ({ identifier, examples })));
}
