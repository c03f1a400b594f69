import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../../../datasets/formats/open-dataset';
import { message } from '../../../../../renderer/messages/message';
import { Job } from '../../../../../electron/compute/job';
import { exportRun, type RunExportPlan } from '../../../../../electron/compute/runs/export/export-run';
import { readLines } from '../../../../../electron/compute/runs/metrics-log';
import { RunFolder } from '../../../../../electron/compute/runs/run-store';
import {
  eventFileName,
  metricsColumns,
  tensorboardEvents,
} from '../../../../../models/checkpoint/export/metrics-export';
import { importModel } from '../../../../../models/checkpoint/import/import-model';
import { readTorchCheckpoint } from '../../../../../models/checkpoint/torch/read-torch';
import { freshFolder } from '../../opened-service';
import { exportedPlan, trainExportedRun, type ExportedRun } from './exported-run';

let parent: string;
let carried: ExportedRun;
beforeAll(async () => {
  parent = await freshFolder();
  carried = await trainExportedRun(parent);
}, 60_000);
afterAll(() => rm(parent, { recursive: true }));

const path = (...names: readonly string[]) => join(parent, ...names);
const carry = (plan: RunExportPlan, source = carried.source, job = new Job()) => exportRun(source, plan, job);

test('what was measured goes to a spreadsheet line by line', async () => {
  await carry({ out: path('metrics.csv'), format: 'csv' });
  const [header, ...rows] = (await readFile(path('metrics.csv'), 'utf8')).trimEnd().split('\r\n');
  expect(header).toBe(metricsColumns.join(','));
  expect(rows.map((row) => row.split(',').slice(0, 2).join())).toEqual([
    'step,1',
    'step,2',
    'step,3',
    'step,4',
    'evaluated,4',
  ]);
});

test('and to TensorBoard as a folder with one event file', async () => {
  await carry({ out: path('board'), format: 'tensorboard' });
  const { run } = await carried.folder.read();
  const options = { startedAt: new Date(run.startedAt) };
  expect(await readdir(path('board'))).toEqual([eventFileName(options)]);
  const expected = tensorboardEvents(await readLines(carried.folder.metricsFile), options);
  expect(Buffer.compare(await readFile(path('board', eventFileName(options))), expected)).toBe(0);
});

describe('a folder for a cluster', () => {
  beforeAll(async () => {
    expect(await carry({ out: path('cluster'), format: 'cluster' })).toEqual({ out: path('cluster'), notes: [] });
  });

  test('holds what its README names, and nothing else', async () => {
    const names = (await readdir(path('cluster'))).sort();
    expect(names).toEqual(['README.txt', 'dataset', 'model.config.json', 'model.pt', 'train.sh']);
    const readme = await readFile(path('cluster', 'README.txt'), 'utf8');
    for (const name of names) expect(readme).toContain(`  ${name}`);
    expect(readme).toContain('lab model import checkpoints --kind sudoku-4x4 --set seq_len=16');
    expect(readme).not.toContain('cannot');
  });

  test('has the weights that are evaluated, under the names of a compiled model', async () => {
    const { state, config } = await importModel(path('cluster', 'model.pt'));
    expect(config).toEqual(carried.model.config);
    expect(state).toEqual(carried.model.state);
    for (const name of (await readTorchCheckpoint(path('cluster', 'model.pt'))).keys())
      expect(name).toMatch(/^_orig_mod\.model\.inner\./u);
  });

  test('has the puzzles of the run with their identifiers and groups', async () => {
    expect((await loadDataset(path('cluster', 'dataset'))).identified).toEqual(exportedPlan.dataset.identified);
  });

  test.skipIf(process.platform === 'win32')(
    'has a script that starts the trainer of the reference with all it needs, whatever the folder is called',
    async () => {
      await mkdir(path('programs'));
      await mkdir(path('the code'));
      await writeFile(path('the code', 'pretrain.py'), '');
      await writeFile(path('programs', 'torchrun'), '#!/bin/sh\nprintf "%s\\n" "$PWD" "$WANDB_MODE" "$@"\n');
      await chmod(path('programs', 'torchrun'), 0o755);
      await cp(path('cluster'), path('für später, [1]'), { recursive: true });
      const here = path('für später, [1]');
      const env = { ...process.env, PATH: `${path('programs')}:${process.env.PATH}`, GPUS: '2' };
      const lines = execFileSync(join(here, 'train.sh'), ['the code', 'lr=0.1'], { cwd: parent, env, encoding: 'utf8' })
        .trimEnd()
        .split('\n');
      expect(lines.slice(0, 6)).toEqual([
        path('the code'),
        'offline',
        '--standalone',
        '--nproc-per-node',
        '2',
        'pretrain.py',
      ]);
      // 4 of 9 steps are made; an epoch has 4 groups of 2 examples, which is 2 batches.
      expect(lines).toEqual(
        expect.arrayContaining([
          'arch=trm',
          'arch.puzzle_emb_ndim=16',
          'epochs=3',
          'eval_interval=3',
          'global_batch_size=4',
          '++run_name=lab-carried',
        ]),
      );
      expect(lines.slice(-5)).toEqual([
        `data_paths=["${here}/dataset"]`,
        'evaluators=[]',
        `++checkpoint_path="${here}/checkpoints"`,
        `++load_checkpoint="${here}/model.pt"`,
        'lr=0.1',
      ]);
    },
  );

  test.skipIf(process.platform === 'win32').each([
    ['without the code', [], {}, "expected the folder of TinyRecursiveModels, found no pretrain.py in ''"],
    [
      'with a number of devices that does not divide the batch',
      ['the code'],
      { GPUS: '3' },
      'GPUS must divide the batch size 4, got 3',
    ],
    ['with what is no number of devices', ['the code'], { GPUS: 'all' }, 'got all'],
  ])('has a script that stops in one line %s', (_, args, env, message) => {
    const refusal = refusalOf(path('cluster', 'train.sh'), args, env);
    expect(refusal).toMatch(/^train\.sh: [^\n]+\n$/u);
    expect(refusal).toContain(message);
  });
});

function refusalOf(script: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  try {
    execFileSync(script, args, { cwd: parent, env: { ...process.env, ...env }, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error('it went on');
}

describe('the weights', () => {
  const copied = async (name: string) => {
    await cp(carried.folder.path, path(name), { recursive: true });
    return new RunFolder(path(name));
  };

  test('are those of the checkpoint before, where the newest is damaged', async () => {
    const folder = await copied('damaged');
    expect(await folder.checkpoints.steps()).toEqual([2, 4]);
    await truncate(folder.checkpoints.file(4), 1000);
    await carry({ out: path('from-2'), format: 'cluster' }, { ...carried.source, folder });
    expect(await readFile(path('from-2', 'README.txt'), 'utf8')).toContain('step 2 of 9');
    expect((await importModel(path('from-2', 'model.pt'))).state).not.toEqual(carried.model.state);
  });

  test('are those of the saved model, where there is no checkpoint', async () => {
    const folder = await copied('without');
    await rm(folder.checkpoints.folder, { recursive: true });
    await carry({ out: path('from-model'), format: 'cluster' }, { ...carried.source, folder });
    expect((await importModel(path('from-model', 'model.pt'))).state).toEqual(carried.model.state);
    await expect(
      carry(
        { out: path('from-nothing'), format: 'cluster' },
        { ...carried.source, folder, savedModel: () => Promise.resolve(null) },
      ),
    ).rejects.toThrow('run “carried” has no checkpoint and no model yet');
  });

  test('are not taken from a checkpoint of another model', async () => {
    const folder = await copied('other');
    const record = await folder.read();
    await folder.write({
      ...record,
      setup: {
        ...record.setup,
        config: { ...record.setup.config, model: { ...record.setup.config.model, hiddenSize: 18 } },
      },
    });
    await expect(
      carry(
        { out: path('from-other'), format: 'cluster' },
        { ...carried.source, folder, savedModel: () => Promise.resolve(null) },
      ),
    ).rejects.toThrow(/^hInit: expected 18 values/u);
  });
});

describe('nothing is left', () => {
  test.each(['csv', 'tensorboard', 'cluster', 'archive'] as const)(
    'of %s where the name is taken, and what is there stays',
    async (format) => {
      await mkdir(path(`taken-${format}`));
      await expect(carry({ out: path(`taken-${format}`), format })).rejects.toThrow('already exists');
      expect(await readdir(path(`taken-${format}`))).toEqual([]);
    },
  );

  test('when it is cancelled', async () => {
    const job = new Job(undefined, AbortSignal.abort(new Error('enough')));
    await expect(carry({ out: path('cancelled'), format: 'cluster' }, carried.source, job)).rejects.toThrow('enough');
  });

  test('when the puzzles are no longer those it learnt from', async () => {
    const { dataset } = exportedPlan;
    const changed = { dataset: { ...dataset, train: dataset.train.slice(1) }, folder: null };
    await expect(
      carry(
        { out: path('changed'), format: 'cluster' },
        { ...carried.source, dataset: () => Promise.resolve(changed) },
      ),
    ).rejects.toThrow('have changed since this run was trained');
  });

  afterAll(async () => {
    const names = await readdir(parent);
    for (const gone of ['cancelled', 'changed', 'from-nothing', 'from-other'])
      expect(names.filter((name) => name.startsWith(gone))).toEqual([]);
  });
});

test('a set that lies in a folder goes as it is, with all that belongs to it and nothing else', async () => {
  await rename(path('cluster', 'dataset'), path('set'));
  await Promise.all([writeFile(path('set', 'test_puzzles.json'), '{}'), writeFile(path('set', 'diary.txt'), 'mine')]);
  const placed = { dataset: exportedPlan.dataset, folder: path('set') };
  const { notes } = await carry(
    { out: path('copied'), format: 'cluster', augment: 5 },
    { ...carried.source, dataset: () => Promise.resolve(placed) },
  );
  expect(notes).toEqual([message('run.cluster.noCopies')]);
  expect((await readdir(path('copied', 'dataset'))).sort()).toEqual([
    'identifiers.json',
    'source.json',
    'test',
    'test_puzzles.json',
    'train',
  ]);
  expect(await readFile(path('copied', 'dataset', 'train', 'all__inputs.npy'))).toEqual(
    await readFile(path('set', 'train', 'all__inputs.npy')),
  );
});
