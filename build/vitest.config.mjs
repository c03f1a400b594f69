/**
 * `unit` and `unit-isolated` need only the sources; `oracle` compares with recorded PyTorch runs; `e2e` and `e2e-timed` drive the built
 * app; `pictures` takes pictures of it.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { messagesPlugin } from './messages.mjs';

const root = resolve(import.meta.dirname, '..');

const project = (name, include, options = {}) => ({
  plugins: [svelte({ configFile: false }), messagesPlugin()],
  root,
  // Components are tested as the window runs them, not as a server would render them.
  resolve: { conditions: ['browser'] },
  // Some tests load onnxruntime by themselves.
  test: {
    name,
    include,
    environment: 'node',
    env: { ORT_DISABLE_TELEMETRY: '1', TRM_LAB_ENGINE_WORKER: resolve(root, 'out/main/engine-worker.cjs') },
    ...options,
  },
});

/** Unit tests that replace modules or add to a registry: other tests must not see that. */
const isolated = [
  'test/electron/{main,preload}/**/*.test.ts',
  'test/datasets/kinds/new-kind.test.ts',
  'test/models/family/families.test.ts',
  'test/renderer/app/views.test.ts',
];
// Generous: on two cores other tests compute at the same time.
const unit = {
  testTimeout: 60_000,
  setupFiles: ['test/renderer/english.ts'],
  globalSetup: 'test/compile-workers.ts',
};

/** Window tests that count frames or clicks while a model trains on every core. */
const timed = ['responsiveness', 'train-and-solve'].map((name) => `test/e2e/${name}.test.ts`);
const window = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  // A busy machine is slow, not wrong: what is awaited has more than the usual second.
  expect: { poll: { timeout: 15_000 } },
  // Files in another order each time (the seed is printed): none may need another.
  sequence: { shuffle: { files: true, tests: false } },
};

export default defineConfig({
  root,
  test: {
    // Vitest leaves one core free, which on two would leave only one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only with --coverage. Child processes (command line, compute, probe) are not counted.
    coverage: {
      provider: 'v8',
      include: ['{datasets,models,electron,renderer}/**/*.{ts,svelte}'],
      reporter: ['text-summary'],
      reportsDirectory: resolve(root, 'test/artifacts/coverage'),
    },
    projects: [
      // Loading the sources once per worker instead of once per file halves the time.
      project('unit', ['test/{bench,build,datasets,gallery,models,electron,renderer}/**/*.test.ts'], {
        ...unit,
        exclude: isolated,
        isolate: false,
      }),
      project('unit-isolated', isolated, unit),
      project('oracle', ['test/oracle/**/*.test.ts'], { testTimeout: 120_000, hookTimeout: 120_000 }),
      project('e2e', ['test/e2e/**/*.test.ts'], {
        ...window,
        exclude: timed,
        // As many windows at a time as there are displays (build/display.mjs).
        maxWorkers: process.env.TEST_DISPLAYS?.split(' ').length ?? 1,
      }),
      project('e2e-timed', timed, {
        ...window,
        // One window at a time: two would share the cores and each other's timings.
        fileParallelism: false,
        sequence: { ...window.sequence, groupOrder: 1 },
      }),
      project('pictures', ['test/pictures/**/*.test.ts'], { testTimeout: 120_000, hookTimeout: 60_000 }),
    ],
  },
});
