/** The compute process: serves the contract to every port that main hands it. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { ComputeEvent } from '../contract/contract';
import type { ComputeMessage, MainMessage } from '../contract/compute-messages';
import { fromMessagePortMain, serve } from '../contract/rpc';
import { BusyMonitor } from './busy-monitor';
import { coresToUse } from './devices/cpu';
import { getEngine } from './engine';
import { ComputingClock } from './runs/computing-clock';
import { startFilesThread } from './files-thread';
import { createService } from './service';
import { dataFolder } from './storage/data-folder';
import { datasetSpecs } from '../../datasets/catalog';
import { GrantedFiles } from './storage/granted-files';
import { DataFolderLock } from './storage/data-folder-lock';
import { ReadOnlyGuard } from './storage/read-only-guard';

// The window has priority; training uses the remaining CPU time. On Linux this holds for the calling thread and for those that
// it starts later, hence before all others; on Windows and macOS for the whole process.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const connections = new Set<ReturnType<typeof serve>>();

const postToMain = (message: ComputeMessage): void => process.parentPort.postMessage(message);
const busyMonitor = new BusyMonitor(
  (isBusy) => postToMain({ type: 'busy', isBusy }),
  () => postToMain({ type: 'paused' }),
);

const folder = dataFolder();
const dataFolderLock = new DataFolderLock(folder);
const guard = new ReadOnlyGuard(() => dataFolderLock.check());
const common = {
  dataFolder: folder,
  builtInModels: process.env.TRM_LAB_MODELS ?? join(process.cwd(), 'models', 'pretrained'),
  emit,
};
const { handlers: files, loadDataset } = startFilesThread(common);
let suspendRuns = (): Promise<void> => Promise.resolve();
const onReady = (suspend: () => Promise<void>): void => void (suspendRuns = suspend);
const handlers = busyMonitor.watch(
  createService({ ...common, files, loadDataset, guard, followsOthers: true, onReady }),
);

const grantedFiles = new GrantedFiles();
const windowHandlers = grantedFiles.protect(handlers);

guard.watch((readOnly) => emit({ type: 'data-folder/changed', readOnly }));

function emit(event: ComputeEvent): void {
  busyMonitor.observe(event);
  connections.forEach((connection) => connection.emit(event));
}

// Home's first solve needs a worker and the first dataset; they start while the window does.
getEngine().prepare();
void loadFirstDataset();

async function loadFirstDataset(): Promise<void> {
  const { signal } = new AbortController();
  try {
    await handlers.readPuzzles({ dataset: datasetSpecs[0]!.id, split: 'test', from: 0, count: 0 }, signal);
  } catch {
    // Home's own request reports the error.
  }
}

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as MainMessage;
  if (message.type === 'cores') setCores(message.cores);
  if (message.type === 'wake') ComputingClock.skipGaps();
  if (message.type === 'file') grantedFiles.add(message);
  if (message.type === 'quit') quit();
  if (message.type === 'ping') postToMain({ type: 'alive' });
  if (message.type === 'port') ports.forEach(connect);
});

/** Ends the process after a checkpoint of the active run. */
function quit(): void {
  void suspendRuns().finally(() => process.exit(0));
}

// A terminal signals all its processes, compute before main has asked it to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);

function connect(messagePort: Parameters<typeof fromMessagePortMain>[0]): void {
  const port = fromMessagePortMain(messagePort);
  const connection = serve(port, windowHandlers, guard.change);
  connections.add(connection);
  port.onClose?.(() => connections.delete(connection));
}

function setCores(wanted: number | null): void {
  const engine = getEngine();
  engine.setWorkers(coresToUse(wanted));
  emit({ type: 'cores/changed', threads: engine.workers });
}
