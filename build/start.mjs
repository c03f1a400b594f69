/** `npm start`: the lab's window. */
import { readFileSync } from 'node:fs';
import { runChild } from './run-process.mjs';
import { compile } from './compile.mjs';
import { hasDisplay } from './display.mjs';
import { appTargets } from './build-targets.mjs';
import { setUp } from './setup.mjs';
import { electronBinary } from './setup/electron-runtime.mjs';
import { root } from './setup/paths.mjs';
import { log, SetupError } from './setup/log.mjs';

/** The page of components in a window of the lab's. */
export const startGallery = (args) => start([...args, '--gallery'], [...appTargets, 'gallery']);

export async function start(args, needed = appTargets) {
  if (!hasDisplay()) {
    throw new SetupError(
      'there is no display here: use "xvfb-run -a npm start" (from the package xvfb), or the command line, "npm run lab -- --help"',
    );
  }
  await setUp({ electron: true });
  await compile(needed);
  process.exitCode = await runChild(electronBinary(), [...sandboxSwitches(), root, ...args]);
}

/**
 * Chromium refuses its sandbox to root; some systems refuse it to programs that were not installed.
 * It would not start in either case. An installed lab has its sandbox.
 */
export function sandboxSwitches() {
  if (process.platform !== 'linux' || !(process.getuid() === 0 || namespacesRefused())) return [];
  log('starting without the Chromium sandbox, which this system refuses to root or to programs run from a folder');
  return ['--no-sandbox'];
}

function namespacesRefused() {
  try {
    return readFileSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
