/** Built-in models and the user's models. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetSpecs } from '../../../datasets/catalog';
import { addEvaluation, type EvaluationRecord, type ModelCard } from '../../../models/checkpoint/model-card';
import type { StoredModel, TrainableModel } from '../../../models/checkpoint/model-folder';
import {
  hasDemos,
  listChangedFiles,
  modelFiles,
  ModelFolderError,
  readCard,
  readConfig,
  readDemos,
  readModel,
  readStart,
  readTrainableModel,
  writeCard,
  writeModel,
} from '../../../models/checkpoint/model-folder';
import type { Demos } from '../../../models/evaluate/demos';
import { readsEverySize } from '../../../models/family/config';
import { message, type Text } from '../../../renderer/messages/message';
import type { Model } from '../../contract/contract';
import type { OptimizerStateChoice } from '../../contract/runs';
import { errorText } from '../../contract/error-message';
import { newId, slugify, isId } from '../storage/ids';
import { readdirIfExists } from '../storage/missing-files';

export interface LibraryFolders {
  readonly builtIn: string;
  readonly user: string;
}

/** A model that cannot be read, or whose files do not match their checksums. */
interface ProblematicModel {
  readonly folder: string;
  readonly reason: Text;
}

export class ModelLibrary {
  private readonly listeners: ((id: string) => void)[] = [];

  constructor(private readonly folders: LibraryFolders) {}

  /** Calls `listener` with the id of every model that is about to be moved or has been replaced. */
  onChange(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Built-in models first, in the order of their datasets, then the user's, newest first. Folders without a valid model are skipped.
   * @throws errors of the disk: models that cannot be read are not none
   */
  async list(): Promise<Model[]> {
    const [builtIn, user] = [await this.listFolder('builtIn'), await this.listFolder('user')];
    const inOrder = builtIn.sort((a, b) => datasetPosition(a) - datasetPosition(b));
    return [...inOrder, ...user.sort((a, b) => b.createdAt.localeCompare(a.createdAt))];
  }

  private async listFolder(folder: keyof LibraryFolders): Promise<Model[]> {
    const ids = (await readdirIfExists(this.folders[folder])).filter(isId).sort();
    const read = await Promise.allSettled(ids.map((id) => readListed(join(this.folders[folder], id))));
    const getSource = ({ preset }: ModelCard) =>
      folder === 'builtIn' ? 'built-in' : preset === 'imported' ? 'imported' : 'trained';
    return read.flatMap((model, i) =>
      model.status === 'fulfilled' ? [{ id: ids[i]!, source: getSource(model.value), ...model.value }] : [],
    );
  }

  /** Folders that contain files of a model but cannot be read, or were changed, each with the reason. @throws errors of the disk */
  async listProblems(): Promise<ProblematicModel[]> {
    const problemsIn = async (parent: string): Promise<ProblematicModel[]> => {
      const ids = (await readdirIfExists(parent)).filter(isId).sort();
      const reasons = ids.map(async (folder): Promise<ProblematicModel[]> => {
        const reason = await findProblem(join(parent, folder)).catch(errorText);
        return reason === null ? [] : [{ folder, reason }];
      });
      return (await Promise.all(reasons)).flat();
    };
    return [...(await problemsIn(this.folders.builtIn)), ...(await problemsIn(this.folders.user))];
  }

  async save(id: string, model: TrainableModel): Promise<void> {
    await writeModel(join(this.folders.user, id), model);
    this.reportChange(id);
  }

  /** Saves a model under an unused id; on an error its folder is removed. */
  async saveNew(id: string, model: TrainableModel): Promise<void> {
    try {
      await this.save(id, model);
    } catch (error) {
      await this.removeNew(id);
      throw error;
    }
  }

  /** Removes a model that was just saved, since what it was saved for has failed. */
  async removeNew(id: string): Promise<void> {
    await rm(join(this.folders.user, id), { recursive: true, force: true });
    this.reportChange(id);
  }

  /** Changes the name in the card of one of the user's models. @throws ModelFolderError for a built-in model */
  async rename(id: string, name: string): Promise<Model> {
    const folder = await this.getUserFolder(id);
    await writeCard(folder, { ...(await readCard(folder)), name });
    return this.describe(id);
  }

  /** Stores an evaluation in the card of one of the user's models. @throws ModelFolderError for a built-in model */
  async addEvaluation(id: string, record: EvaluationRecord): Promise<Model> {
    const { source } = await this.describe(id);
    if (source === 'built-in') throw new ModelFolderError('models.library.builtIn', { id });
    const folder = join(this.folders.user, id);
    await writeCard(folder, addEvaluation(await readCard(folder), record));
    return this.describe(id);
  }

  /** @throws ModelFolderError when there is no such model or it is damaged */
  async read(id: string): Promise<StoredModel> {
    return readModel(await this.getFolder(id));
  }

  /** A model to fine-tune. @throws ModelFolderError as `read`, and for a state to keep that it does not have */
  async readStart(id: string, optimizerState: OptimizerStateChoice = 'reset') {
    return readStart(await this.getFolder(id), optimizerState);
  }

  /** A model with the state of its optimiser, if it has one. @throws as `read` */
  async readTrainable(id: string): Promise<TrainableModel> {
    return readTrainableModel(await this.getFolder(id));
  }

  /** Null where there is no such model. @throws ModelFolderError for one that cannot be read; errors of the disk */
  async readIfExists(id: string): Promise<StoredModel | null> {
    if ((await this.list()).some((model) => model.id === id)) return this.read(id);
    const problem = (await this.listProblems()).find(({ folder }) => folder === id);
    if (problem) throw new ModelFolderError('checkpoint.fileError', { file: id, reason: problem.reason });
    return null;
  }

  /** @throws ModelFolderError when there is no such model */
  async getFolder(id: string): Promise<string> {
    const { source } = await this.describe(id);
    return join(this.folders[source === 'built-in' ? 'builtIn' : 'user'], id);
  }

  /** Demos of the built-in models that have some, in their order on Home. */
  async listDemos(): Promise<(Demos & { readonly model: string })[]> {
    const { builtIn } = this.folders;
    const ids = (await readdirIfExists(builtIn)).filter(isId);
    const read = async (model: string) => {
      const folder = join(builtIn, model);
      // A damaged card is named by `listProblems`.
      const isWanted = await hasDemos(folder).catch(() => false);
      return isWanted ? [{ model, ...(await readDemos(folder)) }] : [];
    };
    const demos = (await Promise.all(ids.map(read))).flat();
    return demos.sort((one, other) => one.position - other.position);
  }

  /** @throws ModelFolderError when there is no such model; errors of the disk, except for a built-in model */
  async describe(id: string): Promise<Model> {
    const isWanted = (known: Model) => known.id === id;
    const model = (await this.listFolder('builtIn')).find(isWanted) ?? (await this.listFolder('user')).find(isWanted);
    if (!model) throw new ModelFolderError('models.library.unknown', { id });
    return model;
  }

  /** An unused id for a new model, made of its name. */
  newId(name: string): Promise<string> {
    return newId(this.folders.user, slugify(name, 'model'));
  }

  /** The folder of one of the user's models, which is about to be moved or changed. @throws ModelFolderError for a built-in model */
  async getUserFolder(id: string): Promise<string> {
    const { source } = await this.describe(id);
    if (source === 'built-in') throw new ModelFolderError('models.library.builtIn', { id });
    this.reportChange(id);
    return join(this.folders.user, id);
  }

  private reportChange(id: string): void {
    for (const listener of this.listeners) listener(id);
  }
}

/** Position among the built-in datasets; after all of them for another dataset. */
function datasetPosition({ dataset }: Pick<ModelCard, 'dataset'>): number {
  const position = datasetSpecs.findIndex(({ id }) => id === dataset);
  return position < 0 ? datasetSpecs.length : position;
}

/** Null for a model whose files can be read and match their checksums, and for no model. @throws ModelFolderError for one that cannot be read; errors of the disk */
async function findProblem(folder: string): Promise<Text | null> {
  const names = await readdirIfExists(folder);
  if (!Object.values(modelFiles).some((file) => names.includes(file))) return null;
  await readCard(folder);
  await readConfig(folder);
  const files = await listChangedFiles(folder);
  return files.length === 0 ? null : message('checkpoint.folder.changed', { files });
}

/** What the list shows of a model; damaged settings are reported when the model is used. @throws ModelFolderError for a damaged card */
async function readListed(folder: string): Promise<ModelCard & Pick<Model, 'readsEverySize'>> {
  const isOfEverySize = await readConfig(folder).then(readsEverySize, () => false);
  return { ...(await readCard(folder)), readsEverySize: isOfEverySize };
}
