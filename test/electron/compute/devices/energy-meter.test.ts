/** The meter on files as Linux powercap has them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { EnergyMeter } from '../../../../electron/compute/devices/energy-meter';
import { freshFolder } from '../opened-service';

let folder: string;
beforeEach(async () => {
  folder = await freshFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeZone(zone: string, name: string, energy: number | string): void {
  mkdirSync(join(folder, zone), { recursive: true });
  writeFileSync(join(folder, zone, 'name'), `${name}\n`);
  writeFileSync(join(folder, zone, 'max_energy_range_uj'), '1000000000\n');
  setEnergy(zone, energy);
}
const setEnergy = (zone: string, energy: number | string) =>
  writeFileSync(join(folder, zone, 'energy_uj'), `${energy}\n`);

test('counts the packages while it runs, not their parts or the same under another name', () => {
  writeZone('intel-rapl:0', 'package-0', 5_000_000);
  writeZone('intel-rapl:1', 'package-1', 1_000_000);
  writeZone('intel-rapl:2', 'psys', 0);
  writeZone('intel-rapl:0:0', 'core', 0);
  writeZone('intel-rapl-mmio:0', 'package-0', 0);
  const meter = EnergyMeter.open(folder)!;
  setEnergy('intel-rapl:0', 7_000_000);
  expect(meter.readJoules()).toBe(0);
  meter.start();
  setEnergy('intel-rapl:0', 8_500_000);
  setEnergy('intel-rapl:1', 1_250_000);
  expect(meter.readJoules()).toBe(1.75);
  meter.stop();
  setEnergy('intel-rapl:0', 20_000_000);
  expect(meter.readJoules()).toBe(1.75);
  meter.start();
  setEnergy('intel-rapl:0', 21_000_000);
  meter.stop();
  expect(meter.readJoules()).toBe(2.75);
});

test('a counter that has begun again goes on', () => {
  writeZone('intel-rapl:0', 'package-0', 999_000_000);
  const meter = EnergyMeter.open(folder)!;
  meter.start();
  setEnergy('intel-rapl:0', 2_000_000);
  meter.stop();
  expect(meter.readJoules()).toBe(3);
});

test.each([
  ['without the folder', () => rmSync(folder, { recursive: true })],
  ['without packages', () => writeZone('intel-rapl:0', 'psys', 1)],
  ['with a counter that is no number', () => writeZone('intel-rapl:0', 'package-0', 'none')],
  ['with a counter that may not be read', () => mkdirSync(join(folder, 'intel-rapl:0'))],
])('there is none %s', (_, prepare) => {
  prepare();
  expect(EnergyMeter.open(folder)).toBeNull();
});

test('what is used while the process does not run is not counted', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  writeZone('intel-rapl:0', 'package-0', 0);
  const meter = EnergyMeter.open(folder)!;
  meter.start();
  vi.advanceTimersByTime(900);
  setEnergy('intel-rapl:0', 2_000_000);
  expect(meter.readJoules()).toBe(2);
  vi.advanceTimersByTime(3_600_000);
  setEnergy('intel-rapl:0', 90_000_000);
  expect(meter.readJoules()).toBe(2);
  setEnergy('intel-rapl:0', 91_000_000);
  expect(meter.readJoules()).toBe(3);
  meter.stop();
});

test('has no number where a counter disappears', () => {
  writeZone('intel-rapl:0', 'package-0', 1);
  const meter = EnergyMeter.open(folder)!;
  meter.start();
  rmSync(join(folder, 'intel-rapl:0'), { recursive: true });
  expect(meter.readJoules()).toBeNull();
  meter.stop();
  expect(meter.readJoules()).toBeNull();
});
