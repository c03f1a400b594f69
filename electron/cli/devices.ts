/** `devices`: lists and tests the devices of this computer. */
import { Devices } from '../compute/devices/devices';
import type { Device } from '../contract/contract';
import { formatEnglish } from '../../renderer/messages/english';
import { dataFolder } from '../compute/storage/data-folder';
import { toJson } from './output';

export interface DevicesFlags {
  readonly test?: true;
  readonly json?: true;
}

export async function devicesCommand({ test, json }: DevicesFlags): Promise<void> {
  const devices = await Devices.open({ dataFolder: dataFolder() });
  if (test) process.stderr.write('Testing each device in a separate process …\n');
  const list = test ? await devices.test() : devices.list();
  const hints = list.some(({ state }) => state === 'untested')
    ? ['The lab uses only devices that passed their test; run devices --test.']
    : [];
  process.stdout.write(json ? `${toJson(list)}\n` : `${[...list.map(formatDevice), ...hints].join('\n')}\n`);
}

const stateNames: Readonly<Record<Device['state'], string>> = {
  passed: 'passed',
  refused: 'cannot be used',
  untested: 'not tested',
};

function formatDevice({ provider, name, state, reason, milliseconds, chosen }: Device): string {
  const pace = milliseconds === null ? '' : `, ${milliseconds.toFixed(1)} ms per step of the classroom preset`;
  return `${chosen ? '*' : ' '} ${provider.padEnd(8)} ${name}: ${stateNames[state]}${reason ? `, ${formatEnglish(reason)}` : ''}${pace}`;
}
