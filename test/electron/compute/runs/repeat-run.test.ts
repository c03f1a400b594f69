/** Runs are repeated with other seeds: what is queued has the configuration of the run but for the seed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run, RunRequest } from '../../../../electron/contract/contract';
import type { OpenedService } from '../opened-service';
import { openService } from '../opened-service';
import { findFineTuning } from '../../../../electron/compute/runs/repeat-run';
import { exampleRecord } from './examples';

const plain: RunRequest = {
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 3,
  maxSeconds: 600,
  maxEvalSamples: 16,
  batchSize: 8,
  maxSteps: 2,
};
const request: RunRequest = {
  ...plain,
  family: 'hrm',
  posEncodings: 'learned',
  curriculum: 'on',
  name: 'Ours · 3',
};

let lab: OpenedService;
let run: Run;
beforeAll(async () => {
  lab = await openService();
  await lab.ask('startRun', request);
  run = (await lab.next('run/finished')).run;
  await lab.ask('setQueuePaused', { isPaused: true });
}, 60_000);
afterAll(() => lab.close());

const waiting = async () => (await lab.ask('getQueue', {})).waiting;

test('further seeds are queued, after those that were used', async () => {
  await lab.ask('repeatRun', { runId: run.runId, seeds: 2 });
  expect((await waiting()).map(({ request: { seed, name } }) => [seed, name])).toEqual([
    [4, 'Ours · 4'],
    [5, 'Ours · 5'],
  ]);
  await lab.ask('repeatRun', { runId: run.runId, seeds: 1 });
  expect((await waiting()).at(-1)?.request).toMatchObject({ seed: 6, name: 'Ours · 6' });
});

test('a repetition has the configuration of the run', async () => {
  const from = lab.events.length;
  await lab.ask('setQueuePaused', { isPaused: false });
  const repeated = (await lab.next('run/finished', from)).run;
  await lab.ask('setQueuePaused', { isPaused: true });
  const [original, other] = await Promise.all([
    lab.ask('getRunConfig', { runId: run.runId }),
    lab.ask('getRunConfig', { runId: repeated.runId }),
  ]);
  expect(repeated).toMatchObject({ seed: 4, datasetHash: run.datasetHash });
  expect(other.config).toEqual({ ...original.config, seed: 4 });
  expect(other.config.model.family).toBe('hrm');
});

test('a fine-tuned run keeps its model; a branch is refused', async () => {
  const model = run.model ?? '';
  const from = lab.events.length;
  await lab.ask('startRun', { ...plain, seed: 20, from: model });
  const { runId } = (await lab.next('run/finished', from)).run;
  await lab.ask('repeatRun', { runId, seeds: 1 });
  expect((await waiting()).at(-1)?.request).toMatchObject({ from: model, trainable: 'all', seed: 21 });
  const branchFrom = lab.events.length;
  const branch = await lab.ask('branchRun', { runId: run.runId, maxSteps: 3 });
  await lab.next('run/finished', branchFrom);
  await expect(lab.ask('repeatRun', { runId: branch.runId, seeds: 1 })).rejects.toThrow(
    'it started from a checkpoint of another run',
  );
}, 60_000);

test('whether the state of the optimizer was kept is read from the command', () => {
  const parent = { kind: 'model' as const, id: 'a-model', step: null };
  const fineTuned = (command: string) =>
    findFineTuning({
      ...exampleRecord,
      run: { ...exampleRecord.run, parent },
      setup: { ...exampleRecord.setup, command },
    });
  expect(fineTuned('train --from a-model --optimizer-state keep --seed 1')?.optimizerState).toBe('keep');
  expect(fineTuned('train --from a-model --seed 1')?.optimizerState).toBe('reset');
});
