/** Control groups of Linux (versions 1 and 2), which limit the resources of a container or service. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the content of a file; empty if it cannot be read. */
export type ReadText = (file: string) => string;

export const readText: ReadText = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const MOUNT = '/sys/fs/cgroup';

/**
 * Folders of the control groups of this process that may limit it: its own and all that contain it, down to the root.
 * Inside a container the path of the group can belong to the host; then only the root exists.
 * @param controller e.g. `cpu`, `memory`; the folders of version 1 and of version 2 are listed
 */
export function controlGroups(controller: string, read: ReadText = readText): string[] {
  return read('/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/u.exec(line) ?? [];
      if (controllers === undefined || path === undefined) return [];
      // Version 2 has one hierarchy for all controllers.
      if (controllers === '') return [MOUNT, join(MOUNT, 'unified')].flatMap((mount) => withParents(mount, path));
      return controllers.split(',').includes(controller) ? withParents(join(MOUNT, controller), path) : [];
    });
}

function withParents(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, i) => join(mount, ...parts.slice(0, parts.length - i))).concat(mount);
}

/** Processors' worth of time that the control groups allow, e.g. 1.5; Infinity without a limit. */
export function cpuQuota(read: ReadText = readText): number {
  const quotas = controlGroups('cpu', read).flatMap((group) => [
    parseQuota(...(read(join(group, 'cpu.max')).trim().split(/\s+/u) as [string, string?])),
    parseQuota(read(join(group, 'cpu.cfs_quota_us')), read(join(group, 'cpu.cfs_period_us'))),
  ]);
  return Math.min(Infinity, ...quotas);
}

/** Microseconds of processor time in each period; `max`, -1 or nothing without a limit. */
function parseQuota(quota: string, period = ''): number {
  const share = Number.parseFloat(quota) / Number.parseFloat(period);
  return share > 0 ? share : Infinity;
}
