/** Before a run: what it takes, what this machine has, and what would fit. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { formatBytes } from '../../contract/format';
import { ConfigError } from '../../../models/family/config';
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { minimumMemory, estimateCost } from '../../../models/train/cost-estimate';
import type { RunConfig } from '../../../models/train/run-config';
import { checkRun } from '../../../models/train/run-config';

export interface Preflight extends CostEstimate {
  readonly availableBytes: number;
}

/** @throws ConfigError when model and learning do not go together, or do not fit this machine: with what they would need and what fits */
export function preflight(run: RunConfig, availableBytes = availableMemory()): Preflight {
  checkRun(run.model, run);
  const least = minimumMemory(run.model, run);
  if (least > availableBytes) throw tooLarge(run, `at least ${formatBytes(least)}`, availableBytes);
  const account = estimateCost(run.model, run);
  if (account.memoryBytes > availableBytes)
    throw tooLarge(run, `about ${formatBytes(account.memoryBytes)}`, availableBytes);
  return { ...account, availableBytes };
}

function tooLarge(run: RunConfig, need: string, available: number): ConfigError {
  const batch = largestBatch(run, available);
  const fits =
    batch > 0 ? `a batch of ${batch} would fit` : 'not even a batch of 1 would fit; a smaller hiddenSize would';
  return new ConfigError(`this run needs ${need} of memory and ${formatBytes(available)} are free: ${fits}`);
}

/** By halving, down to 0; the cheap bound first, so that nothing enormous is laid out. */
function largestBatch(run: RunConfig, available: number): number {
  for (let batchSize = Math.floor(run.batchSize / 2); batchSize > 0; batchSize = Math.floor(batchSize / 2)) {
    const smaller = { ...run, batchSize };
    if (minimumMemory(run.model, smaller) <= available && estimateCost(run.model, smaller).memoryBytes <= available)
      return batchSize;
  }
  return 0;
}

/** Bytes a process may still take: what is free, what Linux would give up for it, and what its group is allowed. */
export function availableMemory(): number {
  const meminfo = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo'));
  const machine = meminfo ? Number(meminfo[1]) * 1024 : freemem();
  const allowed = Number(read('/sys/fs/cgroup/memory.max')) - Number(read('/sys/fs/cgroup/memory.current'));
  return allowed > 0 ? Math.min(machine, allowed) : machine;
}

/** Empty where there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
