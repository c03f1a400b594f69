/** The checks behind `npm test` and the scripts that run one of them. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compile } from './compile.mjs';
import { appTargets, targets } from './build-targets.mjs';
import { withDisplay, withDisplays } from './display.mjs';
import { printFailedTests, recordTo } from './failed-tests.mjs';
import { captureScript, runScript } from './run-process.mjs';
import { setUp } from './setup.mjs';
import { SetupError } from './setup/log.mjs';
import { fromRoot } from './setup/paths.mjs';

const tool = (...path) => fromRoot('node_modules', ...path);
const vitest = (project, args = []) => [
  tool('vitest', 'vitest.mjs'),
  ['run', '--config', 'build/vitest.config.mjs', '--project', project, ...args],
];
const prettier = (mode) => [tool('prettier', 'bin', 'prettier.cjs'), [mode, '--log-level', 'warn', '.']];

/** Writes the components as TypeScript into `.svelte-check`. */
const types = () => [
  tool('svelte-check', 'bin', 'svelte-check'),
  ['--tsgo', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
];
/** Rules that need types; after `types`. ESLint has them too, and takes ten times as long. */
const typedRules = () => [
  tool('oxlint', 'bin', 'oxlint'),
  ['--type-aware', '--config', 'build/oxlint.json', ...sourceFolders, ...listComponents()],
];
const lintRules = () => [
  tool('eslint', 'bin', 'eslint.js'),
  ['--config', 'build/eslint.config.mjs', '--max-warnings', '0', '.'],
];
const sourceFolders = ['datasets', 'models', 'electron', 'renderer', 'test'];

/** One by one: git ignores their folder, and oxlint what git ignores. */
function listComponents() {
  const files = readdirSync(fromRoot('.svelte-check', 'svelte'), { recursive: true });
  return files.filter((file) => basename(file).startsWith('++')).map((file) => join('.svelte-check', 'svelte', file));
}

/** Checks that read the sources without running them: scripts with their arguments, one after the other. */
const staticChecks = {
  types: [types, typedRules],
  lint: [lintRules],
  format: [() => prettier('--check')],
  unused: [() => [tool('knip', 'bin', 'knip.js'), ['--config', 'build/knip.json', '--no-progress']]],
};

/** Checks that run the code. Each has the machine to itself: tests have time limits. */
const testChecks = {
  unit: (args) => runScript(...vitest('unit*', args)),
  oracle: (args) => runScript(...vitest('oracle', args)),
  window: checkWindow,
};

async function checkWindow(args) {
  await compile([...appTargets, 'cli']);
  return withDisplays(2, (env) => runScript(...vitest('e2e*', args), env));
}

/** `npm test`: every check, all of them even when one fails. */
export async function runAllChecks() {
  await setUp({ electron: true, display: true, tracer: true });
  const results = await runStatic();
  for (const [name, check] of Object.entries(testChecks)) {
    printHeading(name);
    results[name] = await resultOf(async () => check(await recordTo(name)));
  }
  await printFailedTests(Object.keys(testChecks));
  summarise(results);
}

/** `npm run check`: types, lint, formatting and unused code. */
export async function runStaticChecks() {
  await setUp();
  summarise(await runStatic());
}

/** Runs the static checks at the same time and prints each when it has ended; resolves to their results by name. */
async function runStatic() {
  const results = {};
  const run = async ([name, scripts]) => {
    results[name] = await resultOf(async () => {
      const runs = [];
      for (const script of scripts) runs.push(await captureScript(...script()));
      printHeading(name);
      for (const { output } of runs) process.stdout.write(output);
      return Math.max(...runs.map(({ code }) => code));
    });
  };
  await Promise.all(Object.entries(staticChecks).map(run));
  return results;
}

const printHeading = (name) => console.log(`\n── ${name}`);

function summarise(results) {
  const names = Object.keys(results);
  const failed = names.filter((name) => results[name].code !== 0);
  console.log(`\ntimes: ${names.map((name) => `${name} ${Math.round(results[name].seconds)} s`).join(', ')}`);
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\nchecks: ${names.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Exit code and duration of a check. One that cannot start has failed; the others still run. */
async function resultOf(check) {
  const start = performance.now();
  const code = await Promise.resolve()
    .then(check)
    .catch((error) => {
      console.error(error instanceof SetupError ? error.message : error);
      return 1;
    });
  return { code, seconds: (performance.now() - start) / 1000 };
}

/** `npm run lint` */
export async function lint() {
  await setUp();
  const codes = [];
  for (const script of [types, typedRules, lintRules]) codes.push(await runScript(...script()));
  process.exitCode = Math.max(...codes);
}

/** `npm run format`: formats every file in place. */
export async function format() {
  await setUp();
  process.exitCode = await runScript(...prettier('--write'));
}

/** `npm run test:e2e`; `args` go to vitest, e.g. a file name. */
export async function testWindow(args) {
  await setUp({ electron: true, display: true, tracer: true });
  process.exitCode = await checkWindow(args);
}

/** `npm run pictures`: screenshots of every view; `args` go to vitest, e.g. `-t home`. */
export async function takePictures(args) {
  await setUp({ electron: true, display: true });
  await compile([...appTargets, 'cli', 'gallery']);
  process.exitCode = await withDisplay((env) => runScript(...vitest('pictures', args), env));
}

/** `npm run bench:window`: measures start, frames, input delay and memory of the window. */
export async function benchWindow(args) {
  await setUp({ electron: true, display: true });
  await compile([...appTargets, 'cli', 'windowBench']);
  const { folder, file } = targets.windowBench;
  process.exitCode = await withDisplay((env) => runScript(fromRoot(folder, file), args, env));
}

/** One vitest project alone; `args` go to vitest, e.g. a file name. */
export async function runTests(project, args) {
  await setUp();
  process.exitCode = await runScript(...vitest(project, args));
}
