/** The `devices` command, and the session options of the other commands. */
import type { SessionOptions } from '../../models/runtime/session';
import { Devices } from '../compute/devices/devices';
import { deviceNames, describeDeviceError } from '../compute/devices/machine';
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
  const advice = list.some(({ state }) => state === 'untested')
    ? ['untested devices are not used; --test tries them']
    : [];
  process.stdout.write(json ? `${JSON.stringify(list)}\n` : `${[...list.map(line), ...advice].join('\n')}\n`);
}

function line({ provider, name, state, reason, milliseconds, chosen }: Device): string {
  const pace = milliseconds === null ? '' : `, ${milliseconds.toFixed(1)} ms a classroom step`;
  return `${chosen ? '*' : ' '} ${provider.padEnd(8)} ${name}: ${state}${reason ? `, ${reason}` : ''}${pace}`;
}

/**
 * Session options for the given device, or the chosen one by default; the CPU takes over if it fails.
 * @throws DeviceError when the given device cannot be used
 */
export async function createSessionOptions(device: string | undefined): Promise<SessionOptions> {
  const devices = await Devices.open({ dataFolder: dataFolder() });
  const { current } = devices;
  const provider = device === undefined ? current.provider : devices.expectUsable(device);
  const onFallback = (reason: string) =>
    void process.stderr.write(
      `${deviceNames[provider]} failed: ${describeDeviceError(reason)}; the processor goes on\n`,
    );
  return { ...current, provider, onFallback };
}
