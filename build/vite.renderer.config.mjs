/** The window's page: what the content security policy serves, so nothing is inlined. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');

export default defineConfig({
  root: resolve(root, 'renderer'),
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [svelte({ configFile: false })],
  build: {
    target: 'chrome114',
    outDir: resolve(root, 'out/renderer'),
    emptyOutDir: true,
    sourcemap: true,
    // data: addresses would need holes in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake: {
        // The window takes types from the contract, and must not carry zod, which tries eval.
        moduleSideEffects: [{ test: /electron[\\/]contract\.ts$/, sideEffects: false }],
      },
    },
  },
});
