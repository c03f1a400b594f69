/** Memory that this process may still allocate: on this machine, within its control groups and within `ulimit -v`. */
import { execFileSync } from 'node:child_process';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { controlGroups, readText, type ReadText } from '../devices/control-groups';

/** What `availableMemory` reads of the machine; replaced in tests. */
export interface MemorySource {
  readonly platform: NodeJS.Platform;
  readonly read: ReadText;
  /** Free memory in bytes by the operating system, without what it can reclaim on macOS. */
  readonly freeBytes: () => number;
  /** Output of `vm_stat` of macOS; empty if it cannot be run. */
  readonly vmStat: () => string;
}

const machine: MemorySource = {
  platform: process.platform,
  read: readText,
  freeBytes: freemem,
  vmStat: () => {
    try {
      return execFileSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: 2000 });
    } catch {
      return '';
    }
  },
};

/**
 * Bytes that this process may still allocate, including memory that the system can reclaim; at least 0.
 * @param threads worker threads that are not started yet; under `ulimit -v` their address space is reserved
 */
export function availableMemory(threads = 0, source: MemorySource = machine): number {
  if (source.platform === 'darwin') return availableOnMac(source);
  if (source.platform !== 'linux') return source.freeBytes();
  const { read, freeBytes } = source;
  const available = /^MemAvailable:\s+(\d+) kB$/mu.exec(read('/proc/meminfo'));
  const ofMachine = available ? 1024 * Number(available[1]) : freeBytes();
  return Math.max(0, Math.min(ofMachine, availableInGroups(read), availableInAddressSpace(read, threads)));
}

/** Bytes left in the tightest control group of version 1 or 2, including file cache that can be reclaimed; Infinity without limit. */
function availableInGroups(read: ReadText): number {
  const left = controlGroups('memory', read).map((group) => {
    const number = (file: string) => parseBytes(read(join(group, file)));
    const stat = read(join(group, 'memory.stat'));
    // Without limit, version 1 has a number near 2⁶³. Its groups also know the lowest limit of groups outside a container.
    const limits = [number('memory.max'), number('memory.high'), number('memory.limit_in_bytes')];
    const limit = Math.min(...limits, field(stat, 'hierarchical_memory_limit') ?? Infinity);
    const used = Math.min(number('memory.current'), number('memory.usage_in_bytes'));
    const cache = field(stat, 'total_inactive_file') ?? field(stat, 'inactive_file') ?? 0;
    return Number.isFinite(used) ? limit - Math.max(0, used - cache) : Infinity;
  });
  return Math.min(Infinity, ...left);
}

/** `max`, or no file, is Infinity. */
function parseBytes(text: string): number {
  return /^\d+$/u.test(text.trim()) ? Number(text) : Infinity;
}

/** A line `name value` of memory.stat. */
function field(stat: string, name: string): number | null {
  const [, value] = new RegExp(`^${name} (\\d+)$`, 'mu').exec(stat) ?? [];
  return value === undefined ? null : Number(value);
}

// Measured with four runs of 264 to 930 MB: 1.4 to 1.75 bytes of address space for each byte of memory.
/** Address space that allocators reserve for a byte in use. */
const ADDRESS_PER_BYTE = 1.75;
/** Address space of a worker thread of the engine, with the code range that it is given: 144 to 149 MB were measured. */
const THREAD_ADDRESS_BYTES = 150 * 2 ** 20;

/** Bytes that fit into the address space left by `ulimit -v`; Infinity without limit. */
function availableInAddressSpace(read: ReadText, threads: number): number {
  const [, limit] = /^Max address space\s+(\d+)/mu.exec(read('/proc/self/limits')) ?? [];
  const [, used] = /^VmSize:\s+(\d+) kB$/mu.exec(read('/proc/self/status')) ?? [];
  if (limit === undefined || used === undefined) return Infinity;
  return (Number(limit) - 1024 * Number(used) - threads * THREAD_ADDRESS_BYTES) / ADDRESS_PER_BYTE;
}

/** Free, inactive and purgeable pages, as libuv 1.52 counts them; `os.freemem` has only the free ones. */
function availableOnMac({ vmStat, freeBytes }: MemorySource): number {
  const text = vmStat();
  const pages = (name: string) => Number(new RegExp(`^Pages ${name}:\\s+(\\d+)\\.$`, 'mu').exec(text)?.[1]);
  const pageBytes = Number(/page size of (\d+) bytes/u.exec(text)?.[1]);
  return pageBytes * (pages('free') + pages('inactive') + pages('purgeable')) || freeBytes();
}
