/** Identifiers and groups of a reference folder, read with its examples. */
import type { IdentifiedPuzzle, IdentifiedSet } from '../identified';
import { FormatError } from './format-error';
import { readIdentifiers, ReferenceSplit } from './reference-folder';

/**
 * The examples of a folder with the splits named, a split that is not there being empty; null where there is the
 * blank identifier only.
 * @throws FormatError
 */
export async function readIdentified(
  folder: string,
  splits: readonly ('train' | 'test')[],
): Promise<IdentifiedSet | null> {
  const read = { train: await splitOf(folder, 'train', splits), test: await splitOf(folder, 'test', splits) };
  const counts = Object.entries(read).flatMap(([name, split]) => (split ? [[name, split.count] as const] : []));
  if (counts.every(([, count]) => count === 1)) return null;
  const names = await readIdentifiers(folder);
  for (const [name, count] of counts)
    if (count !== names.length)
      throw new FormatError(
        `${name}/dataset.json, num_puzzle_identifiers`,
        `${names.length}, the names in identifiers.json`,
        String(count),
      );
  return { names, train: read.train?.puzzles ?? [], test: read.test?.puzzles ?? [] };
}

interface ReadSplit {
  /** Identifiers that there are, the blank one included. */
  readonly count: number;
  readonly puzzles: readonly IdentifiedPuzzle[];
}

async function splitOf(folder: string, name: 'train' | 'test', splits: readonly string[]): Promise<ReadSplit | null> {
  if (!splits.includes(name)) return null;
  const split = await ReferenceSplit.open(folder, name);
  try {
    const { num_puzzle_identifiers: count } = split.meta;
    return { count, puzzles: count === 1 ? [] : await puzzlesOf(split) };
  } finally {
    await split.close();
  }
}

async function puzzlesOf(split: ReferenceSplit): Promise<IdentifiedPuzzle[]> {
  const puzzles: IdentifiedPuzzle[] = [];
  for (let group = 0; group < split.groups; group++) {
    const [first, end] = await split.puzzlesOf(group);
    const [from] = await split.examplesOf(first);
    const [, to] = await split.examplesOf(end - 1);
    for (const { inputs, labels, identifier } of await split.read(from, to))
      puzzles.push({ inputs, labels, identifier, group });
  }
  return puzzles;
}
