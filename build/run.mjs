/** The entry of every npm script: makes ready what the command needs, then runs it. */
import { createRequire } from 'node:module';
import { benchWindow, runChecks, runTests, takePictures } from './checks.mjs';
import { cliParts, parts } from './parts.mjs';
import { runCommand, setUp } from './setup.mjs';
import { fromRoot } from './setup/paths.mjs';
import { SetupError } from './setup/say.mjs';

const commands = {
  start: async (args) => (await import('./start.mjs')).start(args),
  test: () => runChecks(),
  oracle: (args) => runTests('oracle', args),
  fuzz: (args) => {
    process.env.FUZZ_RUNS ??= '20000';
    return runTests('unit', [
      'test/datasets/formats',
      'test/models/checkpoint',
      'test/electron/compute/runs/damaged-run',
      '--testTimeout',
      '900000',
      ...args,
    ]);
  },
  lab: (args) => runPart('cli', args, cliParts),
  'lab:gallery': async (args) => (await import('./start.mjs')).startGallery(args),
  pictures: takePictures,
  'bench:window': benchWindow,
  bench: (args) => runPart('bench', args),
  package: async (args) => (await import('./package.mjs')).packageApp(args),
};

/** Runs a part inside this process: no second start-up, and signals, stdout and exit code are its own. */
async function runPart(name, args, needed = [name]) {
  await setUp();
  const { compile } = await import('./compile.mjs');
  await compile(needed);
  const file = fromRoot(parts[name].folder, parts[name].file);
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
