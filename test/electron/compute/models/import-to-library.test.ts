import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importToLibrary } from '../../../../electron/compute/models/import-to-library';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { builtInModels, freshFolder } from '../opened-service';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const library = () => new ModelLibrary({ builtIn: path('none'), user: path('models') });

/** Exports a built-in model with another kind in its card, and imports it. */
async function importWithKind(name: string, kind: string, settings?: Record<string, number>) {
  const model = await readModel(join(builtInModels, 'sudoku-4x4'));
  await exportModel({ ...model, card: { ...model.card, kind } }, 'safetensors', path(`${name}.safetensors`));
  return importToLibrary(library(), { path: path(`${name}.safetensors`), settings });
}

test.each([
  ['is unknown', 'unknown', 'chess-8x8'],
  ['has other cells', 'cells', 'sudoku-9x9'],
  ['is not an id', 'no-id', '__proto__'],
])('the kind of a card is replaced by that of the shape where it %s', async (_, name, kind) => {
  const { model } = await importWithKind(name, kind);
  expect(model?.kind).toBe('sudoku-4x4');
});

test('the kind of a card is kept where its cells and symbols are those of the model', async () => {
  const { model } = await importWithKind('fitting', 'custom-4x4:.1234');
  expect(model?.kind).toBe('custom-4x4:.1234');
});

test('a model with other settings than in its file has no accuracy', async () => {
  const { model } = await importWithKind('cycles', 'sudoku-4x4', { H_cycles: 1 });
  expect(model).toMatchObject({ hCycles: 1, accuracy: null });
  expect(model).not.toHaveProperty('evaluations');
});
