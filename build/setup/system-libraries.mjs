/** What Electron and the tests need from a Debian-like system. */
import { ask, run } from './run-command.mjs';
import { log, SetupError } from './log.mjs';

const electronPackages = [
  'libasound2',
  'libatk-bridge2.0-0',
  'libatk1.0-0',
  'libatspi2.0-0',
  'libcairo2',
  'libcups2',
  'libdbus-1-3',
  'libdrm2',
  'libexpat1',
  'libgbm1',
  'libglib2.0-0',
  'libgtk-3-0',
  'libnspr4',
  'libnss3',
  'libpango-1.0-0',
  'libx11-6',
  'libxcb1',
  'libxcomposite1',
  'libxdamage1',
  'libxext6',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
];

/** Makes the shared libraries of the Electron binary available. */
export function installElectronLibraries(binary) {
  if (process.platform !== 'linux') return;
  const missing = missingLibraries(binary);
  if (missing.length === 0) return;
  installSystemPackages(electronPackages, `Electron misses ${missing.join(', ')}`);
  const still = missingLibraries(binary);
  if (still.length > 0) throw new SetupError(`Electron still misses ${still.join(', ')}; install what provides them`);
}

/** An X server that needs no screen, for tests where there is no display. */
export function installVirtualDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return;
  if (ask('sh', ['-c', 'command -v Xvfb']) !== null) return;
  installSystemPackages(['xvfb', 'xauth'], 'there is no display, and no Xvfb to stand in for one');
}

/** What the tests of privacy watch processes with. They are skipped where it is missing. */
export function installTracer() {
  if (process.platform !== 'linux' || ask('strace', ['-V']) !== null) return;
  try {
    installSystemPackages(['strace'], 'strace is missing');
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log(`${error.message} (without it, the tests of network and files are skipped)`);
  }
}

function missingLibraries(binary) {
  const linked = ask('ldd', [binary]) ?? '';
  return [...linked.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

function installSystemPackages(wanted, why) {
  if (ask('sh', ['-c', 'command -v apt-get']) === null) {
    throw new SetupError(`${why}; install the packages your system has for: ${wanted.join(' ')}`);
  }
  const named = existing(wanted);
  // An outdated list is no reason to stop: the installation tells what it misses.
  const line = `apt-get update; apt-get install -y --no-install-recommends ${named.join(' ')}`;
  if (process.getuid() !== 0) throw new SetupError(`${why}; paste this line and run again:  sudo sh -c "${line}"`);
  log(`${why}; installing system packages …`);
  run('sh', ['-c', line], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

/** Since the 64-bit time change some distributions name e.g. libgtk-3-0 "libgtk-3-0t64". */
function existing(wanted) {
  const renamed = ask('apt-cache', ['pkgnames', 'libgtk-3-0t64']);
  if (!renamed) return wanted;
  const names = new Set(ask('apt-cache', ['pkgnames'])?.split('\n'));
  return wanted.map((name) => (names.has(`${name}t64`) ? `${name}t64` : name));
}
