/** The build targets: entry, output, and the source folders whose changes make the output stale. */
const engine = ['datasets', 'models'];
const messages = 'renderer/messages';

/** File beside a target's output with the packages inside it and their licences. */
export const licenceList = (name) => `${name}.licences.json`;

/** Files every target depends on beside its sources. */
export const configFiles = [
  'build/build-targets.mjs',
  'build/messages.mjs',
  'build/messages',
  'build/notices.mjs',
  'build/notices',
  'build/vite.node.config.mjs',
  'build/vite.renderer.config.mjs',
  'package.json',
  'package-lock.json',
];

export const targets = {
  main: {
    entry: 'electron/main/main.ts',
    folder: 'out/main',
    file: 'index.cjs',
    sources: ['electron', 'models/checkpoint', messages],
  },
  compute: {
    entry: 'electron/compute/main.ts',
    folder: 'out/main',
    file: 'compute.cjs',
    sources: ['electron', messages, ...engine],
  },
  probe: {
    entry: 'electron/compute/devices/probe.ts',
    folder: 'out/main',
    file: 'device-probe.cjs',
    sources: ['electron', messages, ...engine],
  },
  engineWorker: {
    entry: 'models/engine/worker.ts',
    folder: 'out/main',
    file: 'engine-worker.cjs',
    sources: [messages, ...engine],
  },
  filesWorker: {
    entry: 'electron/compute/files-worker.ts',
    folder: 'out/main',
    file: 'files-worker.cjs',
    sources: ['electron', messages, ...engine],
  },
  preload: { entry: 'electron/preload/preload.ts', folder: 'out/preload', file: 'index.cjs', sources: ['electron'] },
  cli: {
    entry: 'electron/cli/main.ts',
    folder: 'out/cli',
    file: 'index.cjs',
    sources: ['electron', messages, ...engine],
  },
  bench: {
    entry: 'test/bench/index.ts',
    folder: 'out/bench',
    file: 'index.cjs',
    sources: ['test/bench', 'electron', messages, ...engine],
  },
  windowBench: {
    entry: 'test/bench/window/index.ts',
    folder: 'out/bench',
    file: 'window.cjs',
    sources: ['test/bench', 'test/e2e', 'electron', messages, ...engine],
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

/** The targets of the desktop app. */
export const appTargets = ['main', 'compute', 'engineWorker', 'filesWorker', 'probe', 'preload', 'renderer'];

/** The command line, and the threads and processes it starts. */
export const cliTargets = ['cli', 'engineWorker', 'probe'];
