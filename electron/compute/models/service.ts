/** Implements the contract's requests about models. */
import { requireNew } from '../../../datasets/formats/atomic-write';
import { includesOptimiser } from '../../../models/checkpoint/export/export-format';
import { exportModel } from '../../../models/checkpoint/export/export-model';
import type { ComputeEvent, Handlers } from '../../contract/contract';
import type { modelRequests } from '../../contract/models';
import type { Downloads } from '../downloads/downloads';
import type { PublishedModelSpec } from '../downloads/published-models';
import { createJob } from '../job';
import type { Trash } from '../storage/trash';
import { importToLibrary } from './import-to-library';
import type { ModelLibrary } from './library';
import { PublishedModels } from './published-models';

type ModelHandlers = Pick<Handlers, keyof typeof modelRequests>;
type ModelFileHandlers = Pick<ModelHandlers, 'importModel' | 'exportModel' | 'listPublishedModels' | 'downloadModel'>;

export interface ModelFileOptions {
  readonly library: ModelLibrary;
  readonly downloads: Downloads<PublishedModelSpec>;
  readonly emit: (event: ComputeEvent) => void;
}

/** Implements the requests that read or write whole models. */
export function modelFileHandlers({ library, downloads, emit }: ModelFileOptions): ModelFileHandlers {
  const published = new PublishedModels(downloads, library);
  return {
    listPublishedModels: () => published.list(),
    downloadModel: ({ id, job }, signal) => published.download(id, createJob(emit, job, signal)),
    importModel: (input) => importToLibrary(library, input),
    exportModel: async ({ model, out, format, batchSize, tokenType }) => {
      await requireNew(out);
      const stored = await (includesOptimiser(format) ? library.readTrainable(model) : library.read(model));
      const { files, notes } = await exportModel(stored, format, out, {
        ...(batchSize && { batchSize }),
        ...(tokenType && { tokenType }),
      });
      return { files: [...files], notes: [...notes] };
    },
  };
}

export function modelHandlers(library: ModelLibrary, trash: Trash): Omit<ModelHandlers, keyof ModelFileHandlers> {
  return {
    listUnreadableModels: () => library.listProblems(),
    listModels: () => library.list(),
    listDemos: () => library.listDemos(),
    renameModel: ({ model, name }) => library.rename(model, name),
    saveEvaluation: ({ model, record }) => library.addEvaluation(model, record),
    deleteModel: async ({ model }) => ({ trashId: await trash.discard(await library.getUserFolder(model)) }),
  };
}
