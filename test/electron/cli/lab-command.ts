/** Runs the built command line as a child process. */
import type { ChildProcessWithoutNullStreams, SpawnOptionsWithoutStdio } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repositoryPath = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const file = repositoryPath('out/cli/index.cjs');

/** Builds the command line, like `npm run lab` before every command. */
export const build = () => promisify(execFile)(process.execPath, [repositoryPath('build/run.mjs'), 'lab', '--version']);

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts `lab` with `folder` as data folder; kills it when the test process exits.
 * @param run starts the process, e.g. within limits
 */
export function start(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
  run: (
    file: string,
    args: readonly string[],
    options: SpawnOptionsWithoutStdio,
  ) => ChildProcessWithoutNullStreams = spawn,
): ChildProcessWithoutNullStreams {
  const child = run(process.execPath, [file, ...args], {
    cwd: folder,
    env: { ...process.env, TRM_LAB_DATA: folder, ...env },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

export async function waitForExit(child: ChildProcessWithoutNullStreams): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

export const lab = (
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> => waitForExit(start(args, folder, env));
