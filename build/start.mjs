/** `npm start`: the lab's window. */
import { runChild } from './child.mjs';
import { compile } from './compile.mjs';
import { hasDisplay } from './display.mjs';
import { appParts } from './parts.mjs';
import { setUp } from './setup.mjs';
import { electronBinary } from './setup/electron-runtime.mjs';
import { root } from './setup/paths.mjs';
import { SetupError } from './setup/say.mjs';

export async function start(args) {
  if (!hasDisplay()) {
    throw new SetupError('there is no display here: use "xvfb-run -a npm start", or the command line with "npm run lab -- --help"');
  }
  await setUp({ electron: true });
  await compile(appParts);
  process.exitCode = await runChild(electronBinary(), [...sandboxSwitches(), root, ...args]);
}

/** Chromium refuses its sandbox to root, and would not start. */
function sandboxSwitches() {
  return process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : [];
}
