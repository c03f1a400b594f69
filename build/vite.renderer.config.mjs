/** The window's page, or the page of its components: what the content security policy serves, so nothing is inlined. */
import { dirname, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { licenceList, targets } from './build-targets.mjs';
import { messagesPlugin } from './messages.mjs';

const root = resolve(import.meta.dirname, '..');

export default defineConfig(({ mode }) => ({
  root: resolve(root, dirname(targets[mode].entry)),
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [svelte({ configFile: false }), messagesPlugin()],
  build: {
    target: 'chrome114',
    outDir: resolve(root, targets[mode].folder),
    emptyOutDir: true,
    sourcemap: true,
    license: { fileName: licenceList(mode) },
    // data: addresses would need holes in the policy.
    assetsInlineLimit: 0,
    // All of it comes from the disk.
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // How long the build took is of no use to those who only start the lab.
      checks: { bundlerTimings: false },
      treeshake: {
        // The window takes types from the contract, and must not carry zod, which tries eval.
        moduleSideEffects: [{ test: /electron[\\/]contract[\\/]/, sideEffects: false }],
      },
    },
  },
}));
