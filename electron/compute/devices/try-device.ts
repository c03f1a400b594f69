/** Runs the probe of one device and waits for its answer, its death or the end of patience. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { Provider } from '../../../models/runtime/providers';
import { describeDeviceError, runtimeEnv } from './machine';

const answerSchema = z.union([z.object({ reason: z.string() }), z.object({ milliseconds: z.number().positive() })]);

export type Outcome =
  { readonly state: 'passed'; readonly milliseconds: number } | { readonly state: 'refused'; readonly reason: string };

const PATIENCE = 120_000;

export interface TryOptions {
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
