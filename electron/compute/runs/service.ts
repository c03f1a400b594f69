/** The part of the contract that is about training runs. */
import type { Handlers } from '../../contract';
import type { runRequests } from '../../contract/runs';
import { readCapsule, writeCapsule } from './capsule';
import type { Queue } from './queue';
import type { Runs } from './runs';
import type { RunStore } from './run-store';

type RunHandlers = Pick<Handlers, keyof typeof runRequests>;

export function runHandlers({ runs, queue, store }: { readonly runs: Runs; readonly queue: Queue; readonly store: RunStore }): RunHandlers {
  return {
    listRuns: () => runs.list(),
    startRun: (input) => runs.start(input),
    pauseRun: ({ runId }) => runs.pause(runId),
    resumeRun: (input) => runs.resume(input),
    stopRun: ({ runId }) => runs.stop(runId),
    branchRun: (input) => runs.branch(input),
    duplicateRun: (input) => runs.duplicate(input),
    describeRun: (input) => runs.describe(input),
    readNotes: async ({ runId }) => ({ text: await (await runs.folderOf(runId)).notes() }),
    writeNotes: async ({ runId, text }) => {
      await (await runs.folderOf(runId)).writeNotes(text);
      return {};
    },
    deleteRun: async ({ runId }) => ({ token: await runs.remove(runId) }),
    listCheckpoints: ({ runId }) => runs.checkpoints(runId),
    readMetrics: (input) => runs.metrics(input),
    exportRun: async ({ runId, out }) => {
      await writeCapsule(await runs.folderOf(runId), out);
      return { out };
    },
    importRun: ({ path }) => readCapsule(path, store),
    listQueue: () => queue.read(),
    enqueueRun: (request) => queue.add(request),
    moveQueued: ({ queueId, to }) => queue.move(queueId, to),
    removeQueued: ({ queueId }) => queue.remove(queueId),
    pauseQueue: ({ isPaused }) => queue.pause(isPaused),
  };
}
