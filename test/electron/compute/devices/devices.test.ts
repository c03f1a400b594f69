/** What is found out about the devices of a machine, remembered and chosen. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Devices, testDevice } from '../../../../electron/compute/devices/devices';
import { describeDeviceError } from '../../../../electron/compute/devices/providers';
import type { DeviceTestResult } from '../../../../electron/compute/devices/devices';
import { formatEnglish } from '../../../../renderer/messages/english';
import { freshFolder } from '../opened-service';

const pace = (milliseconds: number): DeviceTestResult => ({ state: 'passed', milliseconds });
const attempts =
  (webgpu: DeviceTestResult) =>
  async (provider: string): Promise<DeviceTestResult> =>
    provider === 'cpu'
      ? pace(20)
      : provider === 'webgpu'
        ? webgpu
        : { state: 'refused', reason: 'its driver libraries are not installed' };

async function tested(webgpu: DeviceTestResult) {
  const dataFolder = await freshFolder();
  const devices = await Devices.open({ dataFolder, attempt: attempts(webgpu) });
  await devices.test();
  return { devices, dataFolder };
}

describe('before any test', () => {
  test('the processor computes, and nothing else can be chosen', async () => {
    const devices = await Devices.open({ dataFolder: await freshFolder() });
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list()[0]).toMatchObject({ provider: 'cpu', state: 'passed', chosen: true });
    await expect(devices.choose('webgpu')).rejects.toThrow(
      'GPU (WebGPU) has not been tested on this computer: test the devices first',
    );
    await expect(devices.choose('abacus')).rejects.toThrow(/^there is no device “abacus”; the devices are cpu, webgpu/);
  });
});

describe('after a test', () => {
  test('the fastest that agrees with the processor computes, until another is chosen', async () => {
    const { devices } = await tested(pace(5));
    expect(devices.current.provider).toBe('webgpu');
    await devices.choose('cpu');
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list().filter(({ chosen }) => chosen)).toMatchObject([{ provider: 'cpu', milliseconds: 20 }]);
  });

  test('a slower one is offered and not taken', async () => {
    const { devices } = await tested(pace(500));
    expect(devices.current.provider).toBe('cpu');
    expect((await devices.choose('webgpu')).find(({ chosen }) => chosen)?.provider).toBe('webgpu');
  });

  test('a refused one says why, and cannot be chosen', async () => {
    const { devices } = await tested({ state: 'refused', reason: 'losses differed' });
    expect(devices.list().find(({ provider }) => provider === 'webgpu')).toMatchObject({
      state: 'refused',
      reason: 'losses differed',
      chosen: false,
    });
    await expect(devices.choose('webgpu')).rejects.toThrow('GPU (WebGPU) was rejected: losses differed');
  });

  test('results and choice are remembered', async () => {
    const { devices, dataFolder } = await tested(pace(5));
    await devices.choose('cpu');
    expect((await Devices.open({ dataFolder })).list()).toEqual(devices.list());
  });

  test.each([
    ['of another machine or runtime', (text: string) => text.replace(/"signature": "/, '"signature": "other ')],
    ['that is damaged', () => '{"signature": '],
    ['of another form', () => '{}'],
  ])('a file %s counts as no test', async (_, change) => {
    const { dataFolder } = await tested(pace(5));
    const file = join(dataFolder, 'devices.json');
    await writeFile(file, change(await readFile(file, 'utf8')));
    const devices = await Devices.open({ dataFolder });
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list()[1]!.state).toBe('untested');
  });

  test('who asks during a test gets the same answer, from one test', async () => {
    let tries = 0;
    const devices = await Devices.open({ dataFolder: await freshFolder(), attempt: async () => (tries++, pace(1)) });
    const [one, other] = await Promise.all([devices.test(), devices.test()]);
    expect(other).toEqual(one);
    expect(tries).toBe(one.length);
  });
});

describe('a device is refused when its test', () => {
  test.each([
    ['crashes', 'process.abort()', 'its test ended without a result (SIGABRT): the driver crashed'],
    ['hangs', 'setInterval(() => {}, 1000)', 'its test did not finish within 0.4 seconds'],
    ['says nothing of use', 'process.send({ hello: 1 })', 'its test gave no result'],
    [
      'says why not',
      'process.send({ reason: "Failed to get a WebGPU adapter: No supported adapters" })',
      'no suitable graphics adapter was found',
    ],
  ])('%s', async (name, code, reason) => {
    const script = join(await freshFolder(), 'probe.cjs');
    await writeFile(script, code);
    const result = await testDevice('webgpu', { script, ...(name === 'hangs' && { timeout: 400 }) });
    expect(result.state === 'refused' && formatEnglish(result.reason)).toBe(reason);
  });
});

test('the probe of a device runs without telemetry of onnxruntime, as Node', async () => {
  const script = join(await freshFolder(), 'probe.cjs');
  await writeFile(
    script,
    'process.send({ reason: JSON.stringify([process.env.ORT_DISABLE_TELEMETRY, process.env.ELECTRON_RUN_AS_NODE]) })',
  );
  expect(await testDevice('cpu', { script })).toEqual({ state: 'refused', reason: '["1","1"]' });
});

test('results are kept in a data folder that is not there yet', async () => {
  const dataFolder = join(await freshFolder(), 'not', 'yet');
  await (await Devices.open({ dataFolder, attempt: async () => pace(1) })).test();
  expect((await Devices.open({ dataFolder })).list()[0]).toMatchObject({ provider: 'cpu', milliseconds: 1 });
});

test('a reason that an earlier version stored as a string is still shown', async () => {
  const { devices, dataFolder } = await tested({ state: 'refused', reason: 'losses differed' });
  expect(devices.list()[1]).toMatchObject({ state: 'refused', reason: 'losses differed' });
  expect((await Devices.open({ dataFolder })).list()[1]).toMatchObject({ state: 'refused', reason: 'losses differed' });
});

test('a reason nobody foresaw is its own first line', () => {
  expect(describeDeviceError('something odd\n    at a place')).toBe('something odd');
});
