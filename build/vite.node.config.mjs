/**
 * The targets that run on Node or Electron's Node: each becomes one CommonJS file, with everything
 * inside but Electron, the runtime's own modules, onnxruntime-node (a native binding) and playwright (a driver of its own).
 * Which target is built comes from `build/compile.mjs` as the mode.
 */
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { licenceList, targets } from './build-targets.mjs';
import { messagesPlugin } from './messages.mjs';

const root = resolve(import.meta.dirname, '..');
const provided = ['electron', 'onnxruntime-node', 'playwright', ...builtinModules, /^node:/];

export default defineConfig(({ mode }) => {
  const target = targets[mode];
  return {
    root,
    publicDir: false,
    logLevel: 'warn',
    plugins: [messagesPlugin()],
    ssr: { noExternal: true, external: ['electron', 'onnxruntime-node', 'playwright'] },
    build: {
      ssr: target.entry,
      target: 'node18',
      outDir: target.folder,
      emptyOutDir: false,
      sourcemap: true,
      license: { fileName: licenceList(mode) },
      minify: false,
      rolldownOptions: {
        external: provided,
        output: {
          format: 'cjs',
          entryFileNames: target.file,
          codeSplitting: false,
          // First of all: `require('onnxruntime-node')` is hoisted to the top, and the library reads this when it is loaded.
          banner: "process.env.ORT_DISABLE_TELEMETRY = '1';",
        },
      },
    },
  };
});
