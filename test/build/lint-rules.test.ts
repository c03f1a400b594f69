import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const cwd = resolve(import.meta.dirname, '../..');
const eslint = new ESLint({
  cwd,
  overrideConfigFile: resolve(cwd, 'build/eslint.config.mjs'),
  // Our rules need no types; without them linting is fast and the file does not have to exist.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId === 'project/import-direction' || ruleId === 'no-restricted-syntax',
});

/** Returns the messages of our rules for `text`, linted as the content of `filePath` with the project's settings. */
async function lintMessages(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return result!.messages.map(({ message }) => message);
}

function imports(file: string, target: string): string {
  const line = `import * as it from '${target}';\nconsole.log(it);\n`;
  return file.endsWith('.svelte') ? `<script lang="ts">${line}</script>` : line;
}

describe('import direction', () => {
  test.each([
    ['datasets/catalog.ts', '../models/train/loss'],
    ['datasets/kinds/sudoku/solve.ts', '../../../electron/contract/contract'],
    ['datasets/catalog.ts', 'node:fs'],
    ['datasets/catalog.ts', 'fs'],
    ['models/train/loss.ts', '../../electron/contract/rpc'],
    ['models/graph/ops.ts', 'node:fs'],
    ['models/train/train.ts', 'onnxruntime-node'],
    ['electron/contract/contract.ts', 'electron'],
    ['electron/compute/service.ts', '../../renderer/app/connection'],
    ['electron/compute/service.ts', 'onnxruntime-node'],
    ['renderer/app/connection.ts', '../../electron/compute/storage/data-folders'],
    ['renderer/features/solve/SolveView.svelte', '../../../models/train/loss'],
    ['renderer/features/solve/SolveView.svelte', '../../../datasets/formats/csv'],
    ['renderer/app/connection.ts', 'electron'],
  ])('reports an error when %s imports %s', async (file, target) => {
    expect(await lintMessages(file, imports(file, target))).toHaveLength(1);
  });

  test.each([
    ['datasets/catalog.ts', './random'],
    ['datasets/random.ts', 'pure-rand'],
    ['datasets/formats/csv.ts', 'node:fs'],
    ['models/train/loss.ts', '../../datasets/batches'],
    ['models/runtime/onnxruntime.ts', 'onnxruntime-node'],
    ['models/checkpoint/store.ts', 'node:fs/promises'],
    ['electron/main/main.ts', 'node:path'],
    ['electron/compute/service.ts', '../../models/train/train'],
    ['renderer/features/models/models.svelte.ts', '../../app/lab.svelte'],
    ['renderer/features/solve/SolveView.svelte', '../../../datasets/kinds/sudoku'],
    ['renderer/app/connection.ts', '../../electron/contract/rpc'],
  ])('allows %s to import %s', async (file, target) => {
    expect(await lintMessages(file, imports(file, target))).toEqual([]);
  });
});

describe('style attributes', () => {
  test('with constant values are reported, since the window’s content security policy blocks them', async () => {
    expect(await lintMessages('renderer/app/App.svelte', '<p style="color: red">a</p>')).toHaveLength(1);
  });

  test('with computed values are allowed', async () => {
    const text =
      '<script lang="ts">let { w }: { w: number } = $props();</script><p style:color="red" style="width: {w}px">b</p>';
    expect(await lintMessages('renderer/app/App.svelte', text)).toEqual([]);
  });
});
