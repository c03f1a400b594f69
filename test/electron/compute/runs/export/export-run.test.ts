import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyDigests } from '../../../../../datasets/formats/digests';
import { loadDataset } from '../../../../../datasets/formats/open-dataset';
import { message } from '../../../../../renderer/messages/message';
import { Job } from '../../../../../electron/compute/job';
import { exportRun, type RunExportPlan } from '../../../../../electron/compute/runs/export/export-run';
import { readLines } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { RunFolder } from '../../../../../electron/compute/runs/run-store';
import {
  eventFileName,
  metricsColumns,
  tensorboardEvents,
} from '../../../../../models/checkpoint/export/metrics-export';
import { flattenSettings } from '../../../../../models/checkpoint/export/hyper-parameters';
import { importModel } from '../../../../../models/checkpoint/import/import-model';
import { readTorchCheckpoint } from '../../../../../models/checkpoint/torch/read-torch';
import { freshFolder } from '../../opened-service';
import { exportedPlan, trainExportedRun, type ExportedRun } from './exported-run';

let parent: string;
let exported: ExportedRun;
beforeAll(async () => {
  parent = await freshFolder();
  exported = await trainExportedRun(parent);
}, 60_000);
afterAll(() => rm(parent, { recursive: true }));

const path = (...names: readonly string[]) => join(parent, ...names);
const exportTo = (plan: RunExportPlan, source = exported.source, job = new Job()) => exportRun(source, plan, job);

test('exports metrics as CSV', async () => {
  await exportTo({ out: path('metrics.csv'), format: 'csv' });
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

test.each(['csv', 'tensorboard'] as const)('notes damaged and missing metrics (format %s)', async (format) => {
  const folder = path(`damaged-${format}`);
  await cp(exported.folder.path, folder, { recursive: true });
  const source = { ...exported.source, folder: new RunFolder(folder) };
  const { metricsFile } = source.folder;
  const lines = (await readFile(metricsFile, 'utf8')).split('\n');
  await writeFile(metricsFile, [lines[0], lines[1]!.replace(/\d/u, '9'), ...lines.slice(2)].join('\n'));
  const changed = await exportTo({ out: path(`noted.${format}`), format }, source);
  expect(changed.notes).toEqual([
    message('run.metrics.damagedLines', { lines: 1 }),
    message('run.metrics.missingSteps', { steps: 1 }),
  ]);
  await writeFile(metricsFile, `${lines.slice(0, 2).join('\n')}\n`);
  const cut = await exportTo({ out: path(`noted-cut.${format}`), format }, source);
  expect(cut.notes).toEqual([message('run.metrics.missingSteps', { steps: 2 })]);
});

test('exports metrics as a TensorBoard folder with one event file', async () => {
  await exportTo({ out: path('board'), format: 'tensorboard' });
  const { run, setup } = await exported.folder.read();
  const hyperParameters = flattenSettings({ dataset: run.dataset, ...setup.config });
  expect(hyperParameters).toMatchObject({ 'model.family': 'trm', 'optimiser.name': 'adamAtan2', batchSize: 4 });
  const options = { startedAt: new Date(run.startedAt), hyperParameters };
  expect(await readdir(path('board'))).toEqual([eventFileName(options)]);
  const expected: Uint8Array[] = [];
  for await (const part of tensorboardEvents(readLines(exported.folder.metricsFile), options)) expected.push(part);
  expect(Buffer.compare(await readFile(path('board', eventFileName(options))), Buffer.concat(expected))).toBe(0);
});

describe('a cluster job', () => {
  beforeAll(async () => {
    expect(await exportTo({ out: path('cluster'), format: 'cluster' })).toEqual({ out: path('cluster'), notes: [] });
  });

  test('contains exactly the files that its README lists', async () => {
    const names = (await readdir(path('cluster'))).sort();
    expect(names).toEqual([
      'Containerfile',
      'README.txt',
      'dataset',
      'job.slurm',
      'load_state.py',
      'model.config.json',
      'model.pt',
      'train.sh',
      'training_state.torch',
    ]);
    const readme = await readFile(path('cluster', 'README.txt'), 'utf8');
    for (const name of names) expect(readme).toContain(`  ${name}`);
    expect(readme).toContain('lab model import checkpoints --kind sudoku-4x4 --set seq_len=16');
    expect(readme).not.toContain('cannot');
  });

  test('contains the EMA weights under the names of a compiled model', async () => {
    const { state, config } = await importModel(path('cluster', 'model.pt'));
    expect(config).toEqual(exported.model.config);
    expect(state).toEqual(exported.model.state);
    for (const name of (await readTorchCheckpoint(path('cluster', 'model.pt'))).keys())
      expect(name).toMatch(/^_orig_mod\.model\.inner\./u);
  });

  test('contains the dataset of the run with identifiers and groups', async () => {
    expect((await loadDataset(path('cluster', 'dataset'))).identified).toEqual(exportedPlan.dataset.identified);
  });

  test.skipIf(process.platform === 'win32')(
    'contains a script that starts the reference trainer, for any folder name',
    async () => {
      await mkdir(path('programs'));
      await mkdir(path('the code'));
      await writeFile(path('the code', 'pretrain.py'), '');
      await writeFile(path('programs', 'torchrun'), '#!/bin/sh\nprintf "%s\\n" "$PWD" "$WANDB_MODE" "$@"\n');
      await chmod(path('programs', 'torchrun'), 0o755);
      await cp(path('cluster'), path('für später, [1]'), { recursive: true });
      const here = path('für später, [1]');
      const env = { ...process.env, PATH: `${path('programs')}:${process.env.PATH}`, GPUS: '2', ANY_COMMIT: '1' };
      const lines = execFileSync(join(here, 'train.sh'), ['the code', 'lr=0.1'], { cwd: parent, env, encoding: 'utf8' })
        .trimEnd()
        .split('\n');
      expect(lines.slice(0, 7)).toEqual([
        path('the code'),
        'offline',
        '--standalone',
        '--nproc-per-node',
        '2',
        join(here, 'load_state.py'),
        join(here, 'training_state.torch'),
      ]);
      // 5 of 9 steps are left; an epoch has 4 groups of 2 examples, which is 2 batches.
      expect(lines).toEqual(
        expect.arrayContaining([
          'arch=trm',
          'arch.puzzle_emb_ndim=16',
          'epochs=3',
          'eval_interval=3',
          'global_batch_size=4',
          '++run_name=lab-exported',
        ]),
      );
      expect(lines.slice(-4)).toEqual([
        `data_paths=["${here}/dataset"]`,
        'evaluators=[]',
        `++checkpoint_path="${here}/checkpoints"`,
        'lr=0.1',
      ]);
      const machines = execFileSync(join(here, 'train.sh'), ['the code'], {
        cwd: parent,
        env: { ...env, NODES: '2', HEAD: 'node-1:29500', SLURM_JOB_ID: '77' },
        encoding: 'utf8',
      });
      expect(machines.split('\n').slice(2, 10)).toEqual([
        ...['--nnodes', '2', '--rdzv-id', '77', '--rdzv-backend', 'c10d', '--rdzv-endpoint', 'node-1:29500'],
      ]);
    },
  );

  test.skipIf(process.platform === 'win32')(
    'contains a batch file for Slurm that starts train.sh on every machine of the job',
    async () => {
      await writeFile(path('programs', 'scontrol'), '#!/bin/sh\nprintf "node-1\nnode-2\n"\n');
      await writeFile(path('programs', 'srun'), '#!/bin/sh\necho "$NODES" "$GPUS" "$HEAD"\nprintf "%s\n" "$@"\n');
      for (const program of ['scontrol', 'srun']) await chmod(path('programs', program), 0o755);
      await cp(path('cluster', 'job.slurm'), path('spooled'));
      const env = {
        ...process.env,
        PATH: `${path('programs')}:${process.env.PATH}`,
        SLURM_SUBMIT_DIR: path('cluster'),
        SLURM_JOB_NUM_NODES: '2',
        SLURM_GPUS_ON_NODE: '4',
        SLURM_JOB_NODELIST: 'node-[1-2]',
      };
      const start = (more = {}) =>
        execFileSync('bash', [path('spooled'), 'the code'], { env: { ...env, ...more }, encoding: 'utf8' }).split('\n');
      expect(start().slice(0, 4)).toEqual(['2 4 node-1:29500', 'bash', path('cluster', 'train.sh'), 'the code']);
      expect(start({ CONTAINER: 'trm.sif' }).slice(1, 7)).toEqual([
        ...['apptainer', 'exec', '--nv', '--bind', path('cluster'), 'trm.sif'],
      ]);
      expect(await readFile(path('spooled'), 'utf8')).toContain('#SBATCH --job-name=lab-exported');
    },
  );

  test('names the same version of the code in all files', async () => {
    const texts = await Promise.all(
      ['README.txt', 'train.sh', 'Containerfile'].map((name) => readFile(path('cluster', name), 'utf8')),
    );
    for (const text of texts) expect(text).toContain('e7b68717f0a6c4cbb4ce6fbef787b14f42083bd9');
  });

  test.skipIf(process.platform === 'win32').each([
    ['without the reference code', [], {}, "expected the folder of TinyRecursiveModels, found no pretrain.py in ''"],
    [
      'if GPUS does not divide the batch size',
      ['the code'],
      { GPUS: '3', ANY_COMMIT: '1' },
      'GPUS × NODES must divide the batch size 4, got 3 × 1',
    ],
    ['if GPUS is not a number', ['the code'], { GPUS: 'all', ANY_COMMIT: '1' }, 'got all'],
    ['if the first machine is unknown', ['the code'], { NODES: '2', ANY_COMMIT: '1' }, 'NODES=2 requires HEAD='],
    ['if the code is another version', ['the code'], {}, 'of TinyRecursiveModels, found unknown: check it out'],
  ])('contains a script that stops with one line %s', (_, args, env, message) => {
    const error = errorOutput(path('cluster', 'train.sh'), args, env);
    expect(error).toMatch(/^train\.sh: [^\n]+\n$/u);
    expect(error).toContain(message);
  });
});

function errorOutput(script: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  try {
    execFileSync(script, args, { cwd: parent, env: { ...process.env, ...env }, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error('expected the script to fail');
}

describe('the exported weights', () => {
  const copyRun = async (name: string) => {
    await cp(exported.folder.path, path(name), { recursive: true });
    return new RunFolder(path(name));
  };

  test('come from the previous checkpoint if the newest is damaged', async () => {
    const folder = await copyRun('damaged');
    expect(await folder.checkpoints.steps()).toEqual([2, 4]);
    await truncate(folder.checkpoints.file(4), 1000);
    await exportTo({ out: path('from-2'), format: 'cluster' }, { ...exported.source, folder });
    expect(await readFile(path('from-2', 'README.txt'), 'utf8')).toContain('step 2 of 9');
    expect((await importModel(path('from-2', 'model.pt'))).state).not.toEqual(exported.model.state);
  });

  test('come from the saved model if there is no checkpoint', async () => {
    const folder = await copyRun('without');
    await rm(folder.checkpoints.folder, { recursive: true });
    await exportTo({ out: path('from-model'), format: 'cluster' }, { ...exported.source, folder });
    expect((await importModel(path('from-model', 'model.pt'))).state).toEqual(exported.model.state);
    await expect(
      exportTo(
        { out: path('from-nothing'), format: 'cluster' },
        { ...exported.source, folder, savedModel: () => Promise.resolve(null) },
      ),
    ).rejects.toThrow('run “exported” has no checkpoint and no model yet');
  });

  test('do not come from a checkpoint that does not fit the model', async () => {
    const folder = await copyRun('other');
    const record = await folder.read();
    await folder.write({
      ...record,
      setup: {
        ...record.setup,
        config: { ...record.setup.config, model: { ...record.setup.config.model, hiddenSize: 18 } },
      },
    });
    await expect(
      exportTo(
        { out: path('from-other'), format: 'cluster' },
        { ...exported.source, folder, savedModel: () => Promise.resolve(null) },
      ),
    ).rejects.toThrow(/^step-4\.safetensors cannot be used: hInit: expected 18 values/u);
  });
});

describe('a failed export writes nothing', () => {
  test.each(['csv', 'tensorboard', 'cluster', 'archive'] as const)('if the path exists (format %s)', async (format) => {
    await mkdir(path(`taken-${format}`));
    await expect(exportTo({ out: path(`taken-${format}`), format })).rejects.toThrow('already exists');
    expect(await readdir(path(`taken-${format}`))).toEqual([]);
  });

  test('if it is cancelled', async () => {
    const job = new Job(undefined, AbortSignal.abort(new Error('enough')));
    await expect(exportTo({ out: path('cancelled'), format: 'cluster' }, exported.source, job)).rejects.toThrow(
      'enough',
    );
  });

  test('if the dataset has changed since the run was trained', async () => {
    const { dataset } = exportedPlan;
    const changed = { dataset: { ...dataset, train: dataset.train.slice(1) }, folder: null };
    await expect(
      exportTo(
        { out: path('changed'), format: 'cluster' },
        { ...exported.source, dataset: () => Promise.resolve(changed) },
      ),
    ).rejects.toThrow('have changed since this run started');
  });

  afterAll(async () => {
    const names = await readdir(parent);
    for (const name of ['cancelled', 'changed', 'from-nothing', 'from-other'])
      expect(names.filter((entry) => entry.startsWith(name))).toEqual([]);
  });
});

test('a dataset folder is copied unchanged, without files that do not belong to it', async () => {
  await rename(path('cluster', 'dataset'), path('set'));
  // As versions before 0.2 wrote it.
  const origin = message('datasets.origin.imported', { path: '/home/ada/Secret Project/puzzles.csv' });
  await Promise.all([
    writeFile(path('set', 'test_puzzles.json'), '{}'),
    writeFile(path('set', 'diary.txt'), 'mine'),
    writeFile(path('set', 'source.json'), JSON.stringify({ kind: 'sudoku-4x4', origin })),
  ]);
  const datasetSource = { dataset: exportedPlan.dataset, folder: path('set') };
  const { notes } = await exportTo(
    { out: path('copied'), format: 'cluster', augment: 5 },
    { ...exported.source, dataset: () => Promise.resolve(datasetSource) },
  );
  expect(notes).toEqual([message('run.cluster.noCopies')]);
  expect((await readdir(path('copied', 'dataset'))).sort()).toEqual([
    'digests.json',
    'identifiers.json',
    'source.json',
    'test',
    'test_puzzles.json',
    'train',
  ]);
  expect(JSON.parse(await readFile(path('copied', 'dataset', 'source.json'), 'utf8'))).toEqual({
    kind: 'sudoku-4x4',
    origin: message('datasets.origin.imported', { path: 'puzzles.csv' }),
  });
  expect(await readFile(path('copied', 'dataset', 'train', 'all__inputs.npy'))).toEqual(
    await readFile(path('set', 'train', 'all__inputs.npy')),
  );
  await verifyDigests(path('copied', 'dataset'));
});
