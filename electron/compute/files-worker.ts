/** Entry point of the thread that serves `fileRequests` and loads datasets. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadDataset } from '../../datasets/formats/open-dataset';
import { fromThreadPort, serve } from '../contract/rpc';
import { serveDatasets } from './datasets/dataset-thread';
import { createFileHandlers, type FileHandlerOptions } from './file-handlers';

const options = workerData as Pick<FileHandlerOptions, 'dataFolder' | 'builtInModels'>;
const handlers = createFileHandlers({ ...options, emit: (event) => server.emit(event) });
const server = serve(fromThreadPort(parentPort!), handlers);
serveDatasets(parentPort!, loadDataset);
