/** `devices`: lists and tests the devices of this computer. */
import { Devices } from '../compute/devices/devices';
import type { Device } from '../contract/contract';
import { formatEnglish } from '../../renderer/messages/english';
import { dataFolder } from '../compute/storage/data-folder';
import { printNotice, printResult } from './output';

export interface DevicesFlags {
  readonly test?: true;
  readonly json?: true;
}

export async function devicesCommand({ test, json }: DevicesFlags): Promise<void> {
  const devices = await Devices.open({ dataFolder: dataFolder() });
  if (test) printNotice('Testing each device in a separate process …');
  const list = test ? await devices.test() : devices.list();
  const hints = list.some(({ state }) => state === 'untested')
    ? ['The lab uses only devices that passed their test; run devices --test.']
    : [];
  printResult(json, list, [...list.map(formatDevice), ...hints]);
}

const stateNames: Readonly<Record<Device['state'], string>> = {
  passed: 'passed',
  refused: 'cannot be used',
  untested: 'not tested',
};

function formatDevice({ provider, name, state, reason, milliseconds, float16, chosen }: Device): string {
  const pace =
    milliseconds === null
      ? ''
      : `, ${milliseconds.toFixed(1)} ms per step of the classroom preset${float16 ? '; mixed precision in float16' : ''}`;
  return `${chosen ? '*' : ' '} ${provider.padEnd(8)} ${name}: ${stateNames[state]}${reason ? `, ${formatEnglish(reason)}` : ''}${pace}`;
}
