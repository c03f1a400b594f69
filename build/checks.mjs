/** `npm test`: every check, one after another, all of them even when one fails. */
import { runScript } from './child.mjs';
import { compile } from './compile.mjs';
import { withDisplay } from './display.mjs';
import { appParts, parts } from './parts.mjs';
import { setUp } from './setup.mjs';
import { fromRoot } from './setup/paths.mjs';
import { SetupError } from './setup/say.mjs';

const tool = (...path) => fromRoot('node_modules', ...path);
const vitest = (project, args = []) => [
  tool('vitest', 'vitest.mjs'),
  ['run', '--config', 'build/vitest.config.mjs', '--project', project, ...args],
];

const checks = {
  lint: () =>
    runScript(tool('eslint', 'bin', 'eslint.js'), ['--config', 'build/eslint.config.mjs', '--max-warnings', '0', '.']),
  types: () =>
    runScript(tool('svelte-check', 'bin', 'svelte-check'), ['--tsconfig', './tsconfig.json', '--fail-on-warnings']),
  unit: () => runScript(...vitest('unit')),
  oracle: () => runScript(...vitest('oracle')),
  window: checkWindow,
};

async function checkWindow() {
  await compile([...appParts, 'cli']);
  return withDisplay((env) => runScript(...vitest('e2e'), env));
}

export async function runChecks() {
  await setUp({ electron: true, display: true });
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    console.log(`\n── ${name}`);
    if ((await attempt(check)) !== 0) failed.push(name);
  }
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\nchecks: ${Object.keys(checks).length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** A check that cannot even start has failed; the others still run. */
async function attempt(check) {
  try {
    return await check();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    return 1;
  }
}

/** Pictures of every screen; `args` go to vitest, e.g. `-t home`. */
export async function takePictures(args) {
  await setUp({ electron: true, display: true });
  await compile([...appParts, 'cli', 'gallery']);
  process.exitCode = await withDisplay((env) => runScript(...vitest('pictures', args), env));
}

/** How the window feels, measured. */
export async function benchWindow(args) {
  await setUp({ electron: true, display: true });
  await compile([...appParts, 'cli', 'windowBench']);
  const { folder, file } = parts.windowBench;
  process.exitCode = await withDisplay((env) => runScript(fromRoot(folder, file), args, env));
}

/** One vitest project alone; `args` go to vitest, e.g. a file name. */
export async function runTests(project, args) {
  await setUp();
  process.exitCode = await runScript(...vitest(project, args));
}
