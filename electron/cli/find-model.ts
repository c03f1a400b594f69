/** Models as the command line names them: a folder, or the id of a shipped or trained model. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { modelFiles, readModel } from '../../models/checkpoint/model-folder';
import { Library } from '../compute/models/library';
import { dataFolder } from '../compute/storage/data-folders';
import { UsageError } from './errors';

/** Beside the built command line, unless told otherwise. */
export const shippedModels = process.env.TRM_LAB_MODELS ?? join(__dirname, '..', '..', 'models', 'pretrained');

export const library = (): Library => new Library({ shipped: shippedModels, trained: join(dataFolder(), 'models') });

/** @throws UsageError when there is no such model; ModelFolderError when it is damaged */
export async function findModel(folderOrId: string): Promise<StoredModel> {
  if (existsSync(join(folderOrId, modelFiles.config))) return readModel(folderOrId);
  const known = library();
  const ids = (await known.list()).map(({ id }) => id);
  if (ids.includes(folderOrId)) return known.read(folderOrId);
  const there = ids.length > 0 ? `the models are ${ids.join(', ')}` : 'there are no models yet';
  throw new UsageError(`"${folderOrId}" is neither a model folder nor a model; ${there}`);
}
