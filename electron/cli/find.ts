/** Resolves the datasets, models and runs named on the command line. */
import { existsSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Dataset } from '../../datasets/catalog';
import { datasetSpecs } from '../../datasets/catalog';
import { FormatError } from '../../datasets/formats/format-error';
import { loadDataset } from '../../datasets/formats/open-dataset';
import { arcDataset } from '../../datasets/kinds/arc/build';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { modelFiles, readModel } from '../../models/checkpoint/model-folder';
import { holdsTasks, readTaskFiles } from '../compute/datasets/arc-tasks';
import { ModelLibrary } from '../compute/models/library';
import type { ExportSource } from '../compute/runs/export/cluster-job';
import { RunFolder, RunStore } from '../compute/runs/run-store';
import { dataFolder } from '../compute/storage/data-folder';
import { isId, Trash } from '../compute/storage/items';
import { UsageError } from './exit';

// ARC tasks as a dataset argument: a task file or a folder of them, and the number of augmented copies of each task.

/** Each copy has its own embedding, so more copies need more training. */
const DEFAULT_COPIES = 20;
const MAX_COPIES = 10_000;
/** Maximum examples and tests in memory, copies included; each takes 2 kB. */
const MAX_EXAMPLES = 500_000;

interface TaskSetName {
  readonly path: string;
  readonly copies: number;
}

/**
 * Parses the name of a set of ARC tasks; null for other datasets. Runs and models record such a set as
 * `tasks.json+50`, which includes the number of copies.
 * @throws UsageError where the number of copies is given twice, or for another kind of dataset
 */
async function parseTaskSetName(name: string, copies?: number): Promise<TaskSetName | null> {
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
async function loadTasks({ path, copies }: TaskSetName): Promise<Dataset> {
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
  return tasks ? loadTasks(tasks) : loadDataset(await findDatasetPath(name), name);
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

export function getExportSource({ folder, id }: NamedRun): ExportSource {
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
