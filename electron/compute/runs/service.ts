/** Implements the contract's requests about runs. */
import type { Handlers } from '../../contract/contract';
import type { runRequests } from '../../contract/runs';
import { repeatWithSeeds } from '../../contract/seeds';
import type { RemovedFolder } from '../storage/partial-folders';
import type { PreflightService } from './preflight-service';
import type { Queue } from './queue';
import { lastSeed } from './repeat-run';
import type { RunManager } from './run-manager';
import type { RunStore } from './run-store';

type RunHandlers = Omit<Pick<Handlers, keyof typeof runRequests>, 'exportRun' | 'importRun'>;

interface RunServiceOptions {
  readonly runs: RunManager;
  readonly queue: Queue;
  readonly preflights: PreflightService;
  readonly store: RunStore;
  /** What interrupted work had left and was removed at the start. */
  readonly removed: Promise<readonly RemovedFolder[]>;
  /** Reads metrics with the run as recorded. */
  readonly readMetrics: Handlers['readMetrics'];
}

export function runHandlers(options: RunServiceOptions): RunHandlers {
  const { runs, queue, preflights, store, removed, readMetrics } = options;
  return {
    preflight: (input, signal) => preflights.run(input, signal),
    listRuns: () => runs.list(),
    startRun: (input) => runs.start(input),
    pauseRun: ({ runId }) => runs.pause(runId),
    resumeRun: (input) => runs.resume(input),
    stopRun: ({ runId }) => runs.stop(runId),
    branchRun: (input) => runs.branch(input),
    saveCheckpoint: (input) => runs.saveCheckpoint(input),
    repeatRun: async ({ runId, seeds }) => {
      const request = await runs.findRequest(runId);
      const waiting = (await queue.read()).waiting.map((entry) => entry.request);
      const seed = lastSeed(request, await runs.list(), waiting);
      return queue.add(...repeatWithSeeds({ ...request, seed }, seeds + 1).slice(1));
    },
    duplicateRun: (input) => runs.duplicate(input),
    updateRun: (input) => runs.update(input),
    readNotes: async ({ runId }) => {
      const folder = await runs.getFolder(runId);
      return { text: await folder.notes(), isChanged: await folder.areNotesChanged() };
    },
    writeNotes: async ({ runId, text }) => {
      await (await runs.getFolder(runId)).writeNotes(text);
      return {};
    },
    deleteRun: async ({ runId }) => ({ trashId: await runs.remove(runId) }),
    listCheckpoints: ({ runId }) => runs.checkpoints(runId),
    getRunConfig: ({ runId }) => runs.config(runId),
    listUnreadableRuns: async () => [...(await removed), ...(await store.listUnreadable())],
    readMetrics: async (input, signal) => {
      const run = await runs.find(input.runId);
      return { ...(await readMetrics(input, signal)), run };
    },
    getQueue: () => queue.read(),
    enqueueRun: (request) => queue.add(request),
    replaceQueuedRun: ({ queueId, request }) => queue.replace(queueId, request),
    moveQueuedRun: ({ queueId, to }) => queue.move(queueId, to),
    removeQueuedRun: ({ queueId }) => queue.remove(queueId),
    setQueuePaused: ({ isPaused }) => queue.pause(isPaused),
  };
}
