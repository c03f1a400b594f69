/** The devices of this machine: what was found out about each, and which one computes. Kept in `devices.json`. */
import { fork } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version as onnxruntime } from 'onnxruntime-node/package.json';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import type { Provider } from '../../../models/runtime/execution';
import { providers } from '../../../models/runtime/execution';
import type { SessionOptions } from '../../../models/runtime/session';
import { knownProviders } from '../../../models/runtime/session';
import type { Device } from '../../contract/contract';
import { deviceSchema } from '../../contract/lab';
import { describeDeviceError, device, deviceNames, runtimeEnv, threads } from './machine';

// Runs the probe of one device and waits for its answer, its death or the end of patience.

const answerSchema = z.union([z.object({ reason: z.string() }), z.object({ milliseconds: z.number().positive() })]);

export type Outcome =
  { readonly state: 'passed'; readonly milliseconds: number } | { readonly state: 'refused'; readonly reason: string };

const PATIENCE = 120_000;

interface TryOptions {
  /** The built probe. */
  readonly script?: string;
  /** Milliseconds until a silent probe is given up. */
  readonly patience?: number;
}

/** Both the app's compute process and the command line lie beside the probe's folder. */
const built = (): string => join(__dirname, '..', 'main', 'device-probe.cjs');

/** Never throws: whatever goes wrong is why the device is refused. */
export function tryDevice(
  provider: Provider,
  { script = built(), patience = PATIENCE }: TryOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const refuse = (reason: string) => resolve({ state: 'refused', reason });
    const child = fork(script, [provider], {
      env: { ...process.env, ...runtimeEnv, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    const timer = setTimeout(() => {
      refuse(`it did not answer within ${patience / 1000} seconds`);
      child.kill('SIGKILL');
    }, patience);
    child.once('message', (message) => {
      const answer = answerSchema.safeParse(message);
      if (!answer.success) refuse('its test gave no answer');
      else if ('reason' in answer.data) refuse(describeDeviceError(answer.data.reason));
      else resolve({ state: 'passed', milliseconds: answer.data.milliseconds });
    });
    child.once('error', (error) => refuse(`its test could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      refuse(`its test ended without an answer (${signal ?? `exit code ${code}`}): the driver crashed`);
    });
  });
}

const provider = z.enum(providers);
const fileSchema = z.object({
  /** Another runtime or machine is tested anew. */
  signature: z.string(),
  tested: z.array(deviceSchema.pick({ provider: true, state: true, reason: true, milliseconds: true })),
  /** What the user asked for; null: the fastest that passed. */
  choice: provider.nullable(),
});

type Remembered = z.infer<typeof fileSchema>;

const signature = [onnxruntime, process.platform, process.arch, device.name].join(' · ');
const nothing: Remembered = { signature, tested: [], choice: null };

/** A device that cannot be chosen; the message says why. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

interface DevicesOptions {
  readonly dataFolder: string;
  /** How a device is tried; in a process of its own when absent. */
  readonly attempt?: (provider: Provider) => Promise<Outcome>;
}

export class Devices {
  private testing: Promise<Device[]> | null = null;

  private constructor(
    private readonly file: string,
    private readonly attempt: (provider: Provider) => Promise<Outcome>,
    private remembered: Remembered,
  ) {}

  /** A missing or damaged file, or one of another machine, is a machine not tested yet. */
  static async open({ dataFolder, attempt = tryDevice }: DevicesOptions): Promise<Devices> {
    const file = join(dataFolder, 'devices.json');
    const remembered = await readFile(file, 'utf8')
      .then(
        (text) => fileSchema.parse(JSON.parse(text)),
        () => nothing,
      )
      .catch(() => nothing);
    return new Devices(file, attempt, remembered.signature === signature ? remembered : nothing);
  }

  list(): Device[] {
    const { provider: chosen } = this.current;
    return knownProviders().map((each) => ({
      ...this.known(each),
      provider: each,
      name: each === 'cpu' ? device.name : deviceNames[each],
      chosen: each === chosen,
    }));
  }

  /** What sessions are made with. Before anything was tested that is the processor. */
  get current(): Required<Pick<SessionOptions, 'provider' | 'threads'>> {
    const passed = knownProviders().filter((each) => this.known(each).state === 'passed');
    const time = (each: Provider) => this.known(each).milliseconds ?? Infinity;
    const fastest = passed.reduce<Provider>((best, each) => (time(each) < time(best) ? each : best), 'cpu');
    const { choice } = this.remembered;
    return { provider: choice && passed.includes(choice) ? choice : fastest, threads };
  }

  /** Tries every device, one after the other; who asks meanwhile gets the same answer. */
  test(): Promise<Device[]> {
    this.testing ??= this.testAll().finally(() => (this.testing = null));
    return this.testing;
  }

  private async testAll(): Promise<Device[]> {
    const tested: Remembered['tested'] = [];
    for (const each of knownProviders()) {
      const outcome = await this.attempt(each);
      tested.push({ provider: each, reason: null, milliseconds: null, ...outcome });
    }
    await this.keep({ ...this.remembered, tested });
    return this.list();
  }

  /** @throws DeviceError when it is not one of this machine's, is untested or was refused */
  async choose(name: string): Promise<Device[]> {
    await this.keep({ ...this.remembered, choice: this.expectUsable(name) });
    return this.list();
  }

  /** @throws DeviceError */
  expectUsable(name: string): Provider {
    const found = this.list().find((each) => each.provider === name);
    if (!found)
      throw new DeviceError(
        `there is no device "${name}"; there are ${this.list()
          .map((each) => each.provider)
          .join(', ')}`,
      );
    if (found.state === 'refused') throw new DeviceError(`${found.name} was refused: ${found.reason}`);
    if (found.state === 'untested')
      throw new DeviceError(`${found.name} has not been tested on this machine; test the devices first`);
    return found.provider;
  }

  private known(each: Provider): Pick<Device, 'state' | 'reason' | 'milliseconds'> {
    const { state, reason, milliseconds } = this.remembered.tested.find((known) => known.provider === each) ?? {
      state: 'untested',
      reason: null,
      milliseconds: null,
    };
    return { state: each === 'cpu' ? 'passed' : state, reason, milliseconds };
  }

  private async keep(remembered: Remembered): Promise<void> {
    // The data folder of a lab that has kept nothing yet.
    await mkdir(dirname(this.file), { recursive: true });
    await writeAtomically(this.file, `${JSON.stringify(remembered, null, 2)}\n`);
    this.remembered = remembered;
  }
}
