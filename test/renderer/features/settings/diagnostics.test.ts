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
  device: { name: 'A processor', provider: 'CPU', threads: 4 },
  dataFolder: '/home/ada/.config/TRM Puzzle Lab',
  readOnly: null,
  datasets: [],
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
    { provider: 'cpu', name: 'A processor', state: 'passed', reason: null, milliseconds: 34, chosen: true },
    {
      provider: 'webgpu',
      name: 'Graphics (WebGPU)',
      state: 'refused',
      reason: 'no adapter',
      milliseconds: null,
      chosen: false,
    },
  ],
  ...changes,
});

test('all that helps stands in it, each in its line', () => {
  expect(formatDiagnostics(input()).split('\n')).toEqual([
    'TRM Puzzle Lab 0.1.0, 2026-01-02T00:00:00.000Z',
    'System: Linux 6.1, x64',
    'CPU: A processor, 8 logical cores, 4 threads in use',
    'Memory: 16.0 GB, 1.0 GB free',
    'Electron 45.4.1, Chrome 140.0, Node.js 22.1, onnxruntime 1.30.0',
    'Compute process: ready',
    'Device A processor (cpu): reference, 34 ms per step (classroom preset), selected',
    'Device Graphics (WebGPU) (webgpu): rejected: no adapter',
    'Data folder: ~/.config/TRM Puzzle Lab',
    'Datasets: 2, models: 1, runs: 3',
    'Last error: none since the window was opened',
  ]);
});

test('it can be told while compute is gone', () => {
  const told = formatDiagnostics(input({ lab: null, devices: [], compute: { state: 'exited', reason: 'it crashed' } }));
  expect(told).toContain('TRM Puzzle Lab (no answer from the compute process)');
  expect(told).toContain('Compute process: exited (it crashed)');
});

test('the last failure stands in it without the name of the person', () => {
  const told = formatDiagnostics(
    input({
      failure: {
        title: 'Could not import the model.',
        details: 'cannot use /media/ada/disk/model.pt: no permission',
        at: 0,
      },
    }),
  );
  expect(told).toContain(
    'Last error, 1970-01-01T00:00:00.000Z: Could not import the model.\ncannot use /media/…/disk/model.pt: no permission',
  );
  expect(told.replaceAll('adapter', '')).not.toContain('ada');
});

test('no path keeps the name, on any system; words that merely contain it stay', () => {
  expect(removeUserName('C:\\Users\\Ada\\lab', { home: 'C:\\Users\\Ada', user: 'Ada' })).toBe('~\\lab');
  expect(removeUserName('/mnt/ada and /adapter', { home: '/home/ada', user: 'ada' })).toBe('/mnt/… and /adapter');
  expect(removeUserName('cannot use /mnt/ada: no permission', { home: '/home/ada', user: 'ada' })).toBe(
    'cannot use /mnt/…: no permission',
  );
});

test('whatever the name is, no part of a path is it', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z.+()$]{2,10}$/u),
      fc.array(fc.stringMatching(/^[A-Z]{1,5}$/u), { maxLength: 4 }),
      (user, others) => {
        const told = removeUserName(['', ...others, user, 'lab'].join('/'), { home: `/home/${user}`, user });
        expect(told.split('/')).not.toContain(user);
      },
    ),
  );
});
