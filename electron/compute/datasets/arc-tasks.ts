/** Sets of ARC tasks: from task files, or of the lab's own rules. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { pythonJson, writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import { arc } from '../../../datasets/kinds/arc/arc';
import {
  arcIdentifiers,
  arcTestGroups,
  arcTestPuzzles,
  arcTrainGroups,
  drawArcSet,
  type ArcSet,
} from '../../../datasets/kinds/arc/build';
import { SIDE, VOCABULARY } from '../../../datasets/kinds/arc/grid';
import { MAX_CHARACTERS, readTasks, type ArcTask } from '../../../datasets/kinds/arc/task';
import type { Job } from '../job';
import { sourceFile } from './write-dataset';

export interface ArcPlan {
  /** Augmented copies of each task. */
  readonly augment: number;
  /** Share of the tasks whose tests form the test split; those of the others are learned. */
  readonly heldOut: number;
  readonly seed: number;
  readonly name?: string;
  readonly origin: string;
}

export interface WrittenArc {
  readonly out: string;
  readonly kind: string;
  readonly tasks: number;
  readonly setAside: number;
  readonly puzzles: number;
}

/** Whether a path holds task files: a `.json` file, or a folder with some and no data set. */
export async function holdsTasks(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => null);
  if (stat?.isFile()) return path.toLowerCase().endsWith('.json');
  if (!stat?.isDirectory()) return false;
  const names = await readdir(path);
  return !names.includes('identifiers.json') && names.some((name) => name.toLowerCase().endsWith('.json'));
}

/**
 * The tasks of a file, with the solutions beside it where it is called `…challenges.json`, or of every file of a folder.
 * @throws FormatError
 */
export async function readTaskFiles(path: string): Promise<ArcTask[]> {
  if ((await lstat(path)).isFile()) return tasksOfFile(path);
  const names = (await readdir(path))
    .filter((name) => /\.json$/iu.test(name) && !/solutions\.json$/iu.test(name))
    .sort();
  return (await Promise.all(names.map((name) => tasksOfFile(join(path, name))))).flat();
}

async function tasksOfFile(path: string): Promise<ArcTask[]> {
  const solutions = path.replace(/challenges\.json$/iu, 'solutions.json');
  const hasSolutions = solutions !== path && (await lstat(solutions).catch(() => null)) !== null;
  return readTasks(await textOf(path), ...(hasSolutions ? [await textOf(solutions)] : []));
}

async function textOf(path: string): Promise<{ file: string; text: string }> {
  const [file, stat] = [basename(path), await lstat(path)];
  if (!stat.isFile() || stat.size > MAX_CHARACTERS)
    throw new FormatError(
      file,
      `a plain file of at most ${MAX_CHARACTERS} bytes`,
      stat.isFile() ? String(stat.size) : 'something else',
    );
  return { file, text: await readFile(path, 'utf8') };
}

/** @throws ExistsError where `out` is taken, the signal's reason; nothing is left then */
export async function writeArc(out: string, tasks: readonly ArcTask[], plan: ArcPlan, job: Job): Promise<WrittenArc> {
  const { augment, heldOut, seed, name, origin } = plan;
  const setAside = Math.round(tasks.length * heldOut);
  const sources = [
    { tasks: tasks.slice(setAside), heldOut: false },
    { tasks: tasks.slice(0, setAside), heldOut: true },
  ];
  const set = await drawn(drawArcSet(sources, { augmentations: augment, seed }), tasks.length, job);
  const identifiers = arcIdentifiers(set);
  const groups = async function* (puzzles: Iterable<WrittenGroup>): AsyncGenerator<WrittenGroup> {
    let written = 0;
    for (const group of puzzles) {
      yield group;
      await job.did((written += group.length), identifiers.length - 1, (done) => `${done} puzzles written`);
    }
  };
  const shape = { seqLen: SIDE * SIDE, vocabSize: VOCABULARY };
  await writeReferenceFolder(out, {
    identifiers,
    train: { ...shape, groups: groups(arcTrainGroups(set)) },
    test: { ...shape, groups: groups(arcTestGroups(set)) },
    extra: {
      'test_puzzles.json': pythonJson(arcTestPuzzles(set)),
      'source.json': sourceFile({ kind: arc.id, ...(name && { name }), origin }),
    },
    signal: job.signal,
  });
  return { out, kind: arc.id, tasks: tasks.length, setAside, puzzles: identifiers.length - 1 };
}

async function drawn(drawing: Generator<number, ArcSet>, tasks: number, job: Job): Promise<ArcSet> {
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
    await job.did(value, tasks, (count) => `copies of ${count} of ${tasks} tasks drawn`);
  }
}
