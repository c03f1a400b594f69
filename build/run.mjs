/** The entry of every npm script: sets up what the command needs, then runs it. */
import { createRequire } from 'node:module';
import { cliTargets, targets } from './build-targets.mjs';
import { findNpmProcesses } from './npm-processes.mjs';
import {
  benchWindow,
  format,
  lint,
  runAllChecks,
  runStaticChecks,
  runTests,
  takePictures,
  testWindow,
} from './checks.mjs';
import { runCommand, setUp } from './setup.mjs';
import { SetupError } from './setup/log.mjs';
import { fromRoot } from './setup/paths.mjs';

const fuzzed = [
  'test/datasets/formats',
  'test/models/checkpoint',
  'test/electron/compute/runs/run-record',
  'test/electron/compute/downloads/finalise-download',
];

const commands = {
  start: async (args) => (await import('./start.mjs')).start(args),
  dev: async (args) => (await import('./dev.mjs')).dev(args),
  test: runAllChecks,
  check: runStaticChecks,
  lint,
  format,
  unit: (args) => runTests('unit*', args),
  oracle: (args) => runTests('oracle', args),
  e2e: testWindow,
  fuzz: (args) => {
    process.env.FUZZ_RUNS ??= '20000';
    return runTests('unit*', [...fuzzed, '--testTimeout', '900000', ...args]);
  },
  lab: (args) => runTarget('cli', args, cliTargets),
  'lab:gallery': async (args) => (await import('./start.mjs')).startGallery(args),
  pictures: takePictures,
  'bench:window': benchWindow,
  bench: (args) => runTarget('bench', args, ['bench', 'engineWorker']),
  package: async (args) => (await import('./package.mjs')).packageApp(args),
};

/** Runs a target inside this process: no second start-up, and signals, stdout and exit code are its own. */
async function runTarget(name, args, needed = [name]) {
  // Before the set-up, which takes its time: npm may end meanwhile. The command line ends with them.
  process.env.TRM_LAB_PARENTS = findNpmProcesses().join(' ');
  await setUp();
  const { compile } = await import('./compile.mjs');
  await compile(needed);
  const file = fromRoot(targets[name].folder, targets[name].file);
  process.argv = [process.argv[0], file, ...args];
  process.setSourceMapsEnabled(true);
  createRequire(file)(file);
}

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name ?? '')) {
    throw new SetupError(`unknown command "${name ?? ''}", expected one of: ${Object.keys(commands).join(', ')}`);
  }
  await commands[name](args);
});
