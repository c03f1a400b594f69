/** The built worker thread of the engine, from the built benchmark. */
import { join } from 'node:path';

export const engineScript = join(__dirname, '..', 'main', 'engine-worker.cjs');
