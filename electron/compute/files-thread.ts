/** Serves `fileRequests` and loads datasets in a worker thread, so that the process answers others meanwhile. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { message } from '../../renderer/messages/message';
import { connect, fromThreadPort, type Client } from '../contract/rpc';
import { loadInThread } from './datasets/dataset-thread';
import type { LoadDataset } from './datasets/library';
import { fileRequests, type FileHandlerOptions, type FileHandlers } from './file-handlers';

export interface FilesThreadOptions extends Pick<FileHandlerOptions, 'dataFolder' | 'builtInModels' | 'emit'> {
  /** The built `files-worker.ts`. */
  readonly script?: string;
  /** Called with every thread that is started. */
  readonly onStart?: (thread: Worker) => void;
}

export interface FilesThread {
  readonly handlers: FileHandlers;
  readonly loadDataset: LoadDataset;
}

/** Passes requests to a thread. It starts with the first request; when it ends, the next request starts another. */
export function startFilesThread(options: FilesThreadOptions): FilesThread {
  let opened: OpenedThread | null = null;
  const open = (): OpenedThread =>
    (opened ??= openThread(options, () => {
      opened = null;
    }));
  const forward = (name: keyof FileHandlers) => (input: never, signal: AbortSignal) =>
    open().client.request(name, input, { signal });
  return {
    // Name, input and output belong together, which TypeScript cannot follow through the union.
    handlers: Object.fromEntries(fileRequests.map((name) => [name, forward(name)])) as unknown as FileHandlers,
    loadDataset: (path, id) => loadInThread(open().thread, path, id),
  };
}

interface OpenedThread {
  readonly thread: Worker;
  readonly client: Client;
}

/** @param onEnd called when the thread has ended; its pending requests are rejected with the reason */
function openThread(
  { dataFolder, builtInModels, emit, script = defaultScript, onStart }: FilesThreadOptions,
  onEnd: () => void,
): OpenedThread {
  const thread = new Worker(script, { workerData: { dataFolder, builtInModels } });
  onStart?.(thread);
  // A waiting thread does not keep the process alive.
  thread.unref();
  const client = connect(fromThreadPort(thread));
  client.onEvent(emit);
  let reason = 'the thread ended';
  thread.on('error', (error) => (reason = error.message));
  thread.on('exit', () => {
    onEnd();
    client.close(message('app.compute.filesThreadEnded', { reason }));
  });
  return { thread, client };
}

const defaultScript = join(__dirname, 'files-worker.cjs');
