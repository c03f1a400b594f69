/** `devices`: lists and tests the devices of this machine. */
import { Devices } from '../compute/devices/devices';
import type { Device } from '../contract/contract';
import { dataFolder } from '../compute/storage/data-folder';

export interface DevicesFlags {
  readonly test?: true;
  readonly json?: true;
}

export async function devicesCommand({ test, json }: DevicesFlags): Promise<void> {
  const devices = await Devices.open({ dataFolder: dataFolder() });
  if (test) process.stderr.write('testing each device in a process of its own …\n');
  const list = test ? await devices.test() : devices.list();
  const hints = list.some(({ state }) => state === 'untested')
    ? ['untested devices are not used; --test tries them']
    : [];
  process.stdout.write(json ? `${JSON.stringify(list)}\n` : `${[...list.map(formatDevice), ...hints].join('\n')}\n`);
}

function formatDevice({ provider, name, state, reason, milliseconds, chosen }: Device): string {
  const pace = milliseconds === null ? '' : `, ${milliseconds.toFixed(1)} ms a classroom step`;
  return `${chosen ? '*' : ' '} ${provider.padEnd(8)} ${name}: ${state}${reason ? `, ${reason}` : ''}${pace}`;
}
