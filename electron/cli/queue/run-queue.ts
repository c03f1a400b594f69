/** `queue run`: trains the queue of the data folder in this process, with the window's service. */
import { setTimeout as delay } from 'node:timers/promises';
import { createService } from '../../compute/service';
import { lockDataFolder } from '../../compute/read-only';
import type { Handlers, LabEvent } from '../../contract/contract';
import { dataFolder } from '../../compute/storage/data-folder';
import { onInterrupt, UsageError } from '../exit';
import { shippedModels } from '../find';
import { ProgressLine } from '../output';
import { formatPercent } from '../../contract/format';
import { openQueue } from './commands';

const uncancelled = new AbortController().signal;
/** Milliseconds between two checks whether anything is left. */
const POLL_INTERVAL = 200;

export async function runQueueCommand({ json }: { readonly json?: true }): Promise<void> {
  const problem = await lockDataFolder(dataFolder());
  if (problem !== null) throw new Error(problem);
  if ((await openQueue().read()).isPaused) throw new UsageError('the queue is paused; queue resume lets it go on');
  const line = new ProgressLine();
  const lab = createService({
    dataFolder: dataFolder(),
    shippedModels,
    emit: (event) => (json ? printEvent : showEvent)(event, line),
  });
  let isStopped = false;
  const ignoreInterrupts = onInterrupt(() => {
    isStopped = true;
    void stopAll(lab);
  });
  try {
    await lab.setQueuePaused({ isPaused: false }, uncancelled);
    while (await isTraining(lab, isStopped)) await delay(POLL_INTERVAL);
  } finally {
    line.clear();
    ignoreInterrupts();
    // The next call continues with the queued runs.
    if (isStopped) await openQueue().pause(false);
  }
  const left = (await openQueue().read()).waiting.length;
  if (left > 0 && !isStopped) throw new Error(`${left} of the queue cannot begin: queue list says why`);
}

async function isTraining(lab: Handlers, isStopped: boolean): Promise<boolean> {
  const { waiting } = await lab.getQueue({}, uncancelled);
  const runs = await lab.listRuns({}, uncancelled);
  return (
    runs.some(({ state }) => state === 'running' || state === 'paused') ||
    (!isStopped && waiting.some((entry) => entry.problem === null))
  );
}

/** Stops and saves the current run, and starts no other. */
async function stopAll(lab: Handlers): Promise<void> {
  await lab.setQueuePaused({ isPaused: true }, uncancelled);
  const active = (await lab.listRuns({}, uncancelled)).find(({ state }) => state === 'running' || state === 'paused');
  if (active) await lab.stopRun({ runId: active.runId }, uncancelled);
}

function printEvent(event: LabEvent): void {
  if (event.type !== 'run/sample' && event.type !== 'queue/changed') process.stdout.write(`${JSON.stringify(event)}\n`);
}

function showEvent(event: LabEvent, line: ProgressLine): void {
  if (event.type === 'run/started')
    line.say(`${event.run.preset} on ${event.run.dataset}, seed ${event.run.seed}: ${event.runId}`);
  if (event.type === 'run/step')
    line.show(0, `step ${event.points[event.points.length - 1]?.step}, ${Math.round(event.secondsLeft ?? 0)} s left`);
  if (event.type !== 'run/finished' && event.type !== 'run/cancelled' && event.type !== 'run/failed') return;
  const {
    run: { runId, state, failure, accuracy },
  } = event;
  line.clear();
  process.stdout.write(
    `${runId}: ${failure ?? state}${accuracy ? `, held-out exact ${formatPercent(accuracy.exactAccuracy)} % (n ${accuracy.count})` : ''}\n`,
  );
}
