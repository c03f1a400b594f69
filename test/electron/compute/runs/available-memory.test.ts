/** Free memory on machines simulated by their system files. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availableMemory, type MemorySource } from '../../../../electron/compute/runs/available-memory';

type Files = Readonly<Record<string, string>>;

const MB = 2 ** 20;
/** Version 1 without limit: the largest number of pages. */
const UNLIMITED = '9223372036854771712\n';

/** A machine with 8,000 MB available. */
const meminfo = {
  '/proc/meminfo': `MemTotal:       16384000 kB\nMemFree:         1024000 kB\nMemAvailable:    ${8000 * 1024} kB\n`,
};
const group = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`/sys/fs/cgroup${folder}/${name}`, text]));
const bytes = (megabytes: number): string => `${megabytes * MB}\n`;
const statOf = (name: string, megabytes: number): string => `anon 4096\nfile 8192\n${name} ${megabytes * MB}\n`;

const linux = (files: Files): MemorySource => ({
  platform: 'linux',
  read: (file) => files[file] ?? '',
  freeBytes: () => 500 * MB,
  vmStat: () => '',
});
const availableIn = (files: Files, threads = 0): number =>
  availableMemory(threads, linux({ ...meminfo, ...files })) / MB;

describe('without limit', () => {
  test('is the available memory of the machine', () => {
    expect(availableIn({})).toBe(8000);
    const root = { '/proc/self/cgroup': '0::/init.scope\n', ...group('/init.scope', { 'memory.max': 'max\n' }) };
    expect(availableIn({ ...root, ...group('/init.scope', { 'memory.current': bytes(100) }) })).toBe(8000);
  });

  test('is the free memory where the kernel does not know what is available', () => {
    expect(availableMemory(0, linux({}))).toBe(500 * MB);
  });
});

describe('control groups of version 2', () => {
  test('limit the process by the tightest of its group and all groups that contain it', () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice/app.scope\n',
      ...group('/user.slice/user-1000.slice/app.scope', { 'memory.max': bytes(4000), 'memory.current': bytes(300) }),
      ...group('/user.slice/user-1000.slice', { 'memory.max': 'max\n', 'memory.current': bytes(900) }),
      ...group('/user.slice', { 'memory.max': bytes(2000), 'memory.current': bytes(1200) }),
    };
    expect(availableIn(files)).toBe(800);
  });

  test('of a container have the limit in the root', () => {
    const files = {
      '/proc/self/cgroup': '0::/\n',
      ...group('', { 'memory.max': bytes(1024), 'memory.high': 'max\n', 'memory.current': bytes(224) }),
    };
    expect(availableIn(files)).toBe(800);
    expect(availableIn({ ...files, ...group('', { 'memory.high': bytes(512) }) })).toBe(288);
  });

  test('reclaim the file cache that is not in use', () => {
    const files = {
      '/proc/self/cgroup': '0::/\n',
      ...group('', {
        'memory.max': bytes(1000),
        'memory.current': bytes(990),
        'memory.stat': statOf('inactive_file', 600),
      }),
    };
    expect(availableIn(files)).toBe(610);
  });

  test('leave nothing when the limit was lowered below the usage', () => {
    const files = {
      '/proc/self/cgroup': '0::/\n',
      ...group('', { 'memory.max': bytes(100), 'memory.current': bytes(150) }),
    };
    expect(availableIn(files)).toBe(0);
  });
});

describe('control groups of version 1', () => {
  const cgroup = { '/proc/self/cgroup': '9:name=systemd:/\n4:memory:/lab/job\n1:cpu:/\n' };

  test('limit the process by usage without reclaimable cache', () => {
    const files = {
      ...cgroup,
      ...group('/memory/lab/job', {
        'memory.limit_in_bytes': bytes(2048),
        'memory.usage_in_bytes': bytes(1500),
        'memory.stat': statOf('total_inactive_file', 452),
      }),
      ...group('/memory', { 'memory.limit_in_bytes': UNLIMITED, 'memory.usage_in_bytes': bytes(6000) }),
    };
    expect(availableIn(files)).toBe(1000);
  });

  test('do not limit it with the largest number', () => {
    const files = { 'memory.limit_in_bytes': UNLIMITED, 'memory.usage_in_bytes': bytes(1500) };
    expect(availableIn({ ...cgroup, ...group('/memory/lab/job', files) })).toBe(8000);
  });

  test('are read at the root of a container, with the limit of groups outside it', () => {
    const files = {
      'memory.limit_in_bytes': UNLIMITED,
      'memory.usage_in_bytes': bytes(200),
      'memory.stat': statOf('hierarchical_memory_limit', 1200),
    };
    expect(availableIn({ ...cgroup, ...group('/memory', files) })).toBe(1000);
  });
});

test('hybrid control groups: the memory controller of version 1 counts', () => {
  const files = {
    '/proc/self/cgroup': '4:memory:/system.slice/lab.service\n0::/system.slice/lab.service\n',
    ...group('/memory/system.slice/lab.service', {
      'memory.limit_in_bytes': bytes(700),
      'memory.usage_in_bytes': bytes(100),
    }),
    '/sys/fs/cgroup/unified/system.slice/lab.service/cgroup.procs': '1234\n',
  };
  expect(availableIn(files)).toBe(600);
});

describe('ulimit -v', () => {
  const limits = (limit: string, megabytes: number): Files => ({
    '/proc/self/limits': `Limit                     Soft Limit           Hard Limit           Units     \nMax address space         ${limit}           unlimited            bytes     \n`,
    '/proc/self/status': `Name:\tnode\nVmPeak:\t  999999 kB\nVmSize:\t  ${megabytes * 1024} kB\n`,
  });

  test('limits the memory to what fits into the address space left, beside threads that are not started', () => {
    const files = limits(`${3700 * MB}`, 1600);
    expect(availableIn(files)).toBeCloseTo(2100 / 1.75);
    expect(availableIn(files, 2)).toBeCloseTo(1800 / 1.75);
    expect(availableIn(files, 20)).toBe(0);
  });

  test('does not limit it when unlimited', () => expect(availableIn(limits('unlimited', 1600))).toBe(8000));
});

describe('macOS and Windows', () => {
  const vmStat = [
    'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
    'Pages free:                               11461.',
    'Pages active:                            236117.',
    'Pages inactive:                          231950.',
    'Pages speculative:                         3428.',
    'Pages purgeable:                           5092.',
    'File-backed pages:                       148763.',
  ].join('\n');
  const mac: MemorySource = { ...linux({}), platform: 'darwin', vmStat: () => vmStat };

  test('macOS counts inactive and purgeable pages, and free memory where vm_stat fails', () => {
    expect(availableMemory(0, mac)).toBe(16384 * (11461 + 231950 + 5092));
    expect(availableMemory(0, { ...mac, vmStat: () => '' })).toBe(500 * MB);
  });

  test('Windows reports available memory as free', () => {
    expect(availableMemory(0, { ...mac, platform: 'win32' })).toBe(500 * MB);
  });
});

test('is never negative and never more than the machine has available', () => {
  const size = fc.integer({ min: 0, max: 2 ** 34 }).map((value) => `${value}\n`);
  const limit = fc.oneof(size, fc.constantFrom('max\n', UNLIMITED, '', '-1\n', 'garbage'));
  const anyGroup = fc.record({
    'memory.max': limit,
    'memory.high': limit,
    'memory.current': size,
    'memory.limit_in_bytes': limit,
    'memory.usage_in_bytes': size,
    'memory.stat': size.map((value) => `inactive_file ${value}total_inactive_file ${value}`),
  });
  fc.assert(
    fc.property(anyGroup, anyGroup, limit, fc.nat(64), (own, outer, address, threads) => {
      const available = availableIn(
        {
          '/proc/self/cgroup': '4:memory:/lab/job\n0::/lab/job\n',
          ...group('/lab/job', own),
          ...group('/lab', outer),
          ...group('/memory/lab/job', outer),
          '/proc/self/limits': `Max address space         ${address.trim()} bytes\n`,
          '/proc/self/status': 'VmSize:\t  1000000 kB\n',
        },
        threads,
      );
      expect(available).toBeGreaterThanOrEqual(0);
      expect(available).toBeLessThanOrEqual(8000);
    }),
  );
});

test('finds a plausible value on this machine', () => {
  expect(availableMemory()).toBeGreaterThan(10 * MB);
  expect(availableMemory()).toBeLessThan(2 ** 50);
});
