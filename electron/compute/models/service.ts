/** Implements the contract's requests about models. */
import { requireNew } from '../../../datasets/formats/atomic-write';
import { includesOptimiser } from '../../../models/checkpoint/export/export-format';
import { exportModel } from '../../../models/checkpoint/export/export-model';
import type { ModelConfig } from '../../../models/family/config';
import type { ComputeEvent, Handlers, Input } from '../../contract/contract';
import type { modelRequests } from '../../contract/models';
import type { Downloads } from '../downloads/downloads';
import type { PublishedModelSpec } from '../downloads/published-models';
import { createJob } from '../job';
import type { Trash } from '../storage/trash';
import type { RunStore } from '../runs/run-store';
import { countAnswerCosts } from './answer-costs';
import { importToLibrary } from './import-to-library';
import type { ModelLibrary } from './library';
import { PublishedModels } from './published-models';

type ModelHandlers = Pick<Handlers, keyof typeof modelRequests>;
type ModelFileHandlers = Pick<
  ModelHandlers,
  'getAnswerCosts' | 'importModel' | 'exportModel' | 'listPublishedModels' | 'downloadModel'
>;

export interface ModelFileOptions {
  readonly library: ModelLibrary;
  readonly store: RunStore;
  readonly downloads: Downloads<PublishedModelSpec>;
  readonly emit: (event: ComputeEvent) => void;
}

/** Implements the requests that read or write whole models. */
export function modelFileHandlers({ library, store, downloads, emit }: ModelFileOptions): ModelFileHandlers {
  const published = new PublishedModels(downloads, library);
  return {
    getAnswerCosts: async (input) => countAnswerCosts(await readModelConfig(input, library, store)),
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

/** @throws MessageError for an unknown run; errors of the files */
async function readModelConfig(
  input: Input<'getAnswerCosts'>,
  library: ModelLibrary,
  store: RunStore,
): Promise<ModelConfig> {
  if ('model' in input) return (await library.read(input.model)).config;
  await store.get(input.runId);
  return (await store.getFolder(input.runId).read()).setup.config.model;
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
