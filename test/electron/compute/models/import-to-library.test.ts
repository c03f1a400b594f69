import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../../datasets/random';
import { importToLibrary } from '../../../../electron/compute/models/import-to-library';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import { readModel } from '../../../../models/checkpoint/model-folder';
import type { ModelConfig } from '../../../../models/family/config';
import { initialState } from '../../../../models/family/weights';
import { formatEnglish } from '../../../../renderer/messages/english';
import { tinyMlpT } from '../../../models/family/tiny';
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

describe('names of puzzles and the state of the optimiser', () => {
  const config: ModelConfig = { ...tinyMlpT, puzzleEmbNdim: 4, puzzleEmbLen: 1, numPuzzleIdentifiers: 3 };
  const identifiers = ['<blank>', 'task-a', 'task-b'];
  const state = initialState(config, Random.seeded(1));
  const optimiser = { params: state.params, m: state.params, v: state.params.map(Math.abs), step: 4 };

  test.each(['safetensors', 'pt'] as const)('are those of an exported model, as %s and as a folder', async (format) => {
    const { card } = await readModel(join(builtInModels, 'sudoku-4x4'));
    const out = path(`named.${format}`);
    await exportModel({ config, state, card, identifiers, optimiser }, format, out);
    const { model } = await importToLibrary(library(), { path: out });
    await library().rename(model!.id, 'Renamed');
    const stored = await library().readTrainable(model!.id);
    expect(stored).toMatchObject({ identifiers, optimiser, card: { name: 'Renamed', optimizer: { step: 4 } } });
    const copy = await importToLibrary(library(), { path: await library().getFolder(model!.id) });
    expect(await library().readTrainable(copy.model!.id)).toMatchObject({ identifiers, optimiser });
  });

  test('names of a dataset near a checkpoint are taken where there is one for each embedding', async () => {
    await mkdir(path('job/checkpoints'), { recursive: true });
    await mkdir(path('job/dataset'));
    await exportModel({ config, state }, 'pt', path('job/checkpoints/step.pt'));
    const importNamed = async (names: readonly string[]) => {
      await writeFile(path('job/dataset/identifiers.json'), JSON.stringify(names));
      const { model, notes } = await importToLibrary(library(), { path: path('job/checkpoints/step.pt') });
      return { read: (await library().read(model!.id)).identifiers, notes: notes.map(formatEnglish) };
    };
    expect(await importNamed(identifiers)).toEqual({
      read: identifiers,
      notes: ['The names of 2 puzzle embeddings are those in ../dataset/identifiers.json.'],
    });
    expect(await importNamed(['<blank>'])).toEqual({
      read: undefined,
      notes: [
        'The names in ../dataset/identifiers.json were left out: 1 name for 3 puzzle embeddings. Embeddings are matched by number.',
      ],
    });
  });

  test('changed names are left out', async () => {
    const out = path('changed.safetensors');
    await exportModel({ config, state, identifiers }, 'safetensors', out);
    const names = path('changed.identifiers.json');
    await writeFile(names, (await readFile(names, 'utf8')).replace('task-a', 'task-x'));
    const { model, notes } = await importToLibrary(library(), { path: out });
    expect((await library().read(model!.id)).identifiers).toBeUndefined();
    expect(notes.map(formatEnglish)).toEqual([
      expect.stringMatching(/^The names in changed\.identifiers\.json were left out: the file is damaged/u),
    ]);
  });
});

test('a model with other settings than in its file has no accuracy', async () => {
  const { model } = await importWithKind('cycles', 'sudoku-4x4', { H_cycles: 1 });
  expect(model).toMatchObject({ hCycles: 1, accuracy: null });
  expect(model).not.toHaveProperty('evaluations');
});
