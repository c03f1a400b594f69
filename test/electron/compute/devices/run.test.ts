/** A run of the window on a device that fails in the middle of it. */
import { expect, onTestFinished, test } from 'vitest';
import { Devices } from '../../../../electron/compute/devices/devices';
import { putIn } from '../../../models/runtime/faulty-device';
import { freshFolder, openService } from '../opened-service';

test('goes on on the processor, and says so', async () => {
  putIn((run) => {
    if (run === 5) throw new Error('device lost');
  });
  const folder = await freshFolder();
  const devices = Devices.open({
    dataFolder: folder,
    attempt: async (provider) => ({ state: 'passed', milliseconds: provider === 'webgpu' ? 1 : 9 }),
  });
  const lab = await openService({ folder, devices });
  onTestFinished(() => lab.close());
  expect((await lab.ask('testDevices', {})).find(({ chosen }) => chosen)?.provider).toBe('webgpu');

  const started = await lab.ask('startRun', { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600 });
  expect(started).toMatchObject({ device: 'webgpu', notice: null });
  const { run } = await lab.next('run/fallback');
  expect(run).toMatchObject({
    state: 'running',
    device: 'cpu',
    notice: 'Graphics (WebGPU) failed after step 4 (device lost); the processor goes on with the run',
  });
  await lab.next('run/step', lab.events.length);
  await lab.ask('stopRun', run);
  expect((await lab.next('run/cancelled')).run).toMatchObject({
    state: 'stopped',
    model: run.runId,
    notice: run.notice,
  });

  expect((await lab.ask('chooseDevice', { provider: 'cpu' })).find(({ chosen }) => chosen)?.provider).toBe('cpu');
  await expect(lab.ask('chooseDevice', { provider: 'abacus' })).rejects.toThrow('there is no device "abacus"');
}, 60_000);
