/** `devices`: lists and tests the devices of this machine. */
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
    ? ['Untested devices are not used; run devices --test.']
    : [];
  process.stdout.write(json ? `${toJson(list)}\n` : `${[...list.map(formatDevice), ...hints].join('\n')}\n`);
}

function formatDevice({ provider, name, state, reason, milliseconds, chosen }: Device): string {
  const pace = milliseconds === null ? '' : `, ${milliseconds.toFixed(1)} ms per step of the classroom preset`;
  return `${chosen ? '*' : ' '} ${provider.padEnd(8)} ${name}: ${state}${reason ? `, ${formatEnglish(reason)}` : ''}${pace}`;
}
