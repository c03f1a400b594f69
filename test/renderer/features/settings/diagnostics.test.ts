import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatDiagnostics,
  removeUserName,
  type DiagnosticsInput,
} from '../../../../renderer/features/settings/diagnostics.svelte';

const machine = {
  system: 'Linux 6.1, x64',
  cpu: 'A processor',
  logicalCpus: 8,
  memoryBytes: 16 * 2 ** 30,
  freeMemoryBytes: 2 ** 30,
  electron: '45.4.1',
  chrome: '140.0',
  node: '22.1',
  home: '/home/ada',
  user: 'ada',
};
const lab = {
  version: '0.1.0',
  runtime: { onnxruntime: '1.30.0', node: '22.1', electron: '45.4.1' },
  device: { name: 'A processor', provider: 'CPU', threads: 4, cores: 4 },
  dataFolder: '/home/ada/.config/TRM Puzzle Lab',
  readOnly: null,
  datasets: [],
  families: [],
  presets: [],
};
const input = (changes: Partial<DiagnosticsInput> = {}): DiagnosticsInput => ({
  machine,
  lab,
  counts: { datasets: 2, models: 1, runs: 3 },
  compute: { state: 'ready' },
  failure: null,
  now: Date.UTC(2026, 0, 2),
  devices: [
    {
      provider: 'cpu',
      name: 'A processor',
      state: 'passed',
      reason: null,
      milliseconds: 34,
      float16: false,
      chosen: true,
    },
    {
      provider: 'webgpu',
      name: 'Graphics (WebGPU)',
      state: 'refused',
      reason: 'no adapter',
      milliseconds: null,
      float16: false,
      chosen: false,
    },
  ],
  ...changes,
});

test('formatDiagnostics lists each item on its own line', () => {
  expect(formatDiagnostics(input()).split('\n')).toEqual([
    'TRM Puzzle Lab 0.1.0, 2026-01-02T00:00:00.000Z',
    'System: Linux 6.1, x64',
    'CPU: A processor, 8 logical cores, 4 threads in use',
    'Memory: 16.0 GB, 1.0 GB free',
    'Electron 45.4.1, Chrome 140.0, Node.js 22.1, onnxruntime 1.30.0',
    'Compute process: ready',
    'Device A processor (cpu): reference, 34 ms per step (classroom preset), selected',
    'Device Graphics (WebGPU) (webgpu): rejected: no adapter',
    'Datasets: 2, models: 1, runs: 3',
    'Last error: none since the window was opened',
  ]);
});

test('formatDiagnostics works without the compute process', () => {
  const text = formatDiagnostics(input({ lab: null, devices: [], compute: { state: 'exited', reason: 'it crashed' } }));
  expect(text).toContain('TRM Puzzle Lab (no answer from the compute process)');
  expect(text).toContain('Compute process: exited (it crashed)');
});

test('formatDiagnostics includes the last error without the user name', () => {
  const text = formatDiagnostics(
    input({
      failure: {
        title: 'Could not import the model.',
        details: 'cannot use /media/ada/disk/model.pt: no permission',
        at: 0,
      },
    }),
  );
  expect(text).toContain(
    'Last error, 1970-01-01T00:00:00.000Z: Could not import the model.\ncannot use model.pt: no permission',
  );
  expect(text.replaceAll('adapter', '')).not.toContain('ada');
});

test('formatDiagnostics contains no folder, not even the name of the data folder', () => {
  const dataFolder = '/media/Secret Project';
  const details = [
    `the data folder ${dataFolder} cannot be found`,
    `${dataFolder}/runs/a.json`,
    'C:\\Users\\Eva\\x.pt',
  ].join('\n');
  const text = formatDiagnostics(input({ lab: { ...lab, dataFolder }, failure: { title: 'Failed', details, at: 0 } }));
  expect(text).toContain('the data folder … cannot be found\na.json\nx.pt');
  for (const secret of ['Secret Project', 'media', 'Eva']) expect(text).not.toContain(secret);
});

test('removeUserName removes the name from paths of any system, but not from longer words', () => {
  expect(removeUserName('C:\\Users\\Ada\\lab', { home: 'C:\\Users\\Ada', user: 'Ada' })).toBe('~\\lab');
  expect(removeUserName('/mnt/ada and /adapter', { home: '/home/ada', user: 'ada' })).toBe('/mnt/… and /adapter');
  expect(removeUserName('cannot use /mnt/ada: no permission', { home: '/home/ada', user: 'ada' })).toBe(
    'cannot use /mnt/…: no permission',
  );
});

test('removeUserName removes any name from every part of a path', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z.+()$]{2,10}$/u),
      fc.array(fc.stringMatching(/^[A-Z]{1,5}$/u), { maxLength: 4 }),
      (user, others) => {
        const text = removeUserName(['', ...others, user, 'lab'].join('/'), { home: `/home/${user}`, user });
        expect(text.split('/')).not.toContain(user);
      },
    ),
  );
});
