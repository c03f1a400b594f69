/** The model that `evaluate` names: a saved one, or a checkpoint of a run; and its training data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isInMemory, type Dataset } from '../../datasets/catalog';
import { loadDataset } from '../../datasets/formats/open-dataset';
import { modelFiles, readCard, type StoredModel } from '../../models/checkpoint/model-folder';
import { formatEnglish } from '../../renderer/messages/english';
import { errorText } from '../contract/error-message';
import { formatInteger } from '../contract/format';
import type { Job } from '../compute/job';
import {
  findStoredParent,
  recordOfModel,
  recordOfRun,
  type FindParent,
  type TrainingRecord,
} from '../compute/models/training-lineage';
import { TrainingClassesReader, type TrainingClasses } from '../compute/models/training-overlap';
import { readCheckpointModel, readLastCheckpoints, type LastCheckpoints } from '../compute/runs/checkpoint-model';
import { RunFolder } from '../compute/runs/run-store';
import { dataFolder } from '../compute/storage/data-folder';
import {
  findModelWithSteps,
  findReadableRun,
  openDatasetLibrary,
  openModelLibrary,
  openRunStore,
} from './resolve-names';
import { UsageError } from './exit';
import { printNotice } from './output';

interface EvaluatedModelName {
  /** Folder or id of a model or run. */
  readonly model: string;
  /** Step of a checkpoint of the run; the saved model by default, or the last checkpoint of a run without one. */
  readonly checkpoint?: number;
  /** Supervision steps. */
  readonly steps?: number;
}

export interface EvaluatedModel extends Pick<StoredModel, 'config' | 'state' | 'identifiers'> {
  readonly record: TrainingRecord;
}

/**
 * Reads the weights to evaluate.
 * @throws UsageError when there is no such model or checkpoint; ModelFolderError, SafetensorsError when it is damaged
 */
export async function findEvaluatedModel({
  model: name,
  checkpoint,
  steps,
}: EvaluatedModelName): Promise<EvaluatedModel> {
  if (checkpoint === undefined && !(await isUnsavedRun(name))) {
    const model = await findModelWithSteps(name, steps);
    return { ...model, record: recordOfModel(model.card) };
  }
  const { config, state, record } = await readCheckpoint(name, checkpoint);
  return { state, record, config: { ...config, ...(steps !== undefined && { haltMaxSteps: steps }) } };
}

export interface EvaluatedCheckpoints extends EvaluatedModel {
  readonly states: LastCheckpoints['states'];
  /** Their steps. */
  readonly checkpoints: LastCheckpoints['steps'];
}

/** Reads the last checkpoints of a run to evaluate. @throws UsageError for a name of no run; as `readLastCheckpoints` */
export async function findLastCheckpoints(name: string, count: number, steps?: number): Promise<EvaluatedCheckpoints> {
  const { folder } = findReadableRun(name);
  const record = await folder.read();
  const { config, states, steps: checkpoints } = await readLastCheckpoints(folder, record, count);
  return {
    config: { ...config, ...(steps !== undefined && { haltMaxSteps: steps }) },
    state: states[states.length - 1]!,
    record: recordOfRun(record.run),
    states,
    checkpoints,
  };
}

/** Whether the name is that of a run that has saved no model, as it trains or was killed. */
async function isUnsavedRun(name: string): Promise<boolean> {
  const hasRun = (folder: string) => existsSync(join(folder, 'run.json'));
  if (existsSync(name)) return hasRun(name) && !existsSync(join(name, modelFiles.config));
  if (!hasRun(join(dataFolder(), 'runs', name))) return false;
  return !(await openModelLibrary().list()).some(({ id }) => id === name);
}

/** Names the checkpoint where none was chosen. */
async function readCheckpoint(name: string, step?: number): Promise<EvaluatedModel> {
  const { folder } = findReadableRun(name);
  try {
    const record = await folder.read();
    const model = await readCheckpointModel(folder, record, step);
    if (step === undefined)
      printNotice(`${name} has no saved model: its checkpoint of step ${formatInteger(model.step)} is evaluated`);
    return { ...model, record: recordOfRun(record.run) };
  } catch (error) {
    const steps = await folder.checkpoints.steps();
    if (step === undefined || steps.includes(step)) throw error;
    const known = steps.length === 0 ? '' : `; it has those of steps ${steps.join(', ')}`;
    throw new UsageError(`${formatEnglish(errorText(error))}${known}`);
  }
}

/**
 * The classes of the training data: datasets, models and runs are looked up as names on the command line are.
 * @param loaded the evaluated dataset
 */
export async function readTrainingClasses(record: TrainingRecord, loaded: Dataset, job: Job): Promise<TrainingClasses> {
  const library = openDatasetLibrary();
  const isPath = (name: string) => !isInMemory(name) && existsSync(name);
  const datasets = {
    resolve: async (name: string) => (isPath(name) ? name : library.resolve(name)),
    load: async (name: string) => (isPath(name) ? loadDataset(name, name, ['train']) : library.load(name)),
  };
  return new TrainingClassesReader({ findParent, datasets }).read({ record, kind: loaded.kind, loaded }, job);
}

const findParent: FindParent = async (parent) => {
  const { kind, id } = parent;
  if (kind === 'model' && existsSync(join(id, modelFiles.card))) return recordOfModel(await readCard(id));
  if (kind === 'run' && existsSync(join(id, 'run.json'))) return recordOfRun(new RunFolder(id).readRunNow());
  return findStoredParent(openModelLibrary(), openRunStore())(parent);
};
