/** Implements the contract: one handler for each request. */
import { version as onnxruntime } from 'onnxruntime-node/package.json';
import { version } from '../../package.json';
import { datasetSpecs } from '../../datasets/catalog';
import { getKind } from '../../datasets/kinds/registry';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { presets, createRunConfig } from '../../models/presets/presets';
import { weightLayout } from '../../models/family/weights';
import { join } from 'node:path';
import type { Handlers, Lab, LabEvent, Preset } from '../contract/contract';
import { Devices } from './devices/devices';
import { cpuDevice } from './devices/machine';
import { describeBuiltInDataset, DatasetLibrary } from './datasets/library';
import { datasetHandlers } from './datasets/service';
import { Downloads } from './downloads/downloads';
import { modelHandlers, solveHandlers } from './models/service';
import { freeBytes as freeOfMachine, type FreeBytes } from './storage/disk-usage';
import { ModelLibrary } from './models/library';
import { PreflightService } from './runs/benchmark';
import { Queue } from './runs/queue';
import { defaultPolicy } from './runs/run-record';
import { RunStore } from './runs/run-store';
import { Runs } from './runs/runs';
import { runHandlers } from './runs/service';
import { MigrationLock } from './storage/locks';
import { storageHandlers } from './storage/service';
import { Trash } from './storage/items';

export interface ServiceOptions {
  /** The user's data folder, which contains models/, runs/ and others. */
  readonly dataFolder: string;
  readonly shippedModels: string;
  readonly emit: (event: LabEvent) => void;
  /** Seconds of training between two checkpoints. */
  readonly checkpointEvery?: number;
  /** Devices of the machine by default. */
  readonly devices?: Promise<Devices>;
  readonly freeBytes?: FreeBytes;
  /** Lock during a migration of the data folder; see `withReadOnlyGuard`. */
  readonly migrationLock?: MigrationLock;
}

export function createService({
  dataFolder,
  shippedModels,
  emit,
  checkpointEvery = 20,
  devices = Devices.open({ dataFolder }),
  freeBytes = freeOfMachine,
  migrationLock = new MigrationLock(),
}: ServiceOptions): Handlers {
  const sessions = async () => (await devices).current;
  const library = new ModelLibrary({ shipped: shippedModels, trained: join(dataFolder, 'models') }, sessions);
  const trash = new Trash(join(dataFolder, 'trash'));
  const datasets = new DatasetLibrary(join(dataFolder, 'datasets'), trash);
  const downloads = new Downloads({ folder: join(dataFolder, 'downloads'), freeBytes });
  const runsFolder = join(dataFolder, 'runs');
  const store = new RunStore(runsFolder);
  const policy = { ...defaultPolicy, everySeconds: checkpointEvery };
  const runs: Runs = new Runs(
    { datasets, store, library, emit, policy, sessions, freeBytes, beforeTraining: () => preflights.end() },
    trash,
    () => void queue.next(),
  );
  const preflights = new PreflightService({
    plan: (request) => runs.plan(request),
    sessions,
    policy,
    folder: runsFolder,
    freeBytes,
    isBusy: () => runs.isBusy,
  });
  const queue = new Queue({
    file: join(dataFolder, 'queue.json'),
    start: (request) => runs.start(request),
    isBusy: () => runs.isBusy,
    onChange: (changed) => emit({ type: 'queue/changed', queue: changed }),
  });
  return {
    getLabInfo: () => getLabInfo(dataFolder),
    ...modelHandlers(library, trash),
    ...datasetHandlers({ library: datasets, downloads, trash, dataFolder, emit }),
    ...solveHandlers({ library, datasets, sessions, emit }),
    listDevices: async () => (await devices).list(),
    testDevices: async () => (await devices).test(),
    chooseDevice: async ({ provider }) => (await devices).choose(provider),
    ...storageHandlers({ dataFolder, trash, freeBytes, migrationLock, isBusy: () => runs.isBusy, emit }),
    ...runHandlers({ runs, queue, preflights, store, datasets, library, emit }),
  };
}

function getLabInfo(dataFolder: string): Lab {
  const { node, electron = null } = process.versions;
  return {
    version,
    runtime: { onnxruntime, node, electron },
    device: cpuDevice,
    dataFolder,
    readOnly: null,
    datasets: datasetSpecs.map(({ id }) => describeBuiltInDataset(id)),
    presets: presets.map(describePreset),
  };
}

function describePreset(preset: (typeof presets)[number]): Preset {
  const configs = datasetSpecs.map((spec) => ({ dataset: spec.id, ...configFor(preset, getKind(spec.kind)) }));
  const { model, batchSize } = configs[0]!;
  const parameters = Object.fromEntries(
    configs.map(({ dataset, model: sized }) => [dataset, weightLayout(sized).size]),
  );
  const { id, name, summary, family } = preset;
  const { hiddenSize, hCycles, lCycles, haltMaxSteps } = model;
  return { id, name, summary, family, parameters, hiddenSize, hCycles, lCycles, haltMaxSteps, batchSize };
}

function configFor(preset: (typeof presets)[number], { rows, columns, symbols }: PuzzleKind) {
  return createRunConfig(preset, { seqLen: rows * columns, vocabSize: symbols.length, seed: 0, maxSeconds: 1 });
}
