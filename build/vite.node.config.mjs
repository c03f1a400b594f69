/**
 * The parts that run on Node or Electron's Node: each becomes one CommonJS file, with everything
 * inside but Electron, the runtime's own modules, onnxruntime-node (a native binding) and playwright (a driver of its own).
 * Which part is built comes from `build/compile.mjs` as the mode.
 */
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { parts } from './parts.mjs';

const root = resolve(import.meta.dirname, '..');
const provided = ['electron', 'onnxruntime-node', 'playwright', ...builtinModules, /^node:/];

export default defineConfig(({ mode }) => {
  const part = parts[mode];
  return {
    root,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron', 'onnxruntime-node', 'playwright'] },
    build: {
      ssr: part.entry,
      target: 'node18',
      outDir: part.folder,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        external: provided,
        output: { format: 'cjs', entryFileNames: part.file, codeSplitting: false },
      },
    },
  };
});
