/** Resolves the datasets, models and runs named on the command line. */
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

/** The path of a dataset: built-in ids first, then paths, then ids of the data folder. */
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
 * All puzzles of a dataset; for ARC tasks their examples and tests, with augmented copies.
 * @throws FormatError, UnknownIdError; UsageError for copies of other datasets
 */
export async function loadNamedDataset(name: string, copies?: number): Promise<Dataset> {
  const tasks = await parseTaskSetName(name, copies);
  return tasks ? loadTasks(tasks) : loadSet(await findDatasetPath(name), name);
}

/** Relative to the built command line by default. */
export const shippedModels = process.env.TRM_LAB_MODELS ?? join(__dirname, '..', '..', 'models', 'pretrained');

export const library = (): ModelLibrary =>
  new ModelLibrary({ shipped: shippedModels, trained: join(dataFolder(), 'models') });

/** Reads a model folder, or a shipped or trained model by id. @throws UsageError when there is no such model; ModelFolderError when it is damaged */
export async function findModel(folderOrId: string): Promise<StoredModel> {
  if (existsSync(join(folderOrId, modelFiles.config))) return readModel(folderOrId);
  const known = library();
  const ids = (await known.list()).map(({ id }) => id);
  if (ids.includes(folderOrId)) return known.read(folderOrId);
  const there = ids.length > 0 ? `the models are ${ids.join(', ')}` : 'there are no models yet';
  throw new UsageError(`"${folderOrId}" is neither a model folder nor a model; ${there}`);
}

export const runStore = (): RunStore => new RunStore(join(dataFolder(), 'runs'));
export const trash = (): Trash => new Trash(join(dataFolder(), 'trash'));

interface NamedRun {
  readonly folder: RunFolder;
  /** Id of a run of the data folder, whose model is in the library; null for another folder, which contains its model. */
  readonly id: string | null;
}

/** Finds a run by folder, or by id in the data folder. @throws UsageError when there is no such run */
export function findRun(name: string): NamedRun {
  if (existsSync(join(name, 'run.json'))) return { folder: new RunFolder(resolve(name)), id: null };
  const own = existsSync(name) ? null : join(dataFolder(), 'runs', name);
  if (own !== null && existsSync(join(own, 'run.json'))) return { folder: runStore().getFolder(name), id: name };
  throw new UsageError(`"${name}" is neither the folder of a run nor the id of one (run list shows them)`);
}

export function getRunParts({ folder, id }: NamedRun): RunParts {
  const modelFolder = id === null ? folder.path : join(dataFolder(), 'models', id);
  return {
    folder,
    dataset: async (name) => ({ dataset: await loadNamedDataset(name), folder: await setFolder(name) }),
    savedModel: async () => (existsSync(join(modelFolder, modelFiles.card)) ? readModel(modelFolder) : null),
  };
}

/** Null for built-in datasets and for ARC tasks, whose dataset is built in memory. */
async function setFolder(name: string): Promise<string | null> {
  if (datasetSpecs.some(({ id }) => id === name) || (await parseTaskSetName(name))) return null;
  return findDatasetPath(name);
}
