import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  createContainerFile,
  createSlurmFile,
  createTrainScript,
  REFERENCE_COMMIT,
} from '../../../../../electron/compute/runs/export/cluster-scripts';

const folder = mkdtempSync(join(tmpdir(), 'trm-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const usual = {
  overrides: ['arch=trm', 'lr=0.1'],
  batchSize: 8,
  runName: 'lab-run',
  stateFile: 'model.pt',
  loadingObstacles: null,
  trainingObstacles: null,
};

/** The output of a script, with `echo` in place of torchrun. */
function run(script: string, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'pretrain.py'), '');
  writeFileSync(join(folder, 'train.sh'), `torchrun() { echo "$@"; }\n${script.replace('exec torchrun', 'torchrun')}`);
  const { status, stdout, stderr } = spawnSync('bash', [join(folder, 'train.sh'), folder], {
    encoding: 'utf8',
    env: { ...process.env, ANY_COMMIT: '1', ...env },
  });
  return { status, stdout, stderr };
}

const isWindows = process.platform === 'win32';

test.skipIf(isWindows)('train.sh gives the weights to load_state.py', () => {
  expect(run(createTrainScript(usual)).stdout).toContain(
    `--standalone --nproc-per-node 1 ${folder}/load_state.py ${folder}/model.pt arch=trm lr=0.1 data_paths=`,
  );
});

test.skipIf(isWindows)('train.sh trains a new model only with FRESH=1 where the weights cannot be loaded', () => {
  const script = createTrainScript({ ...usual, loadingObstacles: 'two networks' });
  expect(run(script)).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'train.sh: the reference implementation cannot continue from these weights: two networks. FRESH=1 trains a new model instead\n',
  });
  expect(run(script, { FRESH: '1' }).stdout).toContain('--nproc-per-node 1 pretrain.py arch=trm');
});

test.skipIf(isWindows)('train.sh stops where the reference cannot train the model', () => {
  const { status, stderr } = run(createTrainScript({ ...usual, trainingObstacles: 'another loss' }), { FRESH: '1' });
  expect([status, stderr]).toEqual([
    2,
    'train.sh: the reference implementation cannot train this model: another loss\n',
  ]);
});

test.skipIf(isWindows).each([
  ['train.sh', createTrainScript(usual)],
  ['job.slurm', createSlurmFile('lab-run')],
])('%s has the syntax of bash', (_, script) => {
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('the container has the version of the code that train.sh expects', () => {
  expect(createContainerFile()).toContain(`checkout --detach ${REFERENCE_COMMIT}`);
});
