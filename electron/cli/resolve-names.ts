/** Resolves the datasets, models, runs and devices named on the command line. */
import { existsSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { message, MessageError } from '../../renderer/messages/message';
import type { Dataset } from '../../datasets/catalog';
import { findGeneratedSpec, getDatasetSpec, isInMemory } from '../../datasets/catalog';
import { containsTasks, readTaskFiles } from '../../datasets/formats/arc-task-files';
import { countTasks, describeTaskProblems, requireDistinctTasks } from '../../datasets/formats/arc-task-set';
import { loadDataset } from '../../datasets/formats/open-dataset';
import type { SplitName } from '../../datasets/puzzle-address';
import type { GridSize, PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { canParse, getKind, listSizes } from '../../datasets/kinds/registry';
import { createArcDataset } from '../../datasets/kinds/arc/build';
import type { StoredModel, TrainableModel } from '../../models/checkpoint/model-folder';
import {
  listChangedFiles,
  modelFiles,
  readModel,
  readStart,
  readTrainableModel,
} from '../../models/checkpoint/model-folder';
import { forCells } from '../../models/family/config';
import type { EngineOptions } from '../../models/engine/engine';
import { BuiltInGenerator } from '../compute/datasets/built-in-generator';
import { DatasetLibrary } from '../compute/datasets/library';
import { Devices } from '../compute/devices/devices';
import { getEngine } from '../compute/engine';
import { formatEnglish } from '../../renderer/messages/english';
import { describeDeviceError, deviceNames } from '../compute/devices/providers';
import { ModelLibrary } from '../compute/models/library';
import type { ExportSource } from '../compute/runs/export/cluster-job';
import { describeOther, RunFolder, RunStore } from '../compute/runs/run-store';
import { dataFolder } from '../compute/storage/data-folder';
import { formatInteger } from '../contract/format';
import type { OptimizerStateChoice } from '../contract/runs';
import { isId } from '../compute/storage/ids';
import { Trash } from '../compute/storage/trash';
import type { ComputeFlags } from './args';
import { prepareBuiltIn } from './dataset/prepare';
import { UsageError } from './exit';
import { printNotice } from './output';

/** Default augmented copies of each ARC task. Each copy has its own embedding, so more copies need more training. */
const DEFAULT_COPIES = 20;
const MAX_COPIES = 10_000;
/** Maximum examples and tests in memory, copies included; each takes 2 kB. */
const MAX_EXAMPLES = 500_000;

/** ARC tasks as a dataset argument: a task file or a folder of them, and the augmented copies of each task. */
interface TaskDatasetName {
  readonly path: string;
  readonly copies: number;
}

/**
 * Parses the name of a dataset of ARC tasks; null for other datasets. Runs and models record such a dataset as
 * `tasks.json+50`, which includes the number of copies.
 * @throws UsageError where the number of copies is given twice, or for another kind of dataset
 */
async function parseTaskDatasetName(name: string, copies?: number): Promise<TaskDatasetName | null> {
  if (await containsTasks(name)) return { path: name, copies: copies ?? DEFAULT_COPIES };
  const [, path, digits] = /^(.+)\+(\d{1,5})$/su.exec(name) ?? [];
  // An existing path of the whole name takes precedence.
  if (path !== undefined && Number(digits) <= MAX_COPIES && !(await entryExists(name)) && (await containsTasks(path))) {
    if (copies !== undefined && copies !== Number(digits))
      throw new UsageError(`--augment ${copies}: the dataset name ${name} already sets ${digits} copies`);
    return { path, copies: Number(digits) };
  }
  if (copies !== undefined)
    throw new UsageError(
      `--augment requires ARC tasks (a .json file or a folder of them); ${name} is a different kind of dataset`,
    );
  return null;
}

const entryExists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Examples become the training split, tests the test split. @throws FormatError; UsageError above the limit */
async function loadTasks({ path, copies }: TaskDatasetName): Promise<Dataset> {
  const set = await readTaskFiles(path);
  requireDistinctTasks(set);
  for (const problem of describeTaskProblems(set)) printNotice(`warning: ${formatEnglish(problem)}`);
  const { tasks, heldOut } = set;
  const [file, id] = [basename(path), `${path}+${copies}`];
  const name = tasks.length === 1 ? `ARC task ${tasks[0]!.name}` : `ARC tasks of ${file}`;
  const examples = (1 + copies) * countTasks(set).pairs;
  if (examples > MAX_EXAMPLES)
    throw new UsageError(
      `${formatInteger(copies)} copies of ${formatInteger(tasks.length)} tasks are ${formatInteger(examples)} examples, more than the maximum of ${formatInteger(MAX_EXAMPLES)}; use fewer copies (--augment)`,
    );
  return createArcDataset(tasks, {
    id,
    heldOut,
    name,
    summary: `${name}, with ${copies} augmented copies of each`,
    augmentations: copies,
  });
}

/**
 * The path of a dataset: datasets in memory first, then paths, then ids of the data folder. A built-in dataset that is
 * not stored yet is generated.
 */
export async function findDatasetPath(name: string): Promise<string> {
  if (isInMemory(name) || !isId(name) || (await pathExists(name))) return name;
  if (findGeneratedSpec(name)) await prepareBuiltIn(openDatasetLibrary(), name);
  const path = join(dataFolder(), 'datasets', name);
  return (await pathExists(path)) ? path : name;
}

const pathExists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * All puzzles of a dataset; for ARC tasks their examples and tests, with augmented copies.
 * @param needed splits that must have puzzles; both by default
 * @throws FormatError, UnknownIdError; UsageError for copies of other datasets
 */
export async function loadNamedDataset(name: string, copies?: number, needed?: readonly SplitName[]): Promise<Dataset> {
  const tasks = await parseTaskDatasetName(name, copies);
  return tasks ? loadTasks(tasks) : loadDataset(await findDatasetPath(name), name, needed);
}

/** Folder of the models that come with the application; relative to the built command line by default. */
export const builtInModels = process.env.TRM_LAB_MODELS ?? join(__dirname, '..', '..', 'models', 'pretrained');

export const openModelLibrary = (): ModelLibrary =>
  new ModelLibrary({ builtIn: builtInModels, user: join(dataFolder(), 'models') });

/**
 * Reads a model folder, or a built-in or trained model by id; warns once of files that were changed.
 * @throws UsageError when there is no such model; ModelFolderError when it is damaged
 */
export async function findModel(folderOrId: string): Promise<StoredModel> {
  const folder = await findModelFolder(folderOrId);
  const model = await readModel(folder);
  await warnOfChanges(folder);
  return model;
}

/** A model to fine-tune, with the state of its optimiser where that is kept. @throws as `findModel`, and ModelFolderError where it has none */
export async function findStart(folderOrId: string, optimizerState: OptimizerStateChoice) {
  const folder = await findModelFolder(folderOrId);
  const start = await readStart(folder, optimizerState);
  await warnOfChanges(folder);
  return start;
}

/** A model with the state of its optimiser, if it has one. @throws as `findModel` */
export async function findTrainableModel(folderOrId: string): Promise<TrainableModel> {
  const folder = await findModelFolder(folderOrId);
  const model = await readTrainableModel(folder);
  await warnOfChanges(folder);
  return model;
}

async function findModelFolder(folderOrId: string): Promise<string> {
  if (existsSync(join(folderOrId, modelFiles.config))) return folderOrId;
  await requireModelId(folderOrId, 'neither a model folder nor a model id');
  return openModelLibrary().getFolder(folderOrId);
}

/** Folders whose changes were reported. */
const reported = new Set<string>();

async function warnOfChanges(folder: string): Promise<void> {
  if (reported.has(folder)) return;
  reported.add(folder);
  const files = await listChangedFiles(folder);
  if (files.length > 0)
    printNotice(`warning: ${basename(folder)}: ${formatEnglish(message('checkpoint.folder.changed', { files }))}`);
}

/** A model that takes another number of supervision steps than in its training, where `steps` is given. @throws as `findModel` */
export async function findModelWithSteps(folderOrId: string, steps?: number): Promise<StoredModel> {
  const model = await findModel(folderOrId);
  return steps === undefined ? model : { ...model, config: { ...model.config, haltMaxSteps: steps } };
}

/** @throws UsageError when the library has no model of this id, or cannot read it */
export async function requireModelId(id: string, reason = 'no model has this id'): Promise<void> {
  const library = openModelLibrary();
  const ids = (await library.list()).map((model) => model.id);
  if (ids.includes(id)) return;
  const problem = (await library.listProblems()).find(({ folder }) => folder === id);
  if (problem) throw new UsageError(`model “${id}” cannot be read: ${formatEnglish(problem.reason)}`);
  const hint = ids.length > 0 ? `available models: ${ids.join(', ')}` : 'there are no models yet';
  throw new UsageError(`model “${id}” not found: ${reason}; ${hint}`);
}

/** A model and the kind of its puzzles. @throws as `findModel` */
export async function findModelWithKind(
  folderOrId: string,
): Promise<{ readonly model: StoredModel; readonly kind: PuzzleKind }> {
  const model = await findModel(folderOrId);
  return { model, kind: getKind(model.card.kind ?? getDatasetSpec(model.card.dataset).kind) };
}

/**
 * The model for the puzzle of a text, and its kind: of another size where the model reads every size.
 * @throws UsageError for a text of none of these sizes
 */
export function fitToPuzzle<Fitted extends Pick<StoredModel, 'config'>>(
  { model, kind }: { readonly model: Fitted; readonly kind: PuzzleKind },
  text: string,
): { readonly model: Fitted; readonly kind: PuzzleKind } {
  const sizes = listSizes(kind).filter(
    ({ rows, columns }) => forCells(model.config, rows * columns).seqLen === rows * columns,
  );
  const cells = text.replaceAll(/[\r\n]/gu, '').length;
  // The parser of a size with as many cells says what is wrong in them.
  const sized =
    sizes.find((each) => canParse(each, text)) ?? sizes.find(({ rows, columns }) => rows * columns === cells);
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (!sized && smallest && largest && smallest !== largest)
    throw new UsageError(describeSizes(smallest, largest, cells));
  if (!sized) return { model, kind };
  return { model: { ...model, config: forCells(model.config, sized.rows * sized.columns) }, kind: sized };
}

const describeSizes = (smallest: GridSize, largest: GridSize, cells: number): string =>
  `the model reads square grids from ${smallest.rows}×${smallest.columns} to ${largest.rows}×${largest.columns} cells, one character for each, got ${cells} characters`;

export const openRunStore = (): RunStore => new RunStore(join(dataFolder(), 'runs'));
export const openTrash = (): Trash => new Trash(join(dataFolder(), 'trash'));

export const openDatasetLibrary = (): DatasetLibrary =>
  new DatasetLibrary(join(dataFolder(), 'datasets'), openTrash(), {
    generator: new BuiltInGenerator({ engine: getEngine() }),
  });

interface ResolvedRun {
  readonly folder: RunFolder;
  /** Id of a run of the data folder, whose model is in the library; null for another folder, which contains its model. */
  readonly id: string | null;
}

/** Finds a run by folder, or by id in the data folder. @throws UsageError when there is no such run */
export function findRun(name: string): ResolvedRun {
  if (existsSync(join(name, 'run.json'))) return { folder: new RunFolder(resolve(name)), id: null };
  const path = existsSync(name) ? null : join(dataFolder(), 'runs', name);
  if (path !== null && existsSync(join(path, 'run.json'))) {
    return { folder: openRunStore().getFolder(name), id: name };
  }
  throw new UsageError(`run “${name}” not found: neither a run folder nor a run id; see run list`);
}

/** As `findRun`. @throws MessageError for a folder with the record of another run; errors of a record that cannot be read */
export function findReadableRun(name: string): ResolvedRun {
  const found = findRun(name);
  const reason = found.id === null ? null : describeOther(found.id, found.folder.readRunNow());
  if (reason) throw new MessageError('checkpoint.fileError', { file: `${name}/run.json`, reason });
  return found;
}

/** The folder of the model that a run has saved, or would save. */
export const getModelFolder = ({ folder, id }: ResolvedRun): string =>
  id === null ? folder.path : join(dataFolder(), 'models', id);

export function getExportSource({ folder, id }: ResolvedRun): ExportSource {
  const modelFolder = getModelFolder({ folder, id });
  return {
    folder,
    dataset: async (name) => ({ dataset: await loadNamedDataset(name), folder: await findDatasetFolder(name) }),
    savedModel: async () => (existsSync(join(modelFolder, modelFiles.card)) ? readModel(modelFolder) : null),
    startModel: findStartModel,
  };
}

/** Null where there is no such model. @throws ModelFolderError for one that cannot be read */
async function findStartModel(folderOrId: string): Promise<StoredModel | null> {
  const isFolder = existsSync(join(folderOrId, modelFiles.config));
  const model = isFolder ? await findModel(folderOrId) : await openModelLibrary().readIfExists(folderOrId);
  if (model && !isFolder) await warnOfChanges(await openModelLibrary().getFolder(folderOrId));
  return model;
}

/** The folder of a dataset; null for datasets that are created in memory, such as ARC tasks. */
async function findDatasetFolder(name: string): Promise<string | null> {
  if (isInMemory(name) || (await parseTaskDatasetName(name))) return null;
  return findDatasetPath(name);
}

/**
 * The engine with the given number of threads, and the given device or by default the chosen one; the CPU takes over if it fails.
 * @throws DeviceError when the given device cannot be used
 */
export async function createEngineOptions({ device, threads }: ComputeFlags): Promise<EngineOptions> {
  const devices = await Devices.open({ dataFolder: dataFolder() });
  const { current, isDamaged } = devices;
  if (isDamaged) printNotice('warning: devices.json is damaged, so all devices count as untested; run devices --test');
  const provider = device === undefined ? current.provider : devices.expectUsable(device);
  const onFallback = (reason: string) =>
    printNotice(
      `${deviceNames[provider]} failed: ${formatEnglish(describeDeviceError(reason))}; continuing on the CPU`,
    );
  const engine = getEngine();
  if (threads !== undefined) engine.setWorkers(threads);
  return { ...current, ...devices.sessionOptions(provider), onFallback, engine };
}
