/** Implements the contract's requests about datasets. */
import { message } from '../../../renderer/messages/message';
import { getKind } from '../../../datasets/kinds/registry';
import { lastComponent } from '../../../datasets/private-paths';
import { openSource } from '../../../datasets/formats/puzzle-source';
import type { datasetRequests } from '../../contract/datasets';
import type { Handlers, ComputeEvent } from '../../contract/contract';
import type { DatasetSpec } from '../downloads/download-specs';
import type { Downloads } from '../downloads/downloads';
import { DatasetBrowsers, browseHandlers } from './browsing';
import { exportDataset } from './export-dataset';
import { generateDataset } from './write-dataset';
import { DatasetDownloads, DatasetImporter } from './import-dataset';
import { createJob } from '../job';
import type { DatasetLibrary } from './library';

export interface DatasetServiceOptions {
  readonly library: DatasetLibrary;
  readonly downloads: Downloads<DatasetSpec>;
  readonly emit: (event: ComputeEvent) => void;
}

type DatasetHandlers = Omit<Pick<Handlers, keyof typeof datasetRequests>, 'listDatasets' | 'prepareDataset'>;

export function datasetHandlers({ library, downloads, emit }: DatasetServiceOptions): DatasetHandlers {
  const browsing = new DatasetBrowsers(library);
  const importer = new DatasetImporter(library);
  const datasetDownloads = new DatasetDownloads(downloads, importer);
  return {
    ...browseHandlers(browsing, emit),
    generateDataset: async ({ name, kind, job, ...plan }, signal) => {
      const { id, out } = await library.newFolder(name);
      await generateDataset(
        { ...withoutUndefined(plan), name, out, kind: getKind(kind) },
        createJob(emit, job, signal),
      );
      return library.describe(id);
    },
    inspectFiles: ({ job, ...files }, signal) => importer.inspect(files, createJob(emit, job, signal)),
    importDataset: ({ job, ...plan }, signal) =>
      importer.import(
        { ...plan, origin: message('datasets.origin.imported', { path: lastComponent(plan.path) }) },
        createJob(emit, job, signal),
      ),
    exportDataset: async ({ dataset, job, ...plan }, signal) => {
      const source = await openSource(await library.resolve(dataset));
      const { out, train, test } = await exportDataset(
        source,
        { ...plan, origin: message('datasets.origin.exported', { dataset }) },
        createJob(emit, job, signal),
      );
      return { out, train, test };
    },
    renameDataset: async ({ dataset, name }) => {
      await library.rename(dataset, name);
      return library.describe(dataset);
    },
    deleteDataset: async ({ dataset }) => {
      await browsing.close(dataset);
      return { trashId: await library.remove(dataset) };
    },
    listDownloads: () => datasetDownloads.list(),
    getDownloadSize: async ({ id }, signal) => ({ bytes: await downloads.getSize(id, signal) }),
    startDownload: ({ id, job }, signal) => datasetDownloads.download(id, createJob(emit, job, signal)),
    clearDownload: async ({ id }) => {
      await downloads.clear(id);
      return {};
    },
  };
}

/** zod returns `undefined` for omitted values; plans omit the key. */
function withoutUndefined<Plan extends { readonly difficulty?: string | undefined }>({ difficulty, ...plan }: Plan) {
  return { ...plan, ...(difficulty !== undefined && { difficulty }) };
}
