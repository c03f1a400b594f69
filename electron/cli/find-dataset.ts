/** Data sets as commands name them: an id of the lab or of the user's data folder, or a path. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetSpecs, type Dataset } from '../../datasets/catalog';
import { loadSet } from '../../datasets/formats/stored-set';
import { isId } from '../compute/storage/new-id';
import { dataFolder } from '../compute/storage/data-folders';
import { loadTasks, taskSetOf } from './arc-tasks';

/** What to open for a name: a set of the lab goes first, then what lies here, then the user's. */
export async function setPath(name: string): Promise<string> {
  if (datasetSpecs.some(({ id }) => id === name) || !isId(name) || (await isThere(name))) return name;
  const own = join(dataFolder(), 'datasets', name);
  return (await isThere(own)) ? own : name;
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * All puzzles of a set; of ARC tasks their examples and tests, with augmented copies.
 * @throws FormatError, UnknownIdError; UsageError for copies of what are no tasks
 */
export async function loadDataset(name: string, copies?: number): Promise<Dataset> {
  const tasks = await taskSetOf(name, copies);
  return tasks ? loadTasks(tasks) : loadSet(await setPath(name), name);
}
