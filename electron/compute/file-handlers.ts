/** Requests that read, write or search large files or generate many puzzles. The compute process serves them in a thread of their own. */
import { join } from 'node:path';
import type { ComputeEvent, Handlers, Input, Output } from '../contract/contract';
import { DatasetLibrary } from './datasets/library';
import { datasetHandlers } from './datasets/service';
import { datasetSpecs } from './downloads/download-specs';
import { Downloads } from './downloads/downloads';
import { publishedModels, type PublishedModelSpec } from './downloads/published-models';
import { createJob } from './job';
import { ModelLibrary } from './models/library';
import { modelFileHandlers } from './models/service';
import { exportRun } from './runs/export/export-run';
import { readRunArchive } from './runs/export/read-archive';
import type { ExportSource } from './runs/export/cluster-job';
import { readHistory } from './runs/metrics/read-history';
import { expectedLog } from './runs/run-record';
import { RunStore } from './runs/run-store';
import { freeBytes as freeOfMachine, type FreeBytes } from './storage/disk-usage';
import { Trash } from './storage/trash';

export const fileRequests = [
  'readPuzzles',
  'browsePuzzles',
  'readHistograms',
  'previewPuzzles',
  'generateDataset',
  'inspectFiles',
  'importDataset',
  'exportDataset',
  'renameDataset',
  'deleteDataset',
  'listDownloads',
  'getDownloadSize',
  'startDownload',
  'clearDownload',
  'getAnswerCosts',
  'importModel',
  'exportModel',
  'listPublishedModels',
  'downloadModel',
  'readMetrics',
  'exportRun',
  'importRun',
] as const;

export type FileHandlers = Pick<Handlers, (typeof fileRequests)[number]>;

export interface FileHandlerOptions {
  readonly dataFolder: string;
  readonly builtInModels: string;
  readonly emit: (event: ComputeEvent) => void;
  readonly freeBytes?: FreeBytes;
  /** The catalogue of published models by default. */
  readonly published?: readonly PublishedModelSpec[];
  /** Whether published models may come over http from this machine, for tests. */
  readonly allowLoopback?: boolean;
}

export function createFileHandlers(options: FileHandlerOptions): FileHandlers {
  const { dataFolder, builtInModels, emit, freeBytes = freeOfMachine } = options;
  const datasets = new DatasetLibrary(join(dataFolder, 'datasets'), new Trash(join(dataFolder, 'trash')));
  const library = new ModelLibrary({ builtIn: builtInModels, user: join(dataFolder, 'models') });
  const store = new RunStore(join(dataFolder, 'runs'));
  const { allowLoopback = false, published = publishedModels } = options;
  const folder = join(dataFolder, 'downloads');
  const downloads = new Downloads({ folder, specs: datasetSpecs, freeBytes });
  const modelDownloads = new Downloads({ folder, specs: published, freeBytes, allowLoopback });
  return {
    ...datasetHandlers({ library: datasets, downloads, emit }),
    ...modelFileHandlers({ library, store, downloads: modelDownloads, emit }),
    readMetrics: (input, signal) => readMetrics(store, input, signal),
    exportRun: async ({ runId, job, ...plan }, signal) =>
      exportRun(await openExportSource({ runId, store, datasets, library }), plan, createJob(emit, job, signal)),
    importRun: ({ path, job }, signal) => readRunArchive(path, store, createJob(emit, job, signal), freeBytes, library),
  };
}

interface ExportContext {
  readonly runId: string;
  readonly store: RunStore;
  readonly datasets: DatasetLibrary;
  readonly library: ModelLibrary;
}

/** Number of latest evaluations whose samples are read. */
const SAMPLED_EVALUATIONS = 100;

/** The run as recorded, and its metrics. @throws MessageError for an unknown run */
async function readMetrics(
  store: RunStore,
  { runId, ...range }: Input<'readMetrics'>,
  signal: AbortSignal,
): Promise<Output<'readMetrics'>> {
  const run = await store.get(runId);
  const isWhole = range.from === undefined && range.to === undefined;
  const folder = store.getFolder(runId);
  // A record whose setup cannot be read has metrics all the same.
  const expected = await folder.read().then(expectedLog, () => undefined);
  const evaluations = isWhole ? SAMPLED_EVALUATIONS : 0;
  return {
    run,
    ...(await readHistory(folder.metricsFile, { ...range, evaluations, expected }, signal)),
  };
}

/** @throws MessageError for an unknown run */
async function openExportSource({ runId, store, datasets, library }: ExportContext): Promise<ExportSource> {
  await store.get(runId);
  return {
    folder: store.getFolder(runId),
    dataset: async (id) => {
      const path = await datasets.resolve(id);
      return { dataset: await datasets.load(id), folder: path === id ? null : path };
    },
    savedModel: async ({ model }) => (model === null ? null : library.read(model)),
    startModel: (id) => library.readIfExists(id),
  };
}
