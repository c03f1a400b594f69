/**
 * Everything a fresh clone needs before a command can run, with Node's own modules only.
 * Does nothing, quickly, when nothing is missing. Alone (`node build/setup.mjs`) it installs everything.
 */
import { fileURLToPath } from 'node:url';
import { announceFallback, electronBinary, installElectron, isFallback } from './setup/electron-runtime.mjs';
import { installPackages } from './setup/packages.mjs';
import { log, SetupError } from './setup/log.mjs';
import { installElectronLibraries, installTracer, installVirtualDisplay } from './setup/system-libraries.mjs';

/** @param needs what beside the packages: { electron?: boolean, display?: boolean, tracer?: boolean } */
export async function setUp(needs = {}) {
  installPackages();
  if (needs.electron) {
    await installElectron();
    installElectronLibraries(electronBinary());
    if (isFallback()) announceFallback();
  }
  if (needs.display) installVirtualDisplay();
  if (needs.tracer) installTracer();
}

/** Runs a command's main function; a reason for people ends it in one line, anything else with its stack. */
export async function runCommand(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCommand(() => setUp({ electron: true, display: true, tracer: true }));
}
