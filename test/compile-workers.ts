/** Global setup of the unit tests: builds the worker threads from the sources. */
import { compile } from '../build/compile.mjs';

export default (): Promise<void> => compile(['engineWorker', 'filesWorker']);
