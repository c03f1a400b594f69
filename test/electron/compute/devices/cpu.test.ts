/** Cores that this process may use, on machines simulated by their system files. */
import { describe, expect, test } from 'vitest';
import { cpuQuota } from '../../../../electron/compute/devices/control-groups';
import { coresToUse, countCores, type Machine } from '../../../../electron/compute/devices/cpu';

type Files = Readonly<Record<string, string>>;

const reader = (files: Files) => (file: string) => files[file] ?? '';

const linux = (logical: number, files: Files = {}): Machine => ({
  platform: 'linux',
  logical,
  read: reader(files),
  physicalOnMac: () => NaN,
});

/** Eight logical processors: 0 and 4 are the threads of one core, 1 and 5 of the next, and so on. */
const fourCores: Files = Object.fromEntries(
  Array.from({ length: 8 }, (_, cpu) => [
    `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`,
    `${cpu % 4},${(cpu % 4) + 4}\n`,
  ]),
);
const allowed = (list: string): Files => ({ '/proc/self/status': `Name:\tnode\nCpus_allowed_list:\t${list}\n` });

describe('countCores', () => {
  test.each([
    ['all processors', '0-7', 8, 4],
    ['four processors of four cores', '0-3', 4, 4],
    ['both threads of one core', '1,5', 2, 1],
    ['a mixed list', '0-1,4,6', 4, 3],
  ])('counts the physical cores of %s', (_, list, logical, expected) => {
    expect(countCores(linux(logical, { ...fourCores, ...allowed(list) }))).toBe(expected);
  });

  test.each([
    [2, 2],
    [8, 4],
    [16, 8],
  ])('assumes two threads per core on %i processors without description', (logical, expected) => {
    expect(countCores(linux(logical))).toBe(expected);
    expect(countCores({ ...linux(logical), platform: 'win32' })).toBe(expected);
  });

  test('uses the physical cores that macOS reports, else the logical processors', () => {
    const mac = { ...linux(8), platform: 'darwin' as const };
    expect(countCores({ ...mac, physicalOnMac: () => 6 })).toBe(6);
    expect(countCores(mac)).toBe(8);
  });

  test('is limited by the quota of a container, but at least 1', () => {
    const quota = (text: string) => ({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': text });
    const count = (text: string) => countCores(linux(8, { ...fourCores, ...allowed('0-7'), ...quota(text) }));
    expect(['max 100000', '250000 100000', '50000 100000'].map(count)).toEqual([4, 2, 1]);
  });

  test('finds at least one core on this machine', () => expect(countCores()).toBeGreaterThanOrEqual(1));
});

describe('cpuQuota', () => {
  test('is the lowest of nested groups', () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/lab.service\n',
      '/sys/fs/cgroup/user.slice/lab.service/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n',
    };
    expect(cpuQuota(reader(files))).toBe(1.5);
  });

  test('is read from cgroups version 1, even if the group path belongs to the host', () => {
    const files = {
      '/proc/self/cgroup': '11:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    expect(cpuQuota(reader(files))).toBe(3);
    expect(cpuQuota(reader({ ...files, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }))).toBe(Infinity);
  });

  test('is infinite without cgroups', () => expect(cpuQuota(reader({}))).toBe(Infinity));
});

test.each([
  ['the default of 1 core', null, 1, 1],
  ['the default of 3 cores', null, 3, 3],
  ['the default of 4 cores', null, 4, 3],
  ['the default of 16 cores', null, 16, 15],
  ['a chosen number', 2, 16, 2],
  ['all cores', 16, 16, 16],
  ['more cores than available', 16, 4, 4],
])('coresToUse() of %s', (_, wanted, available, expected) => expect(coresToUse(wanted, available)).toBe(expected));
