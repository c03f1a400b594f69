/** Reads ARC task files, and writes ARC tasks as a dataset folder. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { message, type Text } from '../../../renderer/messages/message';
import { FormatError, numberText } from '../../../datasets/formats/format-error';
import { pythonJson, writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import { arc } from '../../../datasets/kinds/arc/arc';
import {
  listArcIdentifiers,
  generateArcTestGroups,
  createArcTestPuzzles,
  generateArcTrainGroups,
  planArcDatasetStepwise,
  type ArcPuzzlePlan,
} from '../../../datasets/kinds/arc/build';
import { SIDE, VOCABULARY } from '../../../datasets/kinds/arc/grid';
import { MAX_TASK_FILE_CHARACTERS, readTasks, type ArcTask } from '../../../datasets/kinds/arc/task';
import type { Job } from '../job';
import { formatSourceFile, type DatasetContent } from './write-dataset';

export interface WriteArcOptions {
  /** Augmented copies of each task. */
  readonly augment: number;
  /** Share of the tasks whose tests form the test split; those of the others are learned. */
  readonly heldOut: number;
  readonly seed: number;
  readonly name?: string;
  readonly origin: Text;
  /** Of a built-in dataset. */
  readonly builtIn?: DatasetContent['builtIn'];
}

export interface WrittenArcDataset {
  readonly out: string;
  readonly kind: string;
  readonly tasks: number;
  readonly setAside: number;
  readonly puzzles: number;
}

/** Whether a path contains task files: a `.json` file, or a folder with some that is not a dataset. */
export async function containsTasks(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => null);
  if (stat?.isFile()) return path.toLowerCase().endsWith('.json');
  if (!stat?.isDirectory()) return false;
  const names = await readdir(path);
  return !names.includes('identifiers.json') && names.some((name) => name.toLowerCase().endsWith('.json'));
}

/**
 * The tasks of a file, or of every file of a folder. Solutions of a file `…challenges.json` are read from the file next to it.
 * @throws FormatError
 */
export async function readTaskFiles(path: string): Promise<ArcTask[]> {
  if ((await lstat(path)).isFile()) return readTaskFile(path);
  const names = (await readdir(path))
    .filter((name) => /\.json$/iu.test(name) && !/solutions\.json$/iu.test(name))
    .sort();
  return (await Promise.all(names.map((name) => readTaskFile(join(path, name))))).flat();
}

async function readTaskFile(path: string): Promise<ArcTask[]> {
  const solutions = path.replace(/challenges\.json$/iu, 'solutions.json');
  const hasSolutions = solutions !== path && (await lstat(solutions).catch(() => null)) !== null;
  return readTasks(await textOf(path), ...(hasSolutions ? [await textOf(solutions)] : []));
}

async function textOf(path: string): Promise<{ file: string; text: string }> {
  const [file, stat] = [basename(path), await lstat(path)];
  if (!stat.isFile() || stat.size > MAX_TASK_FILE_CHARACTERS)
    throw new FormatError(
      file,
      message('formats.maxFileBytes', { max: MAX_TASK_FILE_CHARACTERS }),
      stat.isFile() ? numberText(stat.size) : message('formats.notFile'),
    );
  return { file, text: await readFile(path, 'utf8') };
}

/** Writes a dataset folder. On an error nothing is written. @throws ExistsError where `out` exists; the signal's reason */
export async function writeArcDataset(
  out: string,
  tasks: readonly ArcTask[],
  plan: WriteArcOptions,
  job: Job,
): Promise<WrittenArcDataset> {
  const { augment, heldOut, seed, name, origin, builtIn } = plan;
  const setAside = Math.round(tasks.length * heldOut);
  const sources = [
    { tasks: tasks.slice(setAside), isTest: false },
    { tasks: tasks.slice(0, setAside), isTest: true },
  ];
  const set = await drawCopies(planArcDatasetStepwise(sources, { augmentations: augment, seed }), tasks.length, job);
  const identifiers = listArcIdentifiers(set);
  const groups = async function* (puzzles: Iterable<WrittenGroup>): AsyncGenerator<WrittenGroup> {
    let written = 0;
    for (const group of puzzles) {
      yield group;
      await job.advance((written += group.length), identifiers.length - 1, (count) =>
        message('datasets.job.written', { count }),
      );
    }
  };
  const shape = { seqLen: SIDE * SIDE, vocabSize: VOCABULARY };
  await writeReferenceFolder(out, {
    identifiers,
    train: { ...shape, groups: groups(generateArcTrainGroups(set)) },
    test: { ...shape, groups: groups(generateArcTestGroups(set)) },
    extra: {
      'test_puzzles.json': pythonJson(createArcTestPuzzles(set)),
      'source.json': formatSourceFile({ kind: arc.id, ...(name && { name }), origin, ...(builtIn && { builtIn }) }),
    },
    signal: job.signal,
  });
  return { out, kind: arc.id, tasks: tasks.length, setAside, puzzles: identifiers.length - 1 };
}

async function drawCopies(drawing: Generator<number, ArcPuzzlePlan>, tasks: number, job: Job): Promise<ArcPuzzlePlan> {
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
    await job.advance(value, tasks, (count) => message('datasets.job.copies', { count, total: tasks }));
  }
}
