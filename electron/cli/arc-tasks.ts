/** ARC tasks as a dataset argument: a task file or a folder of them, and the number of augmented copies of each task. */
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Dataset } from '../../datasets/catalog';
import { FormatError } from '../../datasets/formats/format-error';
import { arcDataset } from '../../datasets/kinds/arc/build';
import { holdsTasks, readTaskFiles } from '../compute/datasets/arc-set';
import { UsageError } from './exit';

/** Each copy has its own embedding, so more copies need more training. */
const DEFAULT_COPIES = 20;
const MAX_COPIES = 10_000;
/** Maximum examples and tests in memory, copies included; each takes 2 kB. */
const MAX_EXAMPLES = 500_000;

export interface TaskSetName {
  readonly path: string;
  readonly copies: number;
}

/**
 * Parses the name of a set of ARC tasks; null for other datasets. Runs and models record such a set as
 * `tasks.json+50`, which includes the number of copies.
 * @throws UsageError where the number of copies is given twice, or for another kind of dataset
 */
export async function parseTaskSetName(name: string, copies?: number): Promise<TaskSetName | null> {
  if (await holdsTasks(name)) return { path: name, copies: copies ?? DEFAULT_COPIES };
  const [, path, said] = /^(.+)\+(\d{1,5})$/su.exec(name) ?? [];
  // An existing path of the whole name takes precedence.
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

/** Examples become the training split, tests the test split. @throws FormatError; UsageError above the limit */
export async function loadTasks({ path, copies }: TaskSetName): Promise<Dataset> {
  const tasks = await readTaskFiles(path);
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
