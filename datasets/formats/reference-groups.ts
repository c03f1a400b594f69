/** Reads a dataset folder group by group, with what a list of its puzzles loses: identifiers and the tasks of the evaluator. */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { message } from '../../renderer/messages/message';
import { MAX_TASK_FILE_CHARACTERS } from '../kinds/arc/read-tasks';
import type { SplitName } from '../puzzle-address';
import { verifyDigests } from './digests';
import { FormatError, numberText } from './format-error';
import { readIdentifiers, ReferenceSplit } from './reference-folder';
import type { WrittenGroup } from './reference-writer';

/** The tasks with which the reference's evaluator compares answers. */
const TEST_PUZZLES = 'test_puzzles.json';

export interface ReferenceGroups {
  /** By number; `<blank>` first. */
  readonly identifiers: readonly string[];
  /** Other files by name, which are copied as they are. */
  readonly extra: Readonly<Record<string, string>>;
  /** Whether `total_puzzles` of the splits is the number of groups, as the reference's builders of sudokus have it. */
  readonly groupsForPuzzles: boolean;
  /** The groups of a split, in order. @throws FormatError */
  read(split: SplitName): AsyncGenerator<WrittenGroup>;
}

/** @throws FormatError */
export async function openGroups(folder: string, splits: readonly SplitName[]): Promise<ReferenceGroups> {
  await verifyDigests(folder);
  const testPuzzles = await readTestPuzzles(folder);
  const shapes = await Promise.all(splits.map((split) => readShape(folder, split)));
  return {
    identifiers: shapes.some(({ isIdentified }) => isIdentified) ? await readIdentifiers(folder) : ['<blank>'],
    extra: testPuzzles === null ? {} : { [TEST_PUZZLES]: testPuzzles },
    groupsForPuzzles: shapes.every(({ groupsForPuzzles }) => groupsForPuzzles),
    read: (split) => readGroups(folder, split),
  };
}

/** Null where there are none. @throws FormatError for what is no plain file of bounded size: a link could lead to any file of the user */
async function readTestPuzzles(folder: string): Promise<string | null> {
  const path = join(folder, TEST_PUZZLES);
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!found) return null;
  if (!found.isFile()) throw new FormatError(TEST_PUZZLES, message('formats.plainFile'), message('formats.notFile'));
  if (found.size > MAX_TASK_FILE_CHARACTERS)
    throw new FormatError(
      TEST_PUZZLES,
      message('formats.maxFileBytes', { max: MAX_TASK_FILE_CHARACTERS }),
      numberText(found.size),
    );
  return readFile(path, 'utf8');
}

async function readShape(folder: string, name: SplitName) {
  const split = await ReferenceSplit.open(folder, name);
  const { total_puzzles, num_puzzle_identifiers } = split.meta;
  await split.close();
  return { isIdentified: num_puzzle_identifiers > 1, groupsForPuzzles: total_puzzles === split.groups };
}

/** Examples read at a time, about: a group of an ARC task with a thousand copies has several thousand. */
const CHUNK = 4096;

async function* readGroups(folder: string, name: SplitName): AsyncGenerator<WrittenGroup> {
  const split = await ReferenceSplit.open(folder, name);
  const groups = Math.max(1, Math.floor((CHUNK * split.groups) / Math.max(1, split.examples)));
  try {
    for (let from = 0; from < split.groups; from += groups)
      yield* await readChunk(split, from, Math.min(from + groups, split.groups));
  } finally {
    await split.close();
  }
}

async function readChunk(split: ReferenceSplit, from: number, to: number): Promise<WrittenGroup[]> {
  const groups = await split.groupOffsets(from, to);
  const [firstPuzzle, endPuzzle] = [groups[0]!, groups[groups.length - 1]!];
  const puzzles = await split.puzzleOffsets(firstPuzzle, endPuzzle);
  const first = puzzles[0]!;
  const examples = await split.read(first, puzzles[puzzles.length - 1]!);
  const readPuzzle = (puzzle: number) => {
    const own = examples.slice(puzzles[puzzle - firstPuzzle]! - first, puzzles[puzzle - firstPuzzle + 1]! - first);
    return { identifier: own[0]!.identifier, examples: own };
  };
  return groups
    .slice(0, -1)
    .map((begin, i) => Array.from({ length: groups[i + 1]! - begin }, (_, puzzle) => readPuzzle(begin + puzzle)));
}
