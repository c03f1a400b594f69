/** Managing runs through the service: rename, duplicate, branch, export, import, delete, queue. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../../../electron/contract/contract';
import { inEnglish } from '../../../english';
import type { OpenedService } from '../opened-service';
import { endings, openService } from '../opened-service';

const plan = {
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 1,
  maxSeconds: 600,
  maxEvalSamples: 32,
  batchSize: 8,
  maxSteps: 6,
};

let lab: OpenedService;
let run: Run;
beforeAll(async () => {
  lab = await openService();
  await lab.ask('startRun', { ...plan, name: 'The first' });
  run = (await lab.next('run/finished')).run;
}, 60_000);
afterAll(() => lab.close());

const list = () => lab.ask('listRuns', {});
const waitForEnd = async (from: number) => (await lab.next(endings, from)).run;
const metricsOf = async (runId: string) =>
  (await lab.ask('readMetrics', { runId, points: 5000 })).steps.map((step) => ({ ...step, seconds: 0 }));

test('a run records its settings, name and dataset hash', () => {
  expect(run).toMatchObject({
    name: 'The first',
    tags: [],
    kind: 'sudoku-4x4',
    step: 6,
    maxSteps: 6,
    state: 'finished',
    parent: null,
  });
  expect(run.datasetHash).toMatch(/^[0-9a-f]{64}$/u);
});

test('updateRun changes name and tags, and the name of the model until that has another one; writeNotes stores notes', async () => {
  expect(await lab.ask('updateRun', { runId: run.runId, name: 'Baseline', tags: ['class 7b'] })).toMatchObject({
    name: 'Baseline',
    tags: ['class 7b'],
  });
  expect(await lab.ask('updateRun', { runId: run.runId, tags: [] })).toMatchObject({ name: 'Baseline', tags: [] });
  const modelName = async () => (await lab.ask('listModels', {})).find(({ id }) => id === run.runId)?.name;
  expect(await modelName()).toBe('Baseline');
  await lab.ask('renameModel', { model: run.runId, name: 'Own' });
  for (const name of ['The first', 'Baseline']) await lab.ask('updateRun', { runId: run.runId, name });
  expect(await modelName()).toBe('Own');
  await lab.ask('writeNotes', { runId: run.runId, text: '# What we saw\n' });
  expect(await lab.ask('readNotes', { runId: run.runId })).toEqual({ text: '# What we saw\n', isChanged: false });
});

test('resumeRun requires more steps for a finished run', async () => {
  await expect(lab.ask('resumeRun', { runId: run.runId })).rejects.toThrow(
    'has completed all of its 6 steps: increase the maximum number of steps to resume it',
  );
  const from = lab.events.length;
  await lab.ask('resumeRun', { runId: run.runId, maxSteps: 8 });
  run = await waitForEnd(from);
  expect(run).toMatchObject({ step: 8, maxSteps: 8, state: 'finished' });
  expect((await metricsOf(run.runId)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('saveCheckpoint saves the model of a checkpoint, which names the run it comes from', async () => {
  const { steps } = await lab.ask('listCheckpoints', run);
  const [step] = steps;
  const saved = await lab.ask('saveCheckpoint', { runId: run.runId, step, name: 'Early' });
  expect(saved).toMatchObject({
    name: 'Early',
    source: 'trained',
    accuracy: null,
    parent: { kind: 'run', id: run.runId, step },
    training: { steps: step },
  });
  const evaluate = (model: string) =>
    lab.ask('evaluateModel', { model, dataset: run.dataset, split: 'test', limit: 8 });
  expect(await evaluate(saved.id)).toMatchObject({ count: 8 });
  const last = await lab.ask('saveCheckpoint', { runId: run.runId });
  expect(last.parent).toEqual({ kind: 'run', id: run.runId, step: steps.at(-1) });
  await expect(lab.ask('saveCheckpoint', { runId: run.runId, step: 3 })).rejects.toThrow('has no checkpoint of step 3');
});

test('branchRun starts at a checkpoint and leaves the parent run unchanged', async () => {
  const { steps } = await lab.ask('listCheckpoints', { runId: run.runId });
  expect(steps).toEqual([6, 8]);
  const before = await metricsOf(run.runId);
  const from = lab.events.length;
  const branch = await lab.ask('branchRun', {
    runId: run.runId,
    step: 6,
    maxSteps: 7,
    learningRate: 1e-5,
    name: 'Slower',
  });
  expect(branch).toMatchObject({
    name: 'Slower',
    parent: { kind: 'run', id: run.runId, step: 6 },
    step: 6,
    state: 'running',
    model: null,
  });
  await waitForEnd(from);
  const after = await metricsOf(branch.runId);
  expect(after.slice(0, 6)).toEqual(before.slice(0, 6));
  expect(after).toHaveLength(7);
  expect(after[6]!.learningRate).toBeLessThan(before[6]!.learningRate);
  expect(await metricsOf(run.runId)).toEqual(before);
  expect((await lab.ask('listModels', {})).find(({ id }) => id === branch.runId)?.parent).toEqual({
    kind: 'run',
    id: run.runId,
    step: 6,
  });
  await expect(lab.ask('branchRun', { runId: run.runId, step: 3 })).rejects.toThrow('has no checkpoint of step 3');
});

test('duplicateRun creates a separate run, which can be deleted and restored', async () => {
  const copy = await lab.ask('duplicateRun', { runId: run.runId, name: 'Copy' });
  expect(copy).toMatchObject({ name: 'Copy', step: 8, state: 'finished' });
  expect(copy.runId).not.toBe(run.runId);
  expect(await metricsOf(copy.runId)).toEqual(await metricsOf(run.runId));
  const { trashId } = await lab.ask('deleteRun', { runId: copy.runId });
  expect((await list()).map(({ runId }) => runId)).not.toContain(copy.runId);
  await lab.ask('restoreFromTrash', { trashId });
  expect((await list()).map(({ runId }) => runId)).toContain(copy.runId);
});

test('an exported archive can be imported and resumed', async () => {
  const { out } = await lab.ask('exportRun', {
    runId: run.runId,
    out: join(lab.folder, 'run.zip'),
    format: 'archive',
  });
  await expect(lab.ask('exportRun', { runId: run.runId, out, format: 'archive' })).rejects.toThrow('already exists');
  const otherLab = await openService();
  try {
    const reopened = await otherLab.ask('importRun', { path: out });
    expect(reopened).toMatchObject({ name: 'Baseline', step: 8, model: null });
    await otherLab.ask('resumeRun', { runId: reopened.runId, maxSteps: 9 });
    const { run: finished } = await otherLab.next('run/finished');
    expect(finished).toMatchObject({ step: 9 });
    expect(await otherLab.ask('readNotes', { runId: finished.runId })).toEqual({
      text: '# What we saw\n',
      isChanged: false,
    });
  } finally {
    await otherLab.close();
  }
  await expect(lab.ask('importRun', { path: join(lab.folder, 'queue.json') })).rejects.toThrow(
    /^queue\.json: expected a file|^queue\.json: expected a whole zip archive/u,
  );
}, 60_000);

test('exportRun as a cluster job reports progress and can be cancelled', async () => {
  const from = lab.events.length;
  const out = join(lab.folder, 'cluster');
  const { notes } = await lab.ask('exportRun', {
    runId: run.runId,
    out,
    format: 'cluster',
    job: 'export',
    augment: 50,
  });
  expect(notes).toEqual([]);
  const progress = lab.events
    .slice(from)
    .flatMap((event) => (event.type === 'job/progress' && event.job === 'export' ? [event.message] : []));
  expect(inEnglish(progress[0])).toMatch(/^[\d,]+ puzzles written$/u);
  expect((await readdir(out)).sort()).toEqual([
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
  const aborting = new AbortController();
  const exporting = lab.ask(
    'exportRun',
    { runId: run.runId, out: `${out}-2`, format: 'cluster', augment: 10_000 },
    { signal: aborting.signal },
  );
  aborting.abort(new Error('cancelled'));
  await expect(exporting).rejects.toThrow('cancelled');
  await expect.poll(async () => (await readdir(lab.folder)).filter((name) => name.startsWith('cluster-2'))).toEqual([]);
  await expect(lab.ask('exportRun', { runId: run.runId, out: `${out}-3`, format: 'csv', augment: 1 })).rejects.toThrow(
    'augment belongs to the format cluster',
  );
});

describe('fine-tuning', () => {
  test('starts with the weights of a model and a lower learning rate', async () => {
    const from = lab.events.length;
    const tuned = await lab.ask('startRun', { ...plan, maxSteps: 1, from: 'sudoku-4x4' });
    expect(tuned).toMatchObject({ parent: { kind: 'model', id: 'sudoku-4x4', step: null } });
    const { runId } = await waitForEnd(from);
    const { lmLoss, learningRate } = (await metricsOf(runId))[0]!;
    const [fresh] = await metricsOf(run.runId);
    expect(lmLoss).toBeLessThan(fresh!.lmLoss / 10);
    expect(learningRate).toBeCloseTo(fresh!.learningRate / 10, 12);
  });

  test('is rejected if the model does not fit the puzzles or has no trainable weights', async () => {
    await expect(lab.ask('startRun', { ...plan, dataset: 'sudoku-6x6', from: 'sudoku-4x4' })).rejects.toThrow(
      'this model is for puzzles of 16 cells with 6 symbols, but these have 36 cells with 8 symbols',
    );
    await expect(lab.ask('startRun', { ...plan, from: 'sudoku-4x4', trainable: 'puzzleEmbeddings' })).rejects.toThrow(
      'this model has no puzzle embeddings: train all weights',
    );
    await expect(lab.ask('startRun', { ...plan, from: 'nobody' })).rejects.toThrow('there is no model “nobody”');
  });
});

describe('the queue', () => {
  test('trains runs one after the other in queue order and keeps one that cannot start', async () => {
    await lab.ask('setQueuePaused', { isPaused: true });
    for (const seed of [11, 12, 13]) await lab.ask('enqueueRun', { ...plan, maxSteps: 2, seed });
    await lab.ask('enqueueRun', { ...plan, dataset: 'nothing-of-this-name' });
    const { waiting } = await lab.ask('getQueue', {});
    await lab.ask('moveQueuedRun', { queueId: waiting[2]!.queueId, to: 0 });
    await lab.ask('removeQueuedRun', { queueId: waiting[0]!.queueId });
    await expect(lab.ask('removeQueuedRun', { queueId: waiting[0]!.queueId })).rejects.toThrow(
      'this run is no longer in the queue',
    );
    const before = (await list()).length;
    const from = lab.events.length;
    await lab.ask('setQueuePaused', { isPaused: false });
    await waitForEnd(from);
    const first = lab.events.findIndex(({ type }, i) => i >= from && type === 'run/finished');
    await waitForEnd(first + 1);
    expect(
      (await list())
        .slice(0, 2)
        .map(({ seed }) => seed)
        .sort(),
    ).toEqual([12, 13]);
    expect((await list()).length).toBe(before + 2);
    const started = lab.events.slice(from).flatMap((event) => (event.type === 'run/started' ? [event.run.seed] : []));
    expect(started).toEqual([13, 12]);
    await expect
      .poll(async () => inEnglish((await lab.ask('getQueue', {})).waiting))
      .toMatchObject([{ problem: expect.stringContaining('unknown dataset “nothing-of-this-name”') as string }]);
  }, 60_000);

  test('is stored in the data folder', async () => {
    await lab.ask('setQueuePaused', { isPaused: true });
    const queue = await lab.ask('enqueueRun', { ...plan, seed: 99 });
    const again = await openService({ folder: lab.folder });
    expect(await again.ask('getQueue', {})).toEqual(queue);
    await rm(join(lab.folder, 'queue.json'));
    expect(await again.ask('getQueue', {})).toEqual({ isPaused: false, waiting: [], damagedFile: null });
  });
});
