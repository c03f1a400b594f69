/** Bundles a program of the tests, to run it in a process of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { build } from 'vite';
import { messagesPlugin } from '../../../build/messages.mjs';

/** Bundles as the app is bundled, with static imports of externals first. @returns the path of the program */
export async function bundle(entry: string): Promise<string> {
  mkdirSync(resolve('test/artifacts'), { recursive: true });
  // Inside the checkout, so that onnxruntime-node is resolved.
  const folder = mkdtempSync(resolve('test/artifacts/program-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [messagesPlugin()],
    ssr: { noExternal: true, external: ['onnxruntime-node'] },
    build: { ssr: entry, outDir: folder, rolldownOptions: { output: { entryFileNames: 'program.mjs' } } },
  });
  return join(folder, 'program.mjs');
}
