/** Resuming interrupted runs. A copy of the data folder made during a run is what a killed process leaves. */
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import type { ComputeEvent, Run, StepMetrics } from '../../../../electron/contract/contract';
import { parseWithChecksum, stringifyWithChecksum } from '../../../../datasets/formats/json-checksum';
import { addChecksum, withChecksum } from '../../../../models/checkpoint/checksum';
import { encodeSafetensorsParts, readSafetensors } from '../../../../models/checkpoint/safetensors';
import { copyInUse } from '../copy-in-use';
import { inEnglish } from '../../../english';
import type { OpenedService } from '../opened-service';
import { freshFolder, openService } from '../opened-service';

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 3, maxSeconds: 600, maxEvalSamples: 32 };

let run: Run;
let interruptedFolder: string;
let uninterrupted: StepMetrics[];

async function reopen(): Promise<OpenedService> {
  const folder = await freshFolder();
  await cp(interruptedFolder, folder, { recursive: true });
  const lab = await openService({ folder });
  onTestFinished(() => lab.close());
  return lab;
}

const points = (events: readonly ComputeEvent[]) =>
  events.flatMap((event) => (event.type === 'run/step' ? event.points : []));
const withoutTime = (steps: readonly StepMetrics[]) => steps.map((step) => ({ ...step, seconds: 0 }));

beforeAll(async () => {
  // Longer than any step of a busy machine.
  const lab = await openService({ checkpointEvery: 3 });
  interruptedFolder = await freshFolder();
  run = await lab.ask('startRun', plan);
  await lab.next('run/checkpoint');
  // Steps after the checkpoint are also written: resuming removes them.
  await lab.next('run/step', lab.events.length);
  await copyInUse(lab.folder, interruptedFolder);
  const enough = points(lab.events).length + 5;
  while (points(lab.events).length < enough) await lab.next('run/step', lab.events.length);
  uninterrupted = points(lab.events);
  await lab.close();
}, 120_000);

afterAll(() => rm(interruptedFolder, { recursive: true }));

test('a run recorded as running is listed as interrupted and keeps its metrics', async () => {
  const lab = await reopen();
  expect(await lab.ask('listRuns', {})).toMatchObject([{ runId: run.runId, state: 'interrupted', seed: 3 }]);
  const { steps } = await lab.ask('readMetrics', { runId: run.runId, points: 5000 });
  expect(steps).toEqual(uninterrupted.slice(0, steps.length));
  expect(steps.length).toBeGreaterThan(0);
});

test('a resumed run gives the same metrics as an uninterrupted one', async () => {
  const lab = await reopen();
  const before = (await lab.ask('readMetrics', { runId: run.runId, points: 5000 })).steps;
  const resumed = await lab.ask('resumeRun', run);
  expect(resumed).toMatchObject({ runId: run.runId, state: 'running', startedAt: run.startedAt });
  expect(lab.events[0]).toEqual({ type: 'run/resumed', runId: run.runId, run: resumed });
  expect(resumed.step).toBeLessThan(before.length);
  expect(resumed.seconds).toBeGreaterThan(0.5);

  while ((points(lab.events).at(-1)?.step ?? 0) < uninterrupted.length) await lab.next('run/step', lab.events.length);
  const { steps } = await lab.ask('readMetrics', { runId: run.runId, points: 5000 });
  expect(withoutTime(steps.slice(0, uninterrupted.length))).toEqual(withoutTime(uninterrupted));
  expect(steps.every(({ seconds }, i) => i === 0 || seconds > steps[i - 1]!.seconds)).toBe(true);
}, 60_000);

test('a truncated last metrics line is ignored and removed when the run is resumed', async () => {
  const lab = await reopen();
  const file = join(lab.folder, 'runs', run.runId, 'metrics.jsonl');
  const before = (await lab.ask('readMetrics', { runId: run.runId, points: 5000 })).steps;
  await appendFile(file, '{"type":"step","step":999,"secon');
  expect((await lab.ask('readMetrics', { runId: run.runId, points: 5000 })).steps).toEqual(before);
  await lab.ask('resumeRun', run);
  await lab.next('run/step');
  expect(await readFile(file, 'utf8')).not.toContain('"step":999');
});

test('temporary files are removed when the run is resumed', async () => {
  const lab = await reopen();
  const folder = join(lab.folder, 'runs', run.runId);
  for (const name of ['run.json.1-1.tmp', 'run.json.1234567', 'checkpoints/step-9.safetensors.1234567'])
    await writeFile(join(folder, name), 'half');
  await lab.ask('resumeRun', run);
  expect((await readdir(folder, { recursive: true })).filter((name) => isTemporaryName(name))).toEqual([]);
});

test('a damaged run.json does not hide other runs', async () => {
  const lab = await reopen();
  const runs = join(lab.folder, 'runs');
  for (const [name, text] of [
    ['torn', '{"format": 1, "ru'],
    ['empty', ''],
    ['foreign', '{"hello": 1}'],
    ['copied', await readFile(join(runs, run.runId, 'run.json'), 'utf8')],
  ] as const) {
    await mkdir(join(runs, name));
    await writeFile(join(runs, name, 'run.json'), text);
  }
  await writeFile(join(runs, 'a file'), 'of someone else');
  expect((await lab.ask('listRuns', {})).map(({ runId }) => runId)).toEqual([run.runId]);
});

const checkpointsOf = async (lab: OpenedService) => {
  const folder = join(lab.folder, 'runs', run.runId, 'checkpoints');
  // A checkpoint that was being written when the run was copied is not one.
  const names = (await readdir(folder)).filter((name) => !isTemporaryName(name));
  return names.map((name) => join(folder, name));
};

test('a run without checkpoints restarts with the same steps', async () => {
  const lab = await reopen();
  for (const file of await checkpointsOf(lab)) await rm(file);
  expect(await lab.ask('resumeRun', run)).toMatchObject({ step: 0, state: 'running' });
  while (points(lab.events).length < 5) await lab.next('run/step', lab.events.length);
  expect(withoutTime(points(lab.events).slice(0, 5))).toEqual(withoutTime(uninterrupted.slice(0, 5)));
}, 60_000);

test('resumeRun rejects a run with only damaged checkpoints and leaves it unchanged', async () => {
  const lab = await reopen();
  const folder = join(lab.folder, 'runs', run.runId);
  for (const file of await checkpointsOf(lab)) await writeFile(file, 'no weights');
  const metrics = await readFile(join(folder, 'metrics.jsonl'), 'utf8');
  await expect(lab.ask('resumeRun', run)).rejects.toThrow('the header length is');
  expect(await readFile(join(folder, 'metrics.jsonl'), 'utf8')).toBe(metrics);
  expect(await lab.ask('listRuns', {})).toMatchObject([{ state: 'interrupted' }]);
  expect(lab.events).toEqual([]);
  expect(await readdir(folder)).not.toContain('run.lock');
});

test('resumeRun rejects a changed dataset unless it is accepted', async () => {
  const lab = await reopen();
  const file = join(lab.folder, 'runs', run.runId, 'run.json');
  const { value } = parseWithChecksum(await readFile(file, 'utf8'));
  const record = value as { run: { datasetHash: string } };
  await writeFile(file, stringifyWithChecksum({ ...record, run: { ...record.run, datasetHash: 'another' } }));
  await expect(lab.ask('resumeRun', run)).rejects.toThrow(
    'the puzzles of sudoku-4x4 have changed since this run started',
  );
  expect(await lab.ask('resumeRun', { runId: run.runId, acceptChangedData: true })).toMatchObject({ state: 'running' });
});

test('a run that diverges pauses with the reason and keeps its checkpoint and model', async () => {
  const lab = await reopen();
  const files = await checkpointsOf(lab);
  for (const file of files) await writeFile(file, await poison(await readFile(file), 'params'));
  const file = files[files.length - 1]!;
  const poisoned = await readFile(file);
  await lab.ask('resumeRun', run);
  const { run: paused } = await lab.next('run/paused');
  expect(paused).toMatchObject({ state: 'paused', failure: null });
  expect(inEnglish(paused.pauseReason)).toMatch(
    /^training diverged at step \d+: NaN or infinity in model\.inner\.embed_tokens\.embedding_weight; /,
  );

  // The resumed run diverges again; the checkpoint is not overwritten.
  const from = lab.events.length;
  expect(await lab.ask('resumeRun', { runId: run.runId, halveLearningRate: true })).toMatchObject({
    state: 'running',
    pauseReason: null,
  });
  expect((await lab.next('run/paused', from)).run.pauseReason).toEqual(paused.pauseReason);
  expect(Buffer.compare(await readFile(file), poisoned)).toBe(0);

  await lab.ask('stopRun', run);
  expect((await lab.next('run/stopped')).run).toMatchObject({
    state: 'stopped',
    step: paused.step,
    model: run.runId,
    pauseReason: paused.pauseReason,
  });
}, 60_000);

/** The file with NaN as the first value of a tensor, and the checksum of that. */
async function poison(bytes: Buffer, name: string): Promise<Buffer> {
  const { tensors, metadata } = readSafetensors(bytes);
  tensors.get(name)!.values[0] = NaN;
  return Buffer.concat(await addChecksum(encodeSafetensorsParts(tensors, withChecksum(metadata))));
}
