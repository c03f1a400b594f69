import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel, MissingConfigError } from '../../../../models/checkpoint/import/import-model';
import { formatEnglish } from '../../../../renderer/messages/english';
import { temporaryFolder } from '../temporary-folder';

const path = temporaryFolder();
const checkpoint = resolve('test/fixtures/oracle/pt/trm_att.step_1000');
/** The settings of that model, as its trainer writes them: without the cells of the puzzles, which attention does not show. */
const arch = {
  name: 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1',
  ...{ H_cycles: 2, L_cycles: 2, H_layers: 0, L_layers: 1, hidden_size: 32, num_heads: 4, expansion: 4 },
  ...{ halt_max_steps: 4, halt_exploration_prob: 0.1, mlp_t: false, no_ACT_continue: true, pos_encodings: 'rope' },
  ...{ puzzle_emb_len: 4, puzzle_emb_ndim: 32, loss: { loss_type: 'stablemax_cross_entropy' } },
};
const dataset = { seq_len: 16, vocab_size: 9, num_puzzle_identifiers: 6 };

/** Files by their path in a new folder; `step_1000` is the checkpoint. */
async function folderOf(name: string, files: Readonly<Record<string, object>>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(path(name, file)), { recursive: true });
    await writeFile(path(name, file), JSON.stringify(content));
  }
}

async function importFrom(name: string, folder: string, files: Readonly<Record<string, object>>) {
  await folderOf(name, files);
  await mkdir(path(name, folder), { recursive: true });
  await copyFile(checkpoint, path(name, folder, 'step_1000'));
  return importModel(path(name, folder));
}

describe('seq_len of a checkpoint with attention', () => {
  test.each<[string, string, Readonly<Record<string, object>>]>([
    ['of the dataset.json beside it', '.', { 'dataset.json': dataset, 'all_config.yaml': { arch } }],
    [
      'of the dataset that its trainer names',
      'checkpoints/project/run',
      {
        'checkpoints/project/run/all_config.yaml': { arch, data_paths: ['data/sudoku'] },
        'data/sudoku/train/dataset.json': dataset,
      },
    ],
    [
      'of the dataset of its cluster job',
      'checkpoints',
      {
        'checkpoints/all_config.yaml': { arch, data_paths: ['/elsewhere/dataset'] },
        'dataset/train/dataset.json': dataset,
      },
    ],
  ])('is %s', async (name, folder, files) => {
    expect((await importFrom(name, folder, files)).config.seqLen).toBe(16);
  });

  test('is never read from outside of the named folders, nor of a dataset with other tokens', async () => {
    await folderOf('outside', { 'secret/train/dataset.json': dataset });
    const named = { 'all_config.yaml': { arch, data_paths: [path('outside', 'secret'), '../../outside/secret'] } };
    await expect(importFrom('inside', 'run', { 'run/all_config.yaml': named['all_config.yaml'] })).rejects.toThrow(
      MissingConfigError,
    );
    const other = { 'dataset.json': { ...dataset, vocab_size: 10 }, 'all_config.yaml': { arch } };
    await expect(importFrom('other tokens', '.', other)).rejects.toThrow(MissingConfigError);
  });

  test.each(['data/..', '..', '.', 'data/.', '/'])(
    'is not read from the folder that the name %s leads to',
    async (name) => {
      const folder = `named ${encodeURIComponent(name)}`;
      const files = {
        '1/2/dataset.json': dataset,
        '1/dataset.json': dataset,
        '1/2/3/4/run/all_config.yaml': { arch, data_paths: [name] },
      };
      await expect(importFrom(folder, '1/2/3/4/run', files)).rejects.toThrow(MissingConfigError);
    },
  );

  test.skipIf(process.platform === 'win32')('is not read from a pipe, which would never end', async () => {
    await folderOf('pipe', { 'run/all_config.yaml': { arch } });
    execFileSync('mkfifo', [path('pipe', 'run', 'dataset.json')]);
    await expect(importFrom('pipe', 'run', {})).rejects.toThrow(MissingConfigError);
  });

  test('is that of a given kind of puzzles', async () => {
    await folderOf('kind', { 'all_config.yaml': { arch } });
    await copyFile(checkpoint, path('kind', 'step_1000'));
    expect((await importModel(path('kind'), { cells: 16 })).config.seqLen).toBe(16);
  });

  const nearby = { 'run/all_config.yaml': { arch }, 'dataset/dataset.json': dataset };

  test('of a dataset near it is named in a note', async () => {
    const { notes } = await importFrom('nearby', 'run', nearby);
    const file = join('..', 'dataset', 'dataset.json');
    expect(notes.map(formatEnglish)).toEqual([
      `The number of cells (16) is that of the dataset near the checkpoint: ${file}.`,
    ]);
  });

  test('is that of a given kind before that of a dataset near it', async () => {
    await importFrom('kind first', 'run', nearby);
    const { config, notes } = await importModel(path('kind first', 'run'), { cells: 25 });
    expect(config.seqLen).toBe(25);
    expect(notes).toEqual([]);
  });

  test('is that of the settings before that of a dataset near it', async () => {
    await importFrom('settings first', 'run', nearby);
    const { config, notes } = await importModel(path('settings first', 'run'), { settings: { seq_len: 9 } });
    expect([config.seqLen, notes]).toEqual([9, []]);
  });
});

test('without all_config.yaml, the settings of the exported cluster job are used and named', async () => {
  const { config, notes, provenance } = await importFrom('job', 'checkpoints', {
    'model.config.json': { arch, data: { ...dataset, dataset: 'mine' }, weights_sha256: 'of the exported weights' },
  });
  expect(config).toMatchObject({ seqLen: 16, hCycles: 2, numHeads: 4 });
  expect(notes.map(formatEnglish)).toEqual([
    'There is no config file of the trainer. The settings of the exported cluster job are used: model.config.json.',
  ]);
  expect(provenance).toEqual({});
});

test('a config of another model beside a file that no trainer has named is not used', async () => {
  await folderOf('mixed', { 'model.config.json': { arch, data: dataset } });
  await copyFile(checkpoint, join(path('mixed'), 'weights.pt'));
  await expect(importModel(path('mixed', 'weights.pt'))).rejects.toThrow(MissingConfigError);
});
