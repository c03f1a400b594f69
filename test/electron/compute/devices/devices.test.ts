/** Testing, choosing and storing the devices of a computer. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Devices, testDevice } from '../../../../electron/compute/devices/devices';
import { describeDeviceError } from '../../../../electron/compute/devices/providers';
import type { DeviceTestResult } from '../../../../electron/compute/devices/devices';
import { formatEnglish } from '../../../../renderer/messages/english';
import { freshFolder } from '../opened-service';

const passedIn = (milliseconds: number, float16 = false): DeviceTestResult => ({
  state: 'passed',
  milliseconds,
  float16,
});
const attemptsWith =
  (webgpu: DeviceTestResult) =>
  async (provider: string): Promise<DeviceTestResult> =>
    provider === 'cpu'
      ? passedIn(20)
      : provider === 'webgpu'
        ? webgpu
        : { state: 'refused', reason: 'its driver libraries are not installed' };

async function testedDevices(webgpu: DeviceTestResult) {
  const dataFolder = await freshFolder();
  const devices = await Devices.open({ dataFolder, attempt: attemptsWith(webgpu) });
  await devices.test();
  return { devices, dataFolder };
}

describe('before a device test', () => {
  test('the CPU is used and no other device can be chosen', async () => {
    const devices = await Devices.open({ dataFolder: await freshFolder() });
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list()[0]).toMatchObject({ provider: 'cpu', state: 'passed', chosen: true });
    await expect(devices.choose('webgpu')).rejects.toThrow(
      'GPU (WebGPU) has not been tested on this computer: test the devices first',
    );
    await expect(devices.choose('abacus')).rejects.toThrow(/^there is no device “abacus”; the devices are cpu, webgpu/);
  });
});

describe('after a device test', () => {
  test('the fastest device that passed is used until another is chosen', async () => {
    const { devices } = await testedDevices(passedIn(5));
    expect(devices.current.provider).toBe('webgpu');
    await devices.choose('cpu');
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list().filter(({ chosen }) => chosen)).toMatchObject([{ provider: 'cpu', milliseconds: 20 }]);
  });

  test('a slower device can be chosen but is not the default', async () => {
    const { devices } = await testedDevices(passedIn(500));
    expect(devices.current.provider).toBe('cpu');
    expect((await devices.choose('webgpu')).find(({ chosen }) => chosen)?.provider).toBe('webgpu');
  });

  test('mixed precision is in float16 on a device whose float16 products agree', async () => {
    const { devices, dataFolder } = await testedDevices(passedIn(5, true));
    expect(devices.current).toMatchObject({ provider: 'webgpu', float16: true });
    expect((await Devices.open({ dataFolder })).current).toEqual(devices.current);
    expect(devices.sessionOptions('cpu')).toEqual({ provider: 'cpu', float16: false });
  });

  test('a rejected device has a reason and cannot be chosen', async () => {
    const { devices } = await testedDevices({ state: 'refused', reason: 'losses differed' });
    expect(devices.list().find(({ provider }) => provider === 'webgpu')).toMatchObject({
      state: 'refused',
      reason: 'losses differed',
      chosen: false,
    });
    await expect(devices.choose('webgpu')).rejects.toThrow('GPU (WebGPU) was rejected: losses differed');
  });

  test('results and choice are saved in the data folder', async () => {
    const { devices, dataFolder } = await testedDevices(passedIn(5));
    await devices.choose('cpu');
    expect((await Devices.open({ dataFolder })).list()).toEqual(devices.list());
  });

  test.each([
    [
      'of another computer or runtime',
      (text: string) => text.replace(/"signature": "/, '"signature": "other ').replace(/,\s*"sha256": "[^"]*"/u, ''),
      null,
    ],
    ['that is damaged', () => '{"signature": ', 'device.damagedResults'],
    [
      'with a changed digit',
      (text: string) => text.replace('"milliseconds": 20', '"milliseconds": 90'),
      'device.damagedResults',
    ],
    ['of an unknown format', () => '{}', 'device.damagedResults'],
    ['that is empty', () => '', 'device.damagedResults'],
  ])('a devices.json %s is ignored, and damage is reported', async (_, change, reason) => {
    const { dataFolder } = await testedDevices(passedIn(5));
    const file = join(dataFolder, 'devices.json');
    await writeFile(file, change(await readFile(file, 'utf8')));
    const devices = await Devices.open({ dataFolder });
    expect(devices.current.provider).toBe('cpu');
    expect(devices.list()[1]!.state).toBe('untested');
    expect([devices.isDamaged, devices.list()[1]!.reason]).toEqual([
      reason !== null,
      reason === null ? null : { id: reason, parameters: {} },
    ]);
  });

  test('concurrent test() calls share one test', async () => {
    let attempts = 0;
    const devices = await Devices.open({
      dataFolder: await freshFolder(),
      attempt: async () => (attempts++, passedIn(1)),
    });
    const [one, other] = await Promise.all([devices.test(), devices.test()]);
    expect(other).toEqual(one);
    expect(attempts).toBe(one.length);
  });
});

describe('testDevice rejects a device whose test', () => {
  test.each([
    ['crashes', 'process.abort()', 'its test ended without a result (SIGABRT): the driver crashed'],
    ['hangs', 'setInterval(() => {}, 1000)', 'its test did not finish within 0.4 seconds'],
    ['sends an invalid result', 'process.send({ hello: 1 })', 'its test gave no result'],
    [
      'sends a reason',
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

test.each([
  ['agrees', 'process.send({ milliseconds: 3, float16: true })', true],
  ['crashes the driver', 'process.send({ milliseconds: 3 }, () => process.abort())', false],
  ['hangs', 'process.send({ milliseconds: 3 }); setInterval(() => {}, 1000)', false],
])('testDevice accepts a device whose float16 %s', async (name, code, float16) => {
  const script = join(await freshFolder(), 'probe.cjs');
  await writeFile(script, code);
  const result = await testDevice('webgpu', { script, timeout: name === 'hangs' ? 5000 : 60_000 });
  expect(result).toEqual({ state: 'passed', milliseconds: 3, float16 });
});

test('testDevice runs the probe as Node without telemetry of onnxruntime', async () => {
  const script = join(await freshFolder(), 'probe.cjs');
  await writeFile(
    script,
    'process.send({ reason: JSON.stringify([process.env.ORT_DISABLE_TELEMETRY, process.env.ELECTRON_RUN_AS_NODE]) })',
  );
  expect(await testDevice('cpu', { script })).toEqual({ state: 'refused', reason: '["1","1"]' });
});

test('results create the data folder if it is missing', async () => {
  const dataFolder = join(await freshFolder(), 'not', 'yet');
  await (await Devices.open({ dataFolder, attempt: async () => passedIn(1) })).test();
  expect((await Devices.open({ dataFolder })).list()[0]).toMatchObject({ provider: 'cpu', milliseconds: 1 });
});

test('a reason stored as a string by an earlier version is read', async () => {
  const { devices, dataFolder } = await testedDevices({ state: 'refused', reason: 'losses differed' });
  expect(devices.list()[1]).toMatchObject({ state: 'refused', reason: 'losses differed' });
  expect((await Devices.open({ dataFolder })).list()[1]).toMatchObject({ state: 'refused', reason: 'losses differed' });
});

test('describeDeviceError returns the first line of an unknown reason', () => {
  expect(describeDeviceError('something odd\n    at a place')).toBe('something odd');
});
