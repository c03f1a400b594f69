import { spawnSync } from 'node:child_process';
import { SetupError } from './log.mjs';
import { root } from './paths.mjs';

/** npm itself: the one that started us if any, so that its version and settings stay the same. */
export function npm(args, { cwd = root } = {}) {
  const script = process.env.npm_execpath;
  const viaNode = script !== undefined && /\.[cm]?js$/.test(script);
  const [command, leading] = viaNode ? [process.execPath, [script]] : ['npm', []];
  // Under `npm -s` the level "silent" is inherited and would hide why an installation failed.
  run(command, [...leading, ...args, '--loglevel=error'], { cwd, shell: !viaNode && process.platform === 'win32' });
}

/** Runs to the end in silence; when it fails, what it had printed goes to stderr and the set-up stops. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (result.error) throw new SetupError(`cannot run ${command}: ${result.error.message}`);
  if (result.status === 0) return;
  process.stderr.write(result.stdout);
  process.stderr.write(result.stderr);
  throw new SetupError(`"${command} ${args.join(' ')}" failed (see above)`);
}

/** What the command prints on stdout, or null when it cannot run or fails. */
export function ask(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], ...options });
  return result.status === 0 ? result.stdout : null;
}
