/** The CPU of this machine: its name, the cores that this process may use, and how many of them it uses. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { defaultCores } from '../../contract/limits';
import { cpuQuota, readText, type ReadText } from './control-groups';

/** What `countCores` reads of the machine; replaced in tests. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Logical processors that this process may use. */
  readonly logical: number;
  readonly read: ReadText;
  /** Physical cores by `sysctl` of macOS; NaN if unknown. */
  readonly physicalOnMac: () => number;
}

const machine: Machine = {
  platform: process.platform,
  logical: availableParallelism(),
  read: readText,
  physicalOnMac: () => {
    try {
      return Number(execFileSync('/usr/sbin/sysctl', ['-n', 'hw.physicalcpu'], { encoding: 'utf8', timeout: 2000 }));
    } catch {
      return NaN;
    }
  },
};

/**
 * Physical cores that this process may use, within its affinity and the quota of its control groups. Matrix products gain
 * nothing from the second thread of a core.
 */
export function countCores({ platform, logical, read, physicalOnMac }: Machine = machine): number {
  if (platform === 'darwin') return Math.min(physicalOnMac() || logical, logical);
  if (platform !== 'linux') return guessCores(logical);
  // A fraction of a core is left to the thread that answers the window.
  const allowed = Math.max(1, Math.floor(Math.min(logical, cpuQuota(read))));
  return Math.min(countLinuxCores(read) ?? guessCores(logical), allowed);
}

/** Machines with many logical processors usually have two for each core. */
const guessCores = (logical: number): number => (logical >= 8 ? Math.floor(logical / 2) : logical);

/** Cores of the processors that this process may use; null where the kernel does not describe them. */
function countLinuxCores(read: ReadText): number | null {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/mu.exec(read('/proc/self/status')) ?? [];
  const siblings = parseCpuList(list).map((cpu) =>
    read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`).trim(),
  );
  return siblings.length === 0 || siblings.includes('') ? null : new Set(siblings).size;
}

/** `0-2,8` → 0, 1, 2, 8 */
function parseCpuList(list: string): number[] {
  const ranges = list.split(',').flatMap((range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/u.exec(range) ?? [];
    return first === undefined ? [] : [[Number(first), Number(last)] as const];
  });
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/** Number of cores to compute with: `wanted` within those there are, or the default for null. */
export const coresToUse = (wanted: number | null, available = cores): number =>
  wanted === null ? defaultCores(available) : Math.min(Math.max(1, wanted), available);

/** Threads of one operator of a session in this thread, and workers of the engine until another number is set. */
export const cores = countCores();

export const cpuDevice = { name: cpus()[0]?.model.trim() || 'CPU', provider: 'CPU' };
