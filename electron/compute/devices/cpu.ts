/** The CPU of this machine: its name, and the threads that onnxruntime uses. */
import { availableParallelism, cpus } from 'node:os';

const logical = availableParallelism();

/**
 * Threads of one operator. Matrix products gain nothing from the second thread of a core, so machines
 * with many logical processors, which usually pair them, use half.
 */
export const threads = logical >= 8 ? Math.floor(logical / 2) : logical;

export const cpuDevice = { name: cpus()[0]?.model.trim() || 'CPU', provider: 'CPU', threads };
