/** node_modules exactly as package-lock.json says. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { npm } from './run-command.mjs';
import { fromRoot } from './paths.mjs';
import { log } from './log.mjs';

const stamp = fromRoot('node_modules', '.lock-hash');

export function installPackages() {
  const wanted = lockHash();
  if (installedHash() === wanted) return;
  log('installing packages (npm ci) …');
  npm(['ci']);
  writeFileSync(stamp, wanted);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(fromRoot('package-lock.json')))
    .digest('hex');
}

function installedHash() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return null;
  }
}
