/** Entry point of the thread that serves `fileRequests`. */
import { parentPort, workerData } from 'node:worker_threads';
import { fromThreadPort, serve } from '../contract/rpc';
import { createFileHandlers, type FileHandlerOptions } from './file-handlers';

const options = workerData as Pick<FileHandlerOptions, 'dataFolder' | 'builtInModels'>;
const handlers = createFileHandlers({ ...options, emit: (event) => server.emit(event) });
const server = serve(fromThreadPort(parentPort!), handlers);
