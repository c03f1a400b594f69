/** The parts of a run of the command line that lie outside of its folder. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Dataset } from '../../datasets/catalog';
import { datasetSpecs } from '../../datasets/catalog';
import { loadSet } from '../../datasets/formats/stored-set';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { modelFiles, readModel } from '../../models/checkpoint/model-folder';
import { ModelLibrary } from '../compute/models/library';
import type { RunParts } from '../compute/runs/export/cluster';
import { RunFolder } from '../compute/runs/run-folder';
import { RunStore } from '../compute/runs/run-store';
import { dataFolder } from '../compute/storage/data-folder';
import { isId } from '../compute/storage/new-id';
import { Trash } from '../compute/storage/trash';
import { loadTasks, parseTaskSetName } from './arc-tasks';
import { UsageError } from './exit';

// Data sets as commands name them: an id of the lab or of the user's data folder, or a path.

/** What to open for a name: a set of the lab goes first, then what lies here, then the user's. */
export async function findDatasetPath(name: string): Promise<string> {
  if (datasetSpecs.some(({ id }) => id === name) || !isId(name) || (await pathExists(name))) return name;
  const own = join(dataFolder(), 'datasets', name);
  return (await pathExists(own)) ? own : name;
}

const pathExists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * All puzzles of a set; of ARC tasks their examples and tests, with augmented copies.
 * @throws FormatError, UnknownIdError; UsageError for copies of what are no tasks
 */
export async function loadDataset(name: string, copies?: number): Promise<Dataset> {
  const tasks = await parseTaskSetName(name, copies);
  return tasks ? loadTasks(tasks) : loadSet(await findDatasetPath(name), name);
}

// Models as the command line names them: a folder, or the id of a shipped or trained model.

/** Beside the built command line, unless told otherwise. */
export const shippedModels = process.env.TRM_LAB_MODELS ?? join(__dirname, '..', '..', 'models', 'pretrained');

export const library = (): ModelLibrary =>
  new ModelLibrary({ shipped: shippedModels, trained: join(dataFolder(), 'models') });

/** @throws UsageError when there is no such model; ModelFolderError when it is damaged */
export async function findModel(folderOrId: string): Promise<StoredModel> {
  if (existsSync(join(folderOrId, modelFiles.config))) return readModel(folderOrId);
  const known = library();
  const ids = (await known.list()).map(({ id }) => id);
  if (ids.includes(folderOrId)) return known.read(folderOrId);
  const there = ids.length > 0 ? `the models are ${ids.join(', ')}` : 'there are no models yet';
  throw new UsageError(`"${folderOrId}" is neither a model folder nor a model; ${there}`);
}

// Runs as the command line names them: a folder, or the id of a run of the user's data folder.

export const runStore = (): RunStore => new RunStore(join(dataFolder(), 'runs'));
export const trash = (): Trash => new Trash(join(dataFolder(), 'trash'));

interface NamedRun {
  readonly folder: RunFolder;
  /** Of a run of the data folder, whose model belongs to the library; null for a folder elsewhere, which keeps its own. */
  readonly id: string | null;
}

/** @throws UsageError when there is no such run */
export function findRun(name: string): NamedRun {
  if (existsSync(join(name, 'run.json'))) return { folder: new RunFolder(resolve(name)), id: null };
  const own = existsSync(name) ? null : join(dataFolder(), 'runs', name);
  if (own !== null && existsSync(join(own, 'run.json'))) return { folder: runStore().of(name), id: name };
  throw new UsageError(`"${name}" is neither the folder of a run nor the id of one (run list shows them)`);
}

export function getRunParts({ folder, id }: NamedRun): RunParts {
  const modelFolder = id === null ? folder.path : join(dataFolder(), 'models', id);
  return {
    folder,
    dataset: async (name) => ({ dataset: await loadDataset(name), folder: await setFolder(name) }),
    savedModel: async () => (existsSync(join(modelFolder, modelFiles.card)) ? readModel(modelFolder) : null),
  };
}

/** Null for sets of the lab, and for tasks, of which a set is made anew each time. */
async function setFolder(name: string): Promise<string | null> {
  if (datasetSpecs.some(({ id }) => id === name) || (await parseTaskSetName(name))) return null;
  return findDatasetPath(name);
}
