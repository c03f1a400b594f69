/** Implements the contract's requests about runs. */
import type { Handlers, ComputeEvent } from '../../contract/contract';
import type { runRequests } from '../../contract/runs';
import type { DatasetLibrary } from '../datasets/library';
import { createJob } from '../job';
import type { ModelLibrary } from '../models/library';
import { exportRun, readRunArchive } from './export/export-run';
import type { ExportSource } from './export/cluster-job';
import type { PreflightService } from './preflight-service';
import type { Queue } from './queue';
import type { RunManager } from './run-manager';
import type { RunStore } from './run-store';

type RunHandlers = Pick<Handlers, keyof typeof runRequests>;

interface RunServiceOptions {
  readonly runs: RunManager;
  readonly queue: Queue;
  readonly preflights: PreflightService;
  readonly store: RunStore;
  readonly datasets: DatasetLibrary;
  readonly library: ModelLibrary;
  readonly emit: (event: ComputeEvent) => void;
}

export function runHandlers({
  runs,
  queue,
  preflights,
  store,
  datasets,
  library,
  emit,
}: RunServiceOptions): RunHandlers {
  const getExportSource = async (runId: string): Promise<ExportSource> => ({
    folder: await runs.getFolder(runId),
    dataset: async (id) => {
      const path = await datasets.resolve(id);
      return { dataset: await datasets.load(id), folder: path === id ? null : path };
    },
    savedModel: async ({ model }) => (model === null ? null : library.read(model)),
  });
  return {
    preflight: (input, signal) => preflights.run(input, signal),
    listRuns: () => runs.list(),
    startRun: (input) => runs.start(input),
    pauseRun: ({ runId }) => runs.pause(runId),
    resumeRun: (input) => runs.resume(input),
    stopRun: ({ runId }) => runs.stop(runId),
    branchRun: (input) => runs.branch(input),
    duplicateRun: (input) => runs.duplicate(input),
    updateRun: (input) => runs.update(input),
    readNotes: async ({ runId }) => ({ text: await (await runs.getFolder(runId)).notes() }),
    writeNotes: async ({ runId, text }) => {
      await (await runs.getFolder(runId)).writeNotes(text);
      return {};
    },
    deleteRun: async ({ runId }) => ({ trashId: await runs.remove(runId) }),
    listCheckpoints: ({ runId }) => runs.checkpoints(runId),
    getRunConfig: ({ runId }) => runs.config(runId),
    listUnreadableRuns: () => store.listUnreadable(),
    readMetrics: (input) => runs.metrics(input),
    exportRun: async ({ runId, job, ...plan }, signal) => {
      return exportRun(await getExportSource(runId), plan, createJob(emit, job, signal));
    },
    importRun: ({ path, job }, signal) => readRunArchive(path, store, createJob(emit, job, signal)),
    getQueue: () => queue.read(),
    enqueueRun: (request) => queue.add(request),
    moveQueuedRun: ({ queueId, to }) => queue.move(queueId, to),
    removeQueuedRun: ({ queueId }) => queue.remove(queueId),
    setQueuePaused: ({ isPaused }) => queue.pause(isPaused),
  };
}
