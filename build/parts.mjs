/** What is built, from where, into what, and which sources a change of which makes it stale. */
const engine = ['datasets', 'models'];

/** What every part depends on beside its sources. */
export const recipe = [
  'build/parts.mjs',
  'build/vite.node.config.mjs',
  'build/vite.renderer.config.mjs',
  'package.json',
  'package-lock.json',
];

export const parts = {
  main: {
    entry: 'electron/main/main.ts',
    folder: 'out/main',
    file: 'index.cjs',
    sources: ['electron', 'models/checkpoint'],
  },
  compute: {
    entry: 'electron/compute/main.ts',
    folder: 'out/main',
    file: 'compute.cjs',
    sources: ['electron', ...engine],
  },
  probe: {
    entry: 'electron/compute/devices/probe.ts',
    folder: 'out/main',
    file: 'device-probe.cjs',
    sources: ['electron', ...engine],
  },
  preload: { entry: 'electron/preload/preload.ts', folder: 'out/preload', file: 'index.cjs', sources: ['electron'] },
  cli: { entry: 'electron/cli/main.ts', folder: 'out/cli', file: 'index.cjs', sources: ['electron', ...engine] },
  bench: {
    entry: 'test/bench/index.ts',
    folder: 'out/bench',
    file: 'index.cjs',
    sources: ['test/bench', 'electron', ...engine],
  },
  windowBench: {
    entry: 'test/bench/window/index.ts',
    folder: 'out/bench',
    file: 'window.cjs',
    sources: ['test/bench', 'test/e2e', 'electron', ...engine],
  },
  renderer: {
    entry: 'renderer/index.html',
    folder: 'out/renderer',
    file: 'index.html',
    sources: ['renderer', 'electron', 'datasets'],
  },
  gallery: {
    entry: 'test/gallery/index.html',
    folder: 'out/gallery',
    file: 'index.html',
    sources: ['test/gallery', 'renderer', 'electron', 'datasets'],
  },
};

/** The parts of the desktop app. */
export const appParts = ['main', 'compute', 'probe', 'preload', 'renderer'];

/** The command line, and what it starts. */
export const cliParts = ['cli', 'probe'];
