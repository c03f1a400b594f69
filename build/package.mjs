/** `npm run package`: an unpacked app in release/; other targets with e.g. `-- --linux AppImage deb`. */
import { runScript } from './run-process.mjs';
import { compile } from './compile.mjs';
import { appTargets } from './build-targets.mjs';
import { setUp } from './setup.mjs';
import { isFallback } from './setup/electron-runtime.mjs';
import { fromRoot } from './setup/paths.mjs';
import { log, SetupError } from './setup/log.mjs';

export async function packageApp(args) {
  await setUp({ electron: true });
  const wanted = args.length > 0 ? args : ['--dir'];
  if (isFallback() && !wanted.includes('--dir')) {
    throw new SetupError(
      'the stand-in Electron runtime must not be released: only "npm run package" (an unpacked app, for tests) works with it',
    );
  }
  await compile(appTargets);
  const builder = fromRoot('node_modules', 'electron-builder', 'cli.js');
  const config = ['--config', 'build/electron-builder.config.mjs', '--publish', 'never'];
  process.exitCode = await runScript(builder, [...wanted, ...config]);
  if (process.exitCode === 0 && isFallback())
    log('release/test-only holds a copy FOR TESTS ONLY: it runs on the old stand-in runtime');
}
