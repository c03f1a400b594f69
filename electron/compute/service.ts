/** Implements the contract: one handler for each request. */
import { version as onnxruntime } from 'onnxruntime-node/package.json';
import { version } from '../../package.json';
import { isInMemory } from '../../datasets/catalog';
import type { Engine } from '../../models/engine/engine';
import { familyNames } from '../../models/family/families';
import { presets } from '../../models/presets/presets';
import { join } from 'node:path';
import type { Handlers, AppInfo, ComputeEvent } from '../contract/contract';
import { Devices } from './devices/devices';
import { cores, cpuDevice } from './devices/cpu';
import { getEngine } from './engine';
import { describeFamily, describePreset } from './presets';
import { browseHandlers, DatasetBrowsers } from './datasets/browsing';
import { BuiltInGenerator } from './datasets/built-in-generator';
import { DatasetLibrary, type LoadDataset } from './datasets/library';
import { createFileHandlers, type FileHandlers } from './file-handlers';
import { createJob } from './job';
import { exportRounded, isRounded } from './models/export-rounded';
import { damageHandlers } from './models/damage-service';
import { modelHandlers } from './models/service';
import { solveHandlers } from './models/solve-service';
import { freeBytes as freeOfMachine, type FreeBytes } from './storage/disk-usage';
import { removePartialFolders } from './storage/partial-folders';
import { ExperimentManager } from './experiments/experiment-manager';
import { ExperimentStore } from './experiments/experiment-store';
import type { ExperimentContext } from './experiments/run-experiment';
import { experimentHandlers } from './experiments/service';
import { ModelLibrary } from './models/library';
import { Solvers } from './models/solvers';
import type { ActiveRunContext } from './runs/active-run';
import { FollowedRuns } from './runs/followed-runs';
import { PreflightService } from './runs/preflight-service';
import { Queue } from './runs/queue';
import { defaultPolicy } from './runs/run-record';
import { RunStore } from './runs/run-store';
import { RunManager } from './runs/run-manager';
import { runHandlers } from './runs/service';
import { ReadOnlyGuard } from './storage/read-only-guard';
import { storageHandlers } from './storage/service';
import { Trash } from './storage/trash';

export interface ServiceOptions {
  /** The user's data folder, which contains models/, runs/ and others. */
  readonly dataFolder: string;
  /** Folder of the models that come with the application. */
  readonly builtInModels: string;
  readonly emit: (event: ComputeEvent) => void;
  /** Seconds of training between two checkpoints. */
  readonly checkpointEvery?: number;
  /** The engine of the process by default; null: the calling thread. */
  readonly engine?: Engine | null;
  /** Devices of the machine by default. */
  readonly devices?: Promise<Devices>;
  readonly freeBytes?: FreeBytes;
  /** Serves the requests with files; in the calling thread by default. */
  readonly files?: FileHandlers;
  /** Loads datasets; in the calling thread by default. */
  readonly loadDataset?: LoadDataset;
  /** Whether runs that other processes train, and their changes of the queue, are followed. */
  readonly followsOthers?: boolean;
  /** Called with what ends the active run with a checkpoint; afterwards no run starts. */
  readonly onReady?: (suspend: () => Promise<void>) => void;
  /** Allows all changes by default. */
  readonly guard?: ReadOnlyGuard;
}

export function createService(options: ServiceOptions): Handlers {
  const { dataFolder, emit, devices = Devices.open({ dataFolder }), guard = new ReadOnlyGuard() } = options;
  const { freeBytes = freeOfMachine, checkpointEvery = 20 } = options;
  const { engine = getEngine(), files = createFileHandlers(options) } = options;
  const getSessionOptions = async () => ({ ...(await devices).current, ...(engine && { engine }) });
  const stores = openStores({ ...options, engine, freeBytes });
  const removed = guard.check().then((reason) => (reason === null ? removePartialFolders(dataFolder) : []));
  const inMemory = browseHandlers(new DatasetBrowsers(stores.datasets), emit);
  const solvers = new Solvers(stores.library, getSessionOptions);
  const { library, datasets, trash } = stores;
  const policy = { ...defaultPolicy, everySeconds: checkpointEvery };
  const context = { ...stores, emit, policy, getSessionOptions, freeBytes };
  const getContext = async (): Promise<ExperimentContext> => ({
    engineOptions: await getSessionOptions(),
    loadDataset: (id) => datasets.load(id),
    findModel: (id) => library.read(id),
  });
  const { runs, queue, preflights, experiments } = createRunServices({ ...context, guard, getContext }, dataFolder);
  options.onReady?.(() => runs.suspend());
  if (options.followsOthers) {
    new FollowedRuns({ store: stores.store, emit }).start();
    queue.watch();
  }
  return {
    getAppInfo: async () => ({
      ...getAppInfo(dataFolder),
      datasets: await datasets.listBuiltIn(),
      readOnly: await guard.check(),
    }),
    ...modelHandlers(library, trash),
    ...files,
    exportModel: (input, signal) =>
      (isRounded(input) ? exportRounded(library, datasets) : files.exportModel)(input, signal),
    // The first datasets are in memory, and the files thread may be busy.
    readPuzzles: (input, signal) => (isInMemory(input.dataset) ? inMemory : files).readPuzzles(input, signal),
    listDatasets: () => datasets.list(),
    prepareDataset: async ({ dataset, job }, signal) => {
      await datasets.prepare(dataset, createJob(emit, job, signal));
      return datasets.describe(dataset);
    },
    ...solveHandlers({ library, solvers, datasets, store: stores.store, getSessionOptions, emit }),
    ...damageHandlers({ library, datasets, getSessionOptions, emit }),
    listDevices: async () => (await devices).list(),
    testDevices: async () => (await devices).test(),
    chooseDevice: async ({ provider }) => (await devices).choose(provider),
    ...storageHandlers({ dataFolder, trash, freeBytes, guard, isBusy: () => runs.isBusy, emit }),
    ...runHandlers({ runs, queue, preflights, store: stores.store, removed, readMetrics: files.readMetrics }),
    ...experimentHandlers({ experiments, preflights, getContext, emit }),
  };
}

interface Stores {
  readonly library: ModelLibrary;
  readonly trash: Trash;
  readonly datasets: DatasetLibrary;
  readonly store: RunStore;
}

function openStores({
  dataFolder,
  builtInModels,
  loadDataset,
  engine,
  freeBytes,
}: ServiceOptions & Required<Pick<ServiceOptions, 'engine' | 'freeBytes'>>): Stores {
  const trash = new Trash(join(dataFolder, 'trash'));
  const generator = new BuiltInGenerator({ engine, freeBytes });
  return {
    library: new ModelLibrary({ builtIn: builtInModels, user: join(dataFolder, 'models') }),
    trash,
    datasets: new DatasetLibrary(join(dataFolder, 'datasets'), trash, {
      generator,
      ...(loadDataset && { loadDataset }),
    }),
    store: new RunStore(join(dataFolder, 'runs')),
  };
}

interface RunServices {
  readonly runs: RunManager;
  readonly queue: Queue;
  readonly preflights: PreflightService;
  readonly experiments: ExperimentManager;
}

type RunServiceContext = ActiveRunContext & {
  readonly freeBytes: FreeBytes;
  readonly trash: Trash;
  readonly guard: ReadOnlyGuard;
  readonly getContext: () => Promise<ExperimentContext>;
};

/** What trains starts what waits when it ends, experiments before queued runs, and ends benchmarks when it starts. */
function createRunServices(
  { trash, guard, getContext, ...context }: RunServiceContext,
  dataFolder: string,
): RunServices {
  const { policy, getSessionOptions, freeBytes, emit } = context;
  const runs: RunManager = new RunManager(
    { ...context, beforeTraining: () => preflights.end() },
    trash,
    () => void (experiments.next() || queue.next()),
  );
  const store = new ExperimentStore(join(dataFolder, 'experiments'), trash);
  const experiments = new ExperimentManager({ store, runs, getContext, emit });
  const preflights = new PreflightService({
    plan: (request) => runs.plan(request),
    getSessionOptions,
    policy,
    folder: join(dataFolder, 'runs'),
    freeBytes,
    isBusy: () => runs.isBusy,
  });
  const queue = new Queue({
    file: join(dataFolder, 'queue.json'),
    start: (request) => runs.start(request),
    // In a read-only instance the queue belongs to another one.
    isBusy: () => runs.isBusy || guard.isReadOnly,
    onChange: (changed) => emit({ type: 'queue/changed', queue: changed }),
  });
  return { runs, queue, preflights, experiments };
}

function getAppInfo(dataFolder: string): Omit<AppInfo, 'readOnly' | 'datasets'> {
  const { node, electron = null } = process.versions;
  return {
    version,
    runtime: { onnxruntime, node, electron },
    device: { ...cpuDevice, threads: getEngine().workers, cores },
    dataFolder,
    presets: presets.map(describePreset),
    families: familyNames.map(describeFamily),
  };
}
