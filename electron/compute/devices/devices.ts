/** The devices of this machine, their test results and the chosen device, stored in `devices.json`. */
import { fork } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version as onnxruntime } from 'onnxruntime-node/package.json';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { parseUndamaged, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import type { Provider } from '../../../models/runtime/execution';
import { providers } from '../../../models/runtime/execution';
import { knownProviders, type SessionOptions } from '../../../models/runtime/onnxruntime';
import { message, MessageError, type MessageId, type Text } from '../../../renderer/messages/message';
import type { Device } from '../../contract/contract';
import { deviceSchema } from '../../contract/app-info';
import { text } from '../../contract/shared-schemas';
import { cores, cpuDevice } from './cpu';
import { describeDeviceError, deviceNames, runtimeEnv } from './providers';

const answerSchema = z.union([
  z.object({ reason: text }),
  z.object({ milliseconds: z.number().positive(), float16: z.boolean().default(false) }),
]);

export type DeviceTestResult =
  | { readonly state: 'passed'; readonly milliseconds: number; readonly float16: boolean }
  | { readonly state: 'refused'; readonly reason: Text };

/** Milliseconds until a device test that does not answer is ended. */
const TEST_TIMEOUT = 120_000;

interface TryOptions {
  /** The built probe. */
  readonly script?: string;
  /** Milliseconds until a probe that does not answer is ended. */
  readonly timeout?: number;
}

/** Path of the built probe, from the compute process and from the command line. */
const getProbeScript = (): string => join(__dirname, '..', 'main', 'device-probe.cjs');

/** The result in a message of the probe. */
function readTestResult(answer: unknown): DeviceTestResult {
  const { data } = answerSchema.safeParse(answer);
  if (!data) return { state: 'refused', reason: message('device.test.noResult') };
  if ('reason' in data) {
    const { reason } = data;
    return { state: 'refused', reason: typeof reason === 'string' ? describeDeviceError(reason) : reason };
  }
  return { state: 'passed', ...data };
}

/** Tests a device in a separate process. Never throws: any error is the reason why the device is refused. */
export function testDevice(
  provider: Provider,
  { script = getProbeScript(), timeout = TEST_TIMEOUT }: TryOptions = {},
): Promise<DeviceTestResult> {
  return new Promise((resolve) => {
    // The last result: float16 is tested after the device has passed.
    let result: DeviceTestResult | null = null;
    const end = (reason: Text) => resolve(result ?? { state: 'refused', reason });
    const child = fork(script, [provider], {
      env: { ...process.env, ...runtimeEnv, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    const timer = setTimeout(() => {
      end(message('device.test.timeout', { seconds: timeout / 1000 }));
      child.kill('SIGKILL');
    }, timeout);
    child.on('message', (answer) => (result = readTestResult(answer)));
    child.once('error', (error) => end(message('device.test.startFailed', { reason: error.message })));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const status = signal ?? message('device.test.exitCode', { code: String(code) });
      const ended = () => end(message('device.test.crashed', { status }));
      // The last messages may arrive after the exit.
      if (child.connected) child.once('disconnect', ended);
      else ended();
    });
  });
}

const provider = z.enum(providers);
const fileSchema = z.object({
  /** Runtime and machine of the results; they are discarded for others. */
  signature: z.string(),
  tested: z.array(
    deviceSchema
      .pick({ provider: true, state: true, reason: true, milliseconds: true })
      // Not tested by earlier versions.
      .extend({ float16: z.boolean().default(false) }),
  ),
  /** The device chosen by the user; null for the fastest that passed. */
  choice: provider.nullable(),
});

type StoredDevices = z.infer<typeof fileSchema>;

const signature = [onnxruntime, process.platform, process.arch, cpuDevice.name].join(' · ');
const noResults: StoredDevices = { signature, tested: [], choice: null };

/** A device that cannot be chosen. */
export class DeviceError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'DeviceError';
}

interface DevicesOptions {
  readonly dataFolder: string;
  /** Tests a device; in a separate process by default. */
  readonly attempt?: (provider: Provider) => Promise<DeviceTestResult>;
}

export class Devices {
  private testing: Promise<Device[]> | null = null;

  private constructor(
    private readonly file: string,
    private readonly attempt: (provider: Provider) => Promise<DeviceTestResult>,
    private stored: StoredDevices,
    private damaged: boolean,
  ) {}

  /** Reads stored results; a missing or damaged file, or one of another machine, counts as untested. */
  static async open({ dataFolder, attempt = testDevice }: DevicesOptions): Promise<Devices> {
    const file = join(dataFolder, 'devices.json');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? null : '',
    );
    const stored = text === null ? noResults : parseUndamaged(text, fileSchema);
    return new Devices(file, attempt, stored?.signature === signature ? stored : noResults, stored === null);
  }

  /** Whether the stored results and choice cannot be used; false again after a test. */
  get isDamaged(): boolean {
    return this.damaged;
  }

  list(): Device[] {
    const { provider: chosen } = this.current;
    return knownProviders().map((each) => ({
      ...this.known(each),
      provider: each,
      name: each === 'cpu' ? cpuDevice.name : deviceNames[each],
      chosen: each === chosen,
    }));
  }

  /** Options of new sessions; the CPU until devices are tested. */
  get current(): Required<SessionOptions> {
    const passed = knownProviders().filter((each) => this.known(each).state === 'passed');
    const time = (each: Provider) => this.known(each).milliseconds ?? Infinity;
    const fastest = passed.reduce<Provider>((best, each) => (time(each) < time(best) ? each : best), 'cpu');
    const { choice } = this.stored;
    const provider = choice && passed.includes(choice) ? choice : fastest;
    return { ...this.sessionOptions(provider), threads: cores };
  }

  /** Options of sessions on a device. */
  sessionOptions(provider: Provider): Required<Pick<SessionOptions, 'provider' | 'float16'>> {
    return { provider, float16: this.known(provider).float16 };
  }

  /** Tests every device, one after the other; concurrent calls share the test. */
  test(): Promise<Device[]> {
    this.testing ??= this.testAll().finally(() => (this.testing = null));
    return this.testing;
  }

  private async testAll(): Promise<Device[]> {
    const tested: StoredDevices['tested'] = [];
    for (const each of knownProviders()) {
      const outcome = await this.attempt(each);
      tested.push({ provider: each, reason: null, milliseconds: null, float16: false, ...outcome });
    }
    await this.save({ ...this.stored, tested });
    return this.list();
  }

  /** @throws DeviceError for a device that this machine does not have, that is untested or was refused */
  async choose(name: string): Promise<Device[]> {
    await this.save({ ...this.stored, choice: this.expectUsable(name) });
    return this.list();
  }

  /** @throws DeviceError */
  expectUsable(name: string): Provider {
    const found = this.list().find((each) => each.provider === name);
    if (!found) throw new DeviceError('device.unknown', { name, devices: this.list().map((each) => each.provider) });
    const { state, reason, name: device } = found;
    if (state === 'refused') throw new DeviceError('device.rejected', { device, reason: reason ?? '' });
    if (state === 'untested') throw new DeviceError('device.untested', { device });
    return found.provider;
  }

  private known(each: Provider): Pick<Device, 'state' | 'reason' | 'milliseconds' | 'float16'> {
    const { state, reason, milliseconds, float16 } = this.stored.tested.find((known) => known.provider === each) ?? {
      state: 'untested',
      reason: this.damaged && each !== 'cpu' ? message('device.damagedResults') : null,
      milliseconds: null,
      float16: false,
    };
    return { state: each === 'cpu' ? 'passed' : state, reason, milliseconds, float16 };
  }

  private async save(stored: StoredDevices): Promise<void> {
    // The data folder may not exist yet.
    await mkdir(dirname(this.file), { recursive: true });
    await writeAtomically(this.file, stringifyWithChecksum(stored));
    [this.stored, this.damaged] = [stored, false];
  }
}
