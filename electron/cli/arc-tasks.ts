/** ARC tasks named as a data set: a task file or a folder of them, and how many augmented copies of each task are made. */
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Dataset } from '../../datasets/catalog';
import { FormatError } from '../../datasets/formats/format-error';
import { arcDataset } from '../../datasets/kinds/arc/build';
import { holdsTasks, tasksAt } from '../compute/datasets/arc-set';
import { UsageError } from './exit';

/** Few, for each has an embedding of its own to learn; more votes need more training. */
const USUAL_COPIES = 20;
const MAX_COPIES = 10_000;
/** Examples and tests that are held in memory, copies included; each takes 2 kB. */
const MAX_EXAMPLES = 500_000;

export interface TaskSetName {
  readonly path: string;
  readonly copies: number;
}

/**
 * What a name says where it means ARC tasks; null where it means another set. `tasks.json+50` says the number of
 * copies itself: the name under which runs and models remember the set.
 * @throws UsageError where the number of copies is said twice, or for a set that was made with its copies
 */
export async function parseTaskSetName(name: string, copies?: number): Promise<TaskSetName | null> {
  if (await holdsTasks(name)) return { path: name, copies: copies ?? USUAL_COPIES };
  const [, path, said] = /^(.+)\+(\d{1,5})$/su.exec(name) ?? [];
  // What lies there under the whole name is meant before what could be meant by its parts.
  if (path !== undefined && Number(said) <= MAX_COPIES && !(await entryExists(name)) && (await holdsTasks(path))) {
    if (copies !== undefined && copies !== Number(said))
      throw new UsageError(`--augment ${copies}: ${name} says ${said} copies already`);
    return { path, copies: Number(said) };
  }
  if (copies !== undefined)
    throw new UsageError(
      `--augment makes copies of ARC tasks from a file or a folder of .json; ${name} is another kind of set`,
    );
  return null;
}

const entryExists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Examples to learn from, tests to measure on. @throws FormatError; UsageError for more than fit */
export async function loadTasks({ path, copies }: TaskSetName): Promise<Dataset> {
  const tasks = await tasksAt(path);
  const [file, id] = [basename(path), `${path}+${copies}`];
  const name = tasks.length === 1 ? `ARC task ${tasks[0]!.name}` : `ARC tasks of ${file}`;
  const twice = tasks.find((task, i) => tasks.findIndex((other) => other.name === task.name) !== i);
  if (twice) throw new FormatError(file, 'a name of its own for each task', `two called ${twice.name}`);
  const examples = (1 + copies) * tasks.reduce((sum, { train, test }) => sum + train.length + test.length, 0);
  if (examples > MAX_EXAMPLES)
    throw new UsageError(
      `${copies} copies of ${tasks.length} tasks are ${examples.toLocaleString('en')} examples; at most ${MAX_EXAMPLES.toLocaleString('en')} are made in memory: ask for fewer copies (--augment)`,
    );
  return arcDataset(tasks, {
    id,
    name,
    summary: `${name}, with ${copies} augmented copies of each`,
    augmentations: copies,
  });
}
