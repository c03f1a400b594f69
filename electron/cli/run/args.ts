/** The parts of a run of the command line that lie outside of its folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { datasetSpecs } from '../../../datasets/catalog';
import { modelFiles, readModel } from '../../../models/checkpoint/model-folder';
import type { RunParts } from '../../compute/runs/export/cluster';
import { dataFolder } from '../../compute/storage/data-folders';
import { loadDataset, setPath } from '../find-dataset';
import { taskSetOf } from '../arc-tasks';
import type { NamedRun } from './find-run';

export function partsOfRun({ folder, id }: NamedRun): RunParts {
  const modelFolder = id === null ? folder.path : join(dataFolder(), 'models', id);
  return {
    folder,
    dataset: async (name) => ({ dataset: await loadDataset(name), folder: await setFolder(name) }),
    savedModel: async () => (existsSync(join(modelFolder, modelFiles.card)) ? readModel(modelFolder) : null),
  };
}

/** Null for sets of the lab, and for tasks, of which a set is made anew each time. */
async function setFolder(name: string): Promise<string | null> {
  if (datasetSpecs.some(({ id }) => id === name) || (await taskSetOf(name))) return null;
  return setPath(name);
}
