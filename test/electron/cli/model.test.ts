/** `lab model` and `lab run export`, each command in a process of its own. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { padWidths } from '../../../models/checkpoint/export/reference-widths';
import { readModel } from '../../../models/checkpoint/model-folder';
import { freshFolder, builtInIds, builtInModels } from '../compute/opened-service';
import { build, lab } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await Promise.all([
    build(),
    mkdir(join(folder, 'taken')),
    writeFile(join(folder, 'note.txt'), 'no weights'),
    cp(join(builtInModels, 'sudoku-4x4'), join(folder, 'mine'), { recursive: true }),
  ]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function outputOf(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const json = async <Result>(...args: string[]): Promise<Result> =>
  JSON.parse(await outputOf(...args, '--json')) as Result;

const builtInRows = builtInIds.map((id) => [id, 'built-in']);

type ModelList = readonly { readonly id: string; readonly source: string }[];
const listModels = async () => (await json<ModelList>('model', 'list')).map(({ id, source }) => [id, source]);

describe('lab model', () => {
  test('lists, shows and compares models, as text and as JSON', async () => {
    expect(await listModels()).toEqual(builtInRows);
    expect(await outputOf('model', 'list')).toMatch(
      /^sudoku-4x4 \(built-in\): .+, \d+\.\d % on the test set \(95 % CI .+, n = 500\)$/mu,
    );
    const { card, config } = await readModel(join(builtInModels, 'sudoku-4x4'));
    expect(await json('model', 'show', 'sudoku-4x4')).toEqual({ ...card, config });
    expect(await outputOf('model', 'show', 'mine')).toContain(card.parameters.toLocaleString('en'));
    expect(await json('model', 'compare', 'sudoku-4x4', 'mine')).toEqual([card, card]);
    expect(
      (await outputOf('model', 'compare', 'sudoku-4x4', 'mine')).split('\n').filter((line) => line.startsWith('≠')),
    ).toEqual([]);
  });

  test('lists published models with size, licence and source, without network access', async () => {
    const entries = await json<readonly Record<string, unknown>[]>('model', 'download');
    expect(entries.find(({ id }) => id === 'trm-sudoku-alphaxiv')).toMatchObject({
      bytes: 20_100_000,
      licence: null,
      isHashKnown: false,
      homepage: 'https://huggingface.co/alphaXiv/trm-model-sudoku',
      model: null,
    });
    const text = await outputOf('model', 'download');
    expect(text).toContain(
      'about 20.1 MB, licence: not verified, see the source, source: https://huggingface.co/alphaXiv/trm-model-sudoku',
    );
    expect(text).toContain('its SHA-256 is not known: size and format are checked');
    expect(await lab(['model', 'download', 'other'], folder)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('unknown download “other”; known: trm-sudoku-alphaxiv') as string,
    });
  });

  // The second config has a longer name: that of the first is taken.
  test.each([
    ['pt', 'model.config.json'],
    ['safetensors', 'model.safetensors.config.json'],
  ])('exports to %s and imports again with identical weights', async (format, configFile) => {
    const file = `model.${format}`;
    const { files, notes } = await json<{ files: string[]; notes: string[] }>(
      'model',
      'export',
      'sudoku-4x4',
      '--format',
      format,
      '--out',
      file,
    );
    expect(files).toEqual([file, configFile]);
    expect(notes).toEqual([
      'The reference implementation cannot build this model, which has inner widths rounded to multiples of 64 instead of 256. TRM Puzzle Lab can.',
    ]);
    const out = `imported-from-${format}`;
    expect(await json('model', 'import', file, '--out', out)).toMatchObject({
      model: { family: 'TRM-MLP', kind: 'sudoku-4x4', preset: 'imported' },
      folder: out,
    });
    const [imported, builtIn] = [
      await readModel(join(folder, out)),
      await readModel(join(builtInModels, 'sudoku-4x4')),
    ];
    expect(imported.state).toEqual(builtIn.state);
    expect(imported.config).toEqual(builtIn.config);
  });

  test('exports to ONNX as one file', async () => {
    expect(
      await json('model', 'export', 'mine', '--format', 'onnx-step', '--out', 'step.onnx', '--batch-size', '2'),
    ).toEqual({ files: ['step.onnx'], notes: [] });
    expect((await readFile(join(folder, 'step.onnx'))).length).toBeGreaterThan(100_000);
  });

  test('imports into the data folder without --out and deletes into the trash', async () => {
    const { model, folder: modelPath } = await json<{ model: { id: string; name: string }; folder: string }>(
      'model',
      'import',
      'model.pt',
      '--name',
      'From a friend',
    );
    expect([model.id, model.name]).toEqual(['from-a-friend', 'From a friend']);
    expect(modelPath).toBe(join(folder, 'models', 'from-a-friend'));
    expect(await listModels()).toEqual([...builtInRows, ['from-a-friend', 'imported']]);
    const { trashId } = await json<{ trashId: string }>('model', 'delete', 'from-a-friend');
    expect(await readdir(join(folder, 'trash'))).toEqual([trashId]);
    expect(await listModels()).toEqual(builtInRows);
  });
});

describe('lab run export', () => {
  beforeAll(async () => {
    expect(
      (
        await lab(
          [
            'train',
            '--dataset',
            'sudoku-4x4',
            '--preset',
            'classroom',
            '--batch-size',
            '8',
            '--max-eval-samples',
            '16',
            '--max-steps',
            '2',
            '--out',
            'run',
            '--json',
          ],
          folder,
        )
      ).code,
    ).toBe(0);
  }, 60_000);

  test('writes a CSV table and a TensorBoard folder', async () => {
    expect(await outputOf('run', 'export', 'run', '--format', 'csv', '--out', 'run.csv')).toBe('Wrote run.csv\n');
    expect((await readFile(join(folder, 'run.csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(4);
    expect(await json('run', 'export', 'run', '--format', 'tensorboard', '--out', 'board')).toEqual({
      out: 'board',
      notes: [],
    });
    expect(await readdir(join(folder, 'board'))).toEqual([
      expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.trm$/u),
    ]);
  });

  test('writes a cluster folder with the inner widths of the reference', async () => {
    const { notes } = await json<{ notes: string[] }>(
      'run',
      'export',
      'run',
      '--format',
      'cluster',
      '--augment',
      '2',
      '--out',
      'cluster',
    );
    expect(notes).toEqual([]);
    const readme = await readFile(join(folder, 'cluster', 'README.txt'), 'utf8');
    expect(readme).not.toContain('cannot');
    expect(readme).toContain('its inner widths are multiples of 256, those of this run of 64');
    expect(readme).toContain(
      '282 training puzzles with up to 2 augmented copies of each (846 in total), 1000 test puzzles',
    );
    expect(await json('model', 'import', join('cluster', 'model.pt'), '--out', 'from-cluster')).toMatchObject({
      model: { kind: 'sudoku-4x4' },
    });
    const [own, wide] = [await readModel(join(folder, 'run')), await readModel(join(folder, 'from-cluster'))];
    expect(wide.config).toEqual({ ...own.config, innerMultiple: 256 });
    expect(wide.state.params).toEqual(padWidths(own.config, wide.config, own.state.params));
  });
});

describe('errors print one line and write nothing', () => {
  test.each<[string, readonly string[], string]>([
    [
      'an unknown model',
      ['model', 'show', 'nobody'],
      'model “nobody” not found: neither a model folder nor a model id; available models: sudoku-4x4',
    ],
    ['a comparison with one model only', ['model', 'compare', 'mine'], "missing required argument 'other'"],
    [
      'an unknown format',
      ['model', 'export', 'mine', '--format', 'gguf', '--out', 'new'],
      'expected one of safetensors, pt, onnx-step, onnx-solve',
    ],
    [
      'an export without a format',
      ['model', 'export', 'mine', '--out', 'new'],
      "required option '--format <format>' not specified",
    ],
    [
      'an export to an existing path',
      ['model', 'export', 'mine', '--format', 'pt', '--out', 'taken'],
      'taken already exists',
    ],
    ['an import to an existing path', ['model', 'import', 'model.pt', '--out', 'taken'], 'taken already exists'],
    [
      'a file that is not a checkpoint',
      ['model', 'import', 'note.txt', '--out', 'new'],
      'note.txt: expected a PyTorch checkpoint or a safetensors file, found a file that starts with other bytes',
    ],
    [
      'a missing file',
      ['model', 'import', 'absent.pt', '--out', 'new'],
      'absent.pt: expected a file, found nothing with this name',
    ],
    [
      'a setting without a value',
      ['model', 'import', 'model.pt', '--out', 'new', '--set', 'wide'],
      'expected <name>=<value>, e.g. num_heads=4',
    ],
    [
      'a checkpoint that does not match its config',
      ['model', 'import', 'model.pt', '--config', 'other.json', '--out', 'new'],
      'model.pt, model.inner.embed_tokens.embedding_weight: expected [6, 32], as the settings require, found [6, 64]',
    ],
    [
      'a checkpoint with missing settings',
      ['model', 'import', 'alone.pt', '--out', 'new'],
      '(use --config, or --set H_cycles=…)',
    ],
    [
      'a kind that does not fit the model',
      ['model', 'import', 'model.pt', '--kind', 'sudoku-9x9', '--out', 'new'],
      'the model reads 16 cells with 6 tokens, but Sudoku 9×9 has 81 cells with 11 tokens',
    ],
    [
      'an unknown export format of a run',
      ['run', 'export', 'run', '--format', 'pdf', '--out', 'new'],
      'expected one of archive, csv, tensorboard, cluster',
    ],
    [
      '--augment without --format cluster',
      ['run', 'export', 'run', '--format', 'csv', '--augment', '2', '--out', 'new'],
      '--augment requires --format cluster',
    ],
    [
      '--augment without a number',
      ['run', 'export', 'run', '--format', 'cluster', '--augment', 'many', '--out', 'new'],
      'expected a whole number from 0 to 10,000',
    ],
    [
      'a run exported to an existing path',
      ['run', 'export', 'run', '--format', 'cluster', '--out', 'taken'],
      'taken already exists',
    ],
    [
      'an unknown run',
      ['run', 'export', 'nobody', '--format', 'cluster', '--out', 'new'],
      'run “nobody” not found: neither a run folder nor a run id',
    ],
  ])('%s', async (_, args, message) => {
    const config = await readFile(join(folder, 'model.config.json'), 'utf8');
    await writeFile(join(folder, 'other.json'), config.replace('"hidden_size": 64', '"hidden_size": 32'));
    await cp(join(folder, 'model.pt'), join(folder, 'alone.pt'));
    const result = await lab(args, folder);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error: [^\n]+\n$/u);
    expect(result.stderr).toContain(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('new'))).toEqual([]);
    expect(await readdir(join(folder, 'taken'))).toEqual([]);
  });

  test('a built-in model cannot be deleted', async () => {
    const { code, stderr } = await lab(['model', 'delete', 'sudoku-4x4'], folder);
    expect([code, stderr]).toEqual([2, 'error: sudoku-4x4 is a built-in model: it cannot be changed or deleted\n']);
  });
});
