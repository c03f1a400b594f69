/** Sets of ARC tasks: from task files, or of the lab's own rules. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { pythonJson } from '../../../datasets/formats/reference-meta';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';
import { arcIdentifiers, arcTestGroups, arcTestPuzzles, arcTrainGroups, planArcSet } from '../../../datasets/kinds/arc/build';
import { SIDE, VOCABULARY } from '../../../datasets/kinds/arc/canvas';
import { MOST_CHARACTERS, readTasks } from '../../../datasets/kinds/arc/task-json';
import type { ArcTask } from '../../../datasets/kinds/arc/task';
import { ProgressLine } from '../terminal';

export interface ArcPlan {
  /** Augmented copies of each task. */
  readonly augment: number;
  /** Share of the tasks whose tests form the test split; those of the others are learned. */
  readonly heldOut: number;
  readonly seed: number;
}

export interface WrittenArc {
  readonly out: string;
  readonly kind: 'arc';
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
export async function tasksAt(path: string): Promise<ArcTask[]> {
  if ((await lstat(path)).isFile()) return tasksOfFile(path);
  const names = (await readdir(path)).filter((name) => /\.json$/iu.test(name) && !/solutions\.json$/iu.test(name)).sort();
  return (await Promise.all(names.map((name) => tasksOfFile(join(path, name))))).flat();
}

async function tasksOfFile(path: string): Promise<ArcTask[]> {
  const solutions = path.replace(/challenges\.json$/iu, 'solutions.json');
  const hasSolutions = solutions !== path && (await lstat(solutions).catch(() => null)) !== null;
  return readTasks(await textOf(path), ...(hasSolutions ? [await textOf(solutions)] : []));
}

async function textOf(path: string): Promise<{ file: string; text: string }> {
  const [file, stat] = [basename(path), await lstat(path)];
  if (!stat.isFile() || stat.size > MOST_CHARACTERS) throw new FormatError(file, `a plain file of at most ${MOST_CHARACTERS} bytes`, stat.isFile() ? String(stat.size) : 'something else');
  return { file, text: await readFile(path, 'utf8') };
}

/** Writes the set in the format of the reference. @throws ExistsError where `out` is taken */
export async function writeArc(out: string, tasks: readonly ArcTask[], { augment, heldOut, seed }: ArcPlan, origin: string): Promise<WrittenArc> {
  const setAside = Math.round(tasks.length * heldOut);
  const progress = new ProgressLine();
  const sources = [{ tasks: tasks.slice(setAside), setAside: false }, { tasks: tasks.slice(0, setAside), setAside: true }];
  const set = planArcSet(sources, { augmentations: augment, seed, onTask: (drawn) => progress.show(drawn / tasks.length, `${drawn} of ${tasks.length} tasks`) });
  progress.clear();
  const identifiers = arcIdentifiers(set);
  const shape = { seqLen: SIDE * SIDE, vocabSize: VOCABULARY };
  await writeReferenceFolder(out, {
    identifiers,
    train: { ...shape, groups: arcTrainGroups(set) },
    test: { ...shape, groups: arcTestGroups(set) },
    extra: { 'test_puzzles.json': pythonJson(arcTestPuzzles(set)), 'source.json': `${JSON.stringify({ kind: 'arc', origin }, null, 2)}\n` },
  });
  return { out, kind: 'arc', tasks: tasks.length, setAside, puzzles: identifiers.length - 1 };
}

export function arcSummary({ out, tasks, setAside, puzzles }: WrittenArc): string {
  return `wrote ${out}: ${tasks} tasks, ${setAside} of them set aside, ${puzzles} puzzles with their augmented copies`;
}
