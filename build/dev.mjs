/**
 * `npm run dev`: rebuilds what a saved file changes. A new page is loaded into the open window (its address keeps
 * the view); a change of main, compute or preload restarts the app. The same bundles and the same content security
 * policy as in the built app, so that nothing works in development only.
 */
import { spawn } from 'node:child_process';
import { build } from 'vite';
import { appTargets } from './build-targets.mjs';
import { hasDisplay } from './display.mjs';
import { writeNotices } from './notices.mjs';
import { setUp } from './setup.mjs';
import { electronBinary } from './setup/electron-runtime.mjs';
import { log, SetupError } from './setup/log.mjs';
import { fromRoot, root } from './setup/paths.mjs';
import { sandboxSwitches } from './start.mjs';

/** Targets are rebuilt one after another; the app restarts once for all of them. */
const restartDelayMilliseconds = 300;

export async function dev(args) {
  if (!hasDisplay()) throw new SetupError('there is no display here: use "xvfb-run -a npm run dev"');
  await setUp({ electron: true });
  const app = new RestartableApp(args);
  for (const name of appTargets)
    await watchTarget(name, () => (name === 'renderer' ? writeNotices() : app.scheduleRestart()));
  writeNotices();
  app.start();
  await app.closed;
}

/** Resolves after the first build; `onRebuilt` is called after each later one. */
async function watchTarget(name, onRebuilt) {
  const config = name === 'renderer' ? 'vite.renderer.config.mjs' : 'vite.node.config.mjs';
  const watcher = await build({ configFile: fromRoot('build', config), mode: name, build: { watch: {} } });
  let isFirst = true;
  await new Promise((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') log(`${name}: ${event.error.message}`);
      if (event.code !== 'END') return;
      if (isFirst) resolve();
      else {
        log(`rebuilt ${name}`);
        onRebuilt();
      }
      isFirst = false;
    });
  });
}

class RestartableApp {
  #args;
  #child = null;
  #timer = null;
  #isRestarting = false;
  #close;
  /** Resolves when the window was closed by the user. */
  closed = new Promise((resolve) => (this.#close = resolve));

  constructor(args) {
    this.#args = args;
  }

  start() {
    this.#isRestarting = false;
    this.#child = spawn(electronBinary(), [...sandboxSwitches(), root, ...this.#args], {
      stdio: 'inherit',
      env: { ...process.env, TRM_LAB_DEV: '1' },
    });
    this.#child.once('close', (code) => {
      if (this.#isRestarting) return this.start();
      this.#close();
      process.exit(code ?? 0);
    });
  }

  scheduleRestart() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isRestarting = true;
      this.#child.kill();
    }, restartDelayMilliseconds);
  }
}
