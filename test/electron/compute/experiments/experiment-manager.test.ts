/** Experiments through the service: started, paused, resumed after a restart, ended, deleted, exported; one trains at a time with runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExperimentSummary, OwnExperiment } from '../../../../electron/contract/experiment-requests';
import { openService, type OpenedService } from '../opened-service';

let lab: OpenedService;
beforeEach(async () => void (lab = await openService()));
afterEach(() => lab.close());

const settings = { maxSteps: 2, batchSize: 4, maxEvalSamples: 8 };
const own: OwnExperiment = {
  ...{ dataset: 'sudoku-4x4', preset: 'classroom', settings, seeds: 1, maxSeconds: 60 },
  variations: [{ name: 'hCycles', values: [1, 2] }],
};
const long: OwnExperiment = { ...own, settings: { ...settings, maxSteps: 5000 } };

const start = (experiment: OwnExperiment) =>
  lab.ask('startExperiment', { choice: { own: experiment }, prediction: { best: null } });
const stateOf = async ({ experimentId }: Pick<ExperimentSummary, 'experimentId'>) =>
  (await lab.ask('readExperiment', { experimentId })).summary.state;
const waitFor = (started: Pick<ExperimentSummary, 'experimentId'>, state: ExperimentSummary['state']) =>
  expect.poll(() => stateOf(started), { timeout: 30_000 }).toBe(state);

test('runs to its end; its record has the prediction, the results and the command', async () => {
  const started = await start(own);
  expect(started).toMatchObject({ state: 'running', definition: 'own', done: 0, total: 2, failure: null });
  await waitFor(started, 'finished');
  const { record, progress } = await lab.ask('readExperiment', started);
  expect(progress).toBeNull();
  expect(record.prediction).toEqual({ best: null });
  expect(record.command).toBe(
    'experiment run --dataset sudoku-4x4 --preset classroom --max-seconds 60 --set maxSteps=2 --set batchSize=4 --set maxEvalSamples=8 --vary hCycles=1,2 --seeds 1',
  );
  expect(record.results.map(({ condition, steps }) => [condition, steps])).toEqual([
    ['1-hcycles-1', 2],
    ['2-hcycles-2', 2],
  ]);
  expect((await lab.ask('listExperiments', {})).experiments).toMatchObject([{ state: 'finished', done: 2 }]);
  expect(lab.events.some(({ type }) => type === 'experiment/progress')).toBe(true);
}, 60_000);

test('is paused with a checkpoint, and resumed by another process', async () => {
  const started = await start(long);
  await lab.next('experiment/progress');
  expect(await lab.ask('pauseExperiment', started)).toMatchObject({ state: 'paused', failure: null });
  const run = join(lab.folder, 'experiments', started.experimentId, 'runs', '1-hcycles-1-seed-1', 'run.json');
  const stepOf = async () => (JSON.parse(await readFile(run, 'utf8')) as { run: { step: number } }).run.step;
  const paused = await stepOf();
  expect(paused).toBeGreaterThan(0);

  const other = await openService({ folder: lab.folder });
  await other.ask('resumeExperiment', started);
  await other.next('experiment/progress');
  // Another one cannot run it as well, and says why.
  await lab.ask('resumeExperiment', started);
  await waitFor(started, 'failed');
  expect((await lab.ask('readExperiment', started)).summary.failure).toMatchObject({ id: 'experiments.locked' });
  await other.suspend();
  expect((await other.ask('readExperiment', started)).summary).toMatchObject({ state: 'paused', failure: null });
  expect(await stepOf()).toBeGreaterThanOrEqual(paused);
}, 60_000);

test('waits for another one, and a run waits for it; a run in the queue starts after it', async () => {
  const first = await start(long);
  const second = await start(own);
  expect(second.state).toBe('waiting');
  const request = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 60, ...settings };
  await expect(lab.ask('startRun', request)).rejects.toThrow('an experiment is in progress');
  await lab.ask('enqueueRun', request);
  await lab.next('experiment/progress');
  await lab.ask('pauseExperiment', first);
  await lab.next('run/finished');
  expect(await stateOf(second)).toBe('finished');
  expect(await stateOf(first)).toBe('paused');
}, 60_000);

test('ended early it keeps its results and cannot be resumed; deleted it can be restored', async () => {
  const started = await start(long);
  await lab.next('experiment/progress');
  expect(await lab.ask('endExperiment', started)).toMatchObject({ state: 'ended', done: 0 });
  await expect(lab.ask('resumeExperiment', started)).rejects.toThrow('the experiment is over');
  const { trashId } = await lab.ask('deleteExperiment', started);
  expect((await lab.ask('listExperiments', {})).experiments).toEqual([]);
  await lab.ask('restoreFromTrash', { trashId });
  expect(await stateOf(started)).toBe('ended');
}, 60_000);

test('in progress it cannot be deleted, and nothing else is benchmarked', async () => {
  const started = await start(long);
  await lab.next('experiment/progress');
  await expect(lab.ask('deleteExperiment', started)).rejects.toThrow('pause it first');
  await expect(lab.ask('estimateExperiment', { choice: { own } })).rejects.toThrow('would slow down the benchmark');
}, 60_000);

test('names the setting of a value that it cannot have, and settings that do not fit together, before anything is written', async () => {
  const wrong = { ...own, variations: [{ name: 'optimizer' as const, values: ['sgd', 'adamw'] }] };
  await expect(start(wrong)).rejects.toThrow(/^optimizer: /u);
  const same = { ...own, variations: [{ name: 'hCycles' as const, values: [1, -2] }] };
  await expect(start(same)).rejects.toThrow(/^hCycles: /u);
  await expect(lab.ask('startExperiment', { choice: { builtIn: 'luck' }, prediction: null })).rejects.toThrow('luck');
  expect((await lab.ask('listExperiments', {})).experiments).toEqual([]);
});

test('an estimate has the time and the operations of each condition', async () => {
  const estimate = await lab.ask('estimateExperiment', { choice: { own: { ...own, seeds: 2 } } });
  expect(estimate.conditions.map(({ condition }) => condition)).toEqual(['1-hcycles-1', '2-hcycles-2']);
  const [one, two] = estimate.conditions;
  expect(two!.flop).toBeGreaterThan(one!.flop);
  expect(estimate.flop).toBeCloseTo(2 * (one!.flop + two!.flop), 0);
}, 60_000);

test('a folder that cannot be read is listed with the reason', async () => {
  const started = await start(own);
  await waitFor(started, 'finished');
  const folder = join(lab.folder, 'experiments', started.experimentId);
  await writeFile(join(folder, 'experiment.json'), '{');
  const { experiments, unreadable } = await lab.ask('listExperiments', {});
  expect(experiments).toEqual([]);
  expect(unreadable).toMatchObject([{ folder: started.experimentId }]);
}, 60_000);

test('the report and the table are written to new files', async () => {
  const started = await start(own);
  await waitFor(started, 'finished');
  const out = join(lab.folder, 'own report.html');
  await lab.ask('exportExperiment', { ...pick(started), format: 'report', out });
  expect(await readFile(out, 'utf8')).toContain('<svg');
  await expect(lab.ask('exportExperiment', { ...pick(started), format: 'csv', out })).rejects.toThrow(/exists/u);
}, 60_000);

const pick = ({ experimentId }: ExperimentSummary) => ({ experimentId });
