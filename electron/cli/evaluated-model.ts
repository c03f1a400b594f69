/** The model that `evaluate` names: a saved one, or a checkpoint of a run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles, type StoredModel } from '../../models/checkpoint/model-folder';
import { formatEnglish } from '../../renderer/messages/english';
import { errorText } from '../contract/error-message';
import { formatInteger } from '../contract/format';
import { readCheckpointModel } from '../compute/runs/checkpoint-model';
import { dataFolder } from '../compute/storage/data-folder';
import { findModelWithSteps, findReadableRun, openModelLibrary } from './resolve-names';
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

/**
 * Reads the weights to evaluate.
 * @throws UsageError when there is no such model or checkpoint; ModelFolderError, SafetensorsError when it is damaged
 */
export async function findEvaluatedModel({
  model: name,
  checkpoint,
  steps,
}: EvaluatedModelName): Promise<Pick<StoredModel, 'config' | 'state' | 'identifiers'>> {
  if (checkpoint === undefined && !(await isUnsavedRun(name))) return findModelWithSteps(name, steps);
  const { config, state } = await readCheckpoint(name, checkpoint);
  return { state, config: { ...config, ...(steps !== undefined && { haltMaxSteps: steps }) } };
}

/** Whether the name is that of a run that has saved no model, as it trains or was killed. */
async function isUnsavedRun(name: string): Promise<boolean> {
  const hasRun = (folder: string) => existsSync(join(folder, 'run.json'));
  if (existsSync(name)) return hasRun(name) && !existsSync(join(name, modelFiles.config));
  if (!hasRun(join(dataFolder(), 'runs', name))) return false;
  return !(await openModelLibrary().list()).some(({ id }) => id === name);
}

/** Names the checkpoint where none was chosen. */
async function readCheckpoint(name: string, step?: number): ReturnType<typeof readCheckpointModel> {
  const { folder } = findReadableRun(name);
  try {
    const model = await readCheckpointModel(folder, await folder.read(), step);
    if (step === undefined)
      printNotice(`${name} has no saved model: its checkpoint of step ${formatInteger(model.step)} is evaluated`);
    return model;
  } catch (error) {
    const steps = await folder.checkpoints.steps();
    if (step === undefined || steps.includes(step)) throw error;
    const known = steps.length === 0 ? '' : `; it has those of steps ${steps.join(', ')}`;
    throw new UsageError(`${formatEnglish(errorText(error))}${known}`);
  }
}
