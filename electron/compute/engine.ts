/** The engine of this process: worker threads that compute everything that takes longer than a click may wait. */
import { join } from 'node:path';
import { WorkerEngine } from '../../models/engine/worker-engine';
import { cores } from './devices/cpu';

/** The built worker, from the compute process and from the command line; tests name it. */
const script = process.env['TRM_LAB_ENGINE_WORKER'] ?? join(__dirname, '..', 'main', 'engine-worker.cjs');

let engine: WorkerEngine | undefined;

/** One for the whole process: its threads share the cores. Threads start when they are needed. */
export const getEngine = (): WorkerEngine => (engine ??= new WorkerEngine({ script, workers: cores }));
