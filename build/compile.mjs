/** Builds the targets whose sources are newer than what was built from them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appTargets, configFiles, targets } from './build-targets.mjs';
import { fromRoot } from './setup/paths.mjs';
import { log, SetupError } from './setup/log.mjs';
import { noticesExist, writeNotices } from './notices.mjs';

/** @param names keys of `targets` */
export async function compile(names) {
  const stale = names.filter(isStale);
  if (stale.length > 0) {
    log(`building ${stale.join(', ')} …`);
    const { build } = await import('vite');
    for (const name of stale) await buildTarget(build, name);
  }
  const isWholeApp = appTargets.every((name) => names.includes(name));
  if (isWholeApp && (stale.length > 0 || !noticesExist())) writeNotices();
}

async function buildTarget(build, name) {
  const config = targets[name].file.endsWith('.html') ? 'vite.renderer.config.mjs' : 'vite.node.config.mjs';
  try {
    await build({ configFile: fromRoot('build', config), mode: name });
  } catch (error) {
    throw new SetupError(`${name} does not build: ${error.message}`);
  }
}

/** Folders count too: their time changes when a file in them is removed or renamed. */
function isStale(name) {
  const { folder, file, sources } = targets[name];
  const built = statSync(fromRoot(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...configFiles, ...sources].some((source) => newest(fromRoot(source)) > built);
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}
