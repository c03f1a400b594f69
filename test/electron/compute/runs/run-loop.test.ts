/** Runs whose files cannot be written, and runs resumed after the process was killed. */
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import { restoreNewest, withLimits } from '../../../../electron/compute/runs/resume';
import type { RecordedEvent, RunClient } from '../../../../electron/compute/runs/run-loop';
import { createRun, Recorder, reopenRun, RunLoop } from '../../../../electron/compute/runs/run-loop';
import type { RunPlan } from '../../../../electron/compute/runs/run-plan';
import { createRecord, defaultPolicy } from '../../../../electron/compute/runs/run-record';
import { RunFolder } from '../../../../electron/compute/runs/run-store';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import { OutOfMemoryError } from '../../../../models/engine/out-of-memory';
import { Learner } from '../../../../models/train/learner';
import { copyInUse } from '../copy-in-use';
import { inEnglish } from '../../../english';
import type { OpenedService } from '../opened-service';
import { builtInIds, endings, freshFolder, openService } from '../opened-service';
import { planWith } from './examples';
import { readAllLines } from './metrics/log-lines';

describe('file errors', () => {
  const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600, maxEvalSamples: 32 };

  let lab: OpenedService;
  beforeAll(async () => {
    lab = await openService();
  });
  afterAll(() => lab.close());

  const everyFile = () => readdir(lab.folder, { recursive: true });

  test('startRun rejects if the run folder cannot be created, and writes nothing', async () => {
    await writeFile(join(lab.folder, 'runs'), 'not a folder');
    await expect(lab.ask('startRun', plan)).rejects.toThrow(
      /^cannot use [^\n]*runs[^\n]*: (a part of the path is not a folder|something with this name already exists)$/,
    );
    expect(lab.events).toEqual([]);
    expect(await everyFile()).toEqual(['runs']);
    await rm(join(lab.folder, 'runs'));
  });

  test('a run whose model cannot be saved fails, and another run can start', async () => {
    const models = join(lab.folder, 'models');
    await writeFile(models, 'not a folder');
    const from = lab.events.length;
    const run = await lab.ask('startRun', { ...plan, maxSeconds: 0.3 });
    const { run: failed } = await lab.next(endings, from);
    expect(failed).toMatchObject({ runId: run.runId, state: 'failed', model: null });
    expect(inEnglish(failed.failure)).toMatch(/^cannot use [^\n]*models[^\n]*: [^\n]+$/);
    expect(await lab.ask('listRuns', {})).toEqual([failed]);

    await rm(models);
    const second = await lab.ask('startRun', plan);
    await lab.next('run/step', lab.events.length);
    expect((await lab.ask('listRuns', {}))[0]).toMatchObject({ state: 'running', failure: null });
    await lab.ask('stopRun', { runId: second.runId });
    await lab.next('run/stopped', from);
  }, 60_000);

  test('a run whose folder is moved is paused, and continues when the folder is back', async () => {
    const run = await lab.ask('startRun', plan);
    await lab.next('run/step');
    const [path, moved] = [join(lab.folder, 'runs', run.runId), join(lab.folder, 'moved')];
    await rename(path, moved);
    const { run: paused } = await lab.next('run/paused');
    expect(inEnglish(paused.pauseReason)).toMatch(
      /^The metrics of the last step could not be written: cannot use [^\n]*metrics\.jsonl: the parent folder does not exist/,
    );
    await rename(moved, path);
    const from = lab.events.length;
    await lab.ask('resumeRun', { runId: run.runId });
    await lab.next('run/step', from);
    await expectUnbrokenLog(run.runId);
  });

  test.skipIf(process.platform !== 'linux')('a run on a full disk is paused, and no metrics are lost', async () => {
    const from = lab.events.length;
    const run = await lab.ask('startRun', plan);
    await lab.next('run/step', from);
    const [log, kept] = [join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), join(lab.folder, 'kept')];
    await rename(log, kept);
    await symlink('/dev/full', log);
    const { run: paused } = await lab.next('run/paused', from);
    expect(inEnglish(paused.pauseReason)).toContain('the disk is full');
    expect(await lab.ask('listRuns', {})).toContainEqual(
      expect.objectContaining({ runId: run.runId, state: 'paused' }),
    );
    await rename(kept, log);
    const again = lab.events.length;
    await lab.ask('resumeRun', { runId: run.runId });
    await lab.next('run/step', again);
    await expectUnbrokenLog(run.runId);
  });

  test('a run whose last checkpoint cannot be written while it stops is never shown as paused', async () => {
    const from = lab.events.length;
    const { runId } = await lab.ask('startRun', plan);
    await lab.next('run/step', from);
    await writeFile(join(lab.folder, 'runs', runId, 'checkpoints'), 'not a folder');
    await lab.ask('stopRun', { runId });
    const { run } = await lab.next(endings, from);
    expect(run).toMatchObject({ runId, state: 'stopped', pauseReason: null });
    expect(lab.events.slice(from).filter(({ type }) => type === 'run/paused')).toEqual([]);
    expect(await lab.ask('listCheckpoints', { runId })).toMatchObject({ steps: [] });
  });

  test('a run is left with a checkpoint of its last step, and continues there', async () => {
    const folder = await freshFolder();
    const closing = await openService({ folder });
    const run = await closing.ask('startRun', plan);
    await closing.next('run/step');
    await closing.suspend();
    const [left] = await closing.ask('listRuns', {});
    expect(left).toMatchObject({ state: 'interrupted', model: null });
    expect(await closing.ask('listCheckpoints', run)).toMatchObject({ steps: [left!.step] });
    expect(inEnglish(left!.failure)).toBe(`The app was closed after step ${left!.step}. A checkpoint was saved.`);
    await expect(closing.ask('startRun', plan)).rejects.toThrow('the app is closing');

    const reopened = await openService({ folder });
    const resumed = await reopened.ask('resumeRun', { runId: run.runId });
    expect(resumed).toMatchObject({ state: 'running', step: left!.step });
    await reopened.ask('stopRun', { runId: run.runId });
    await reopened.next('run/stopped');
    await reopened.close();
  });

  /** Stops the run. Its metrics contain each step once, and no damaged line. */
  async function expectUnbrokenLog(runId: string): Promise<void> {
    const from = lab.events.length;
    await lab.ask('stopRun', { runId });
    await lab.next('run/stopped', from);
    const { steps, damage, run } = await lab.ask('readMetrics', { runId, points: 10_000 });
    expect(damage).toEqual({ lines: 0, missingSteps: 0, areOthers: false });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: run.step }, (_, index) => index + 1));
  }

  test('failed runs leave no temporary files', async () => {
    expect((await everyFile()).filter((name) => isTemporaryName(name))).toEqual([]);
  });

  // Root can write to read-only folders.
  test.skipIf(process.getuid?.() === 0)('startRun rejects if the runs folder is read-only', async () => {
    const runs = join(lab.folder, 'runs');
    await mkdir(runs, { recursive: true });
    await chmod(runs, 0o500);
    await expect(lab.ask('startRun', plan)).rejects.toThrow(/^cannot use [^\n]*: no permission$/);
    await chmod(runs, 0o700);
  });

  test('a missing data folder is read as empty and is not created', async () => {
    const folder = join(lab.folder, 'not', 'yet');
    const fresh = await openService({ folder });
    expect(await fresh.ask('listRuns', {})).toEqual([]);
    expect(await fresh.ask('listModels', {})).toMatchObject(builtInIds.map((id) => ({ id, source: 'built-in' })));
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });
});

test('a run whose memory runs out keeps the last step as a checkpoint and can be resumed', async () => {
  const parent = await freshFolder();
  const path = join(parent, 'run');
  const plan = planWith({ batchSize: 8, maxSteps: 6 });
  const trainer = await Trainer.prepare(plan);
  const opened = await createRun(trainer, path, { runId: 'run', policy: defaultPolicy });
  const step = vi.spyOn(Learner.prototype, 'step');
  const client: RunClient = {
    saveModel: () => Promise.resolve(null),
    onError: () => undefined,
    onAlerts: () => undefined,
    // The fourth step fails.
    onEvent: (event) => {
      if (event.type === 'step' && event.metrics.step === 3) step.mockRejectedValueOnce(new Error('std::bad_alloc'));
    },
  };
  const loop = new RunLoop(opened, client);
  await expect(loop.train()).rejects.toThrow(OutOfMemoryError);
  step.mockRestore();
  expect(loop.run).toMatchObject({ state: 'failed', step: 3 });
  expect(inEnglish(loop.run.failure)).toMatch(/^memory ran out: [^\n]* a batch size of 4 would fit$/);

  const folder = new RunFolder(path);
  expect(await folder.checkpoints.steps()).toEqual([3]);
  const resumed = await reopenRun(await Trainer.prepare(plan), { folder, record: await folder.read() });
  expect(await new RunLoop(resumed, client).train()).toMatchObject({ state: 'finished', step: 6, failure: null });
  await rm(parent, { recursive: true });
}, 60_000);

test('a run that another process renames while it is being prepared keeps its new name', async () => {
  const parent = await freshFolder();
  const plan = planWith({ batchSize: 8, maxSteps: 6 });
  const created = await createRun(await Trainer.prepare(plan), join(parent, 'run'), {
    runId: 'run',
    policy: defaultPolicy,
  });
  await created.release();
  await created.trainer.release();
  const { folder } = created;
  const record = withLimits(await folder.read(), { maxSteps: 9 });
  await folder.update(({ run, ...other }) => ({ ...other, run: { ...run, name: 'New', tags: ['good'] } }));
  const { trainer, release, record: reopened } = await reopenRun(await Trainer.prepare(plan), { folder, record });
  expect(reopened.run).toMatchObject({ name: 'New', tags: ['good'], maxSteps: 9, state: 'running' });
  expect(reopened.setup.config.maxSteps).toBe(9);
  await release();
  await trainer.release();
  await rm(parent, { recursive: true });
}, 60_000);

test('an ended run whose last checkpoint was removed resumes with an alert', async () => {
  const parent = await freshFolder();
  const plan = planWith({ batchSize: 8, maxSteps: 6 });
  const path = join(parent, 'run');
  const { run, ...setup } = createRecord(plan, { runId: 'run', policy: defaultPolicy, stepFlop: 1, device: 'cpu' });
  const folder = await RunFolder.create(path, { ...setup, run: { ...run, state: 'stopped', step: 4 } });
  const { trainer, release, record } = await reopenRun(await Trainer.prepare(plan), {
    folder,
    record: await folder.read(),
  });
  expect(record.run.alerts.map(({ text }) => inEnglish(text))).toEqual([
    'Resumed from step 0: a newer checkpoint could not be used (step-4.safetensors, the last checkpoint of the run, is missing).',
  ]);
  await release();
  await trainer.release();
  await rm(parent, { recursive: true });
}, 60_000);

// A copy of the run folder after each recorded event is what a process killed at that moment leaves.

describe('a killed process', () => {
  const STEPS = 7;
  /** Evaluations after steps 3 and 6, checkpoints after steps 2, 4 and 6. */
  const basePlan = planWith({ batchSize: 4, maxSteps: STEPS });
  const plan: RunPlan = {
    ...basePlan,
    config: {
      ...basePlan.config,
      evaluateEvery: 3,
      model: { ...basePlan.config.model, hiddenSize: 16, haltMaxSteps: 2 },
    },
  };
  const policy = { ...defaultPolicy, everySteps: 2, everySeconds: null };

  let parent: string;
  beforeAll(async () => {
    parent = await freshFolder();
  });
  afterAll(() => rm(parent, { recursive: true }));

  const withoutTime = async (folder: RunFolder) =>
    (await readAllLines(folder.metricsFile)).map((line) => ({ ...line, seconds: 0 }));

  /** Trains to the end, or until `shouldContinue` returns false; returns the final weights. */
  async function record(
    folder: RunFolder,
    shouldContinue: (recorded: RecordedEvent) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Float32Array> {
    const trainer = await Trainer.prepare(plan);
    try {
      const { resumePoint } = await restoreNewest(trainer, folder);
      for await (const recorded of new Recorder({ trainer, folder, policy, resumePoint }).trainAndRecord())
        if (!(await shouldContinue(recorded))) break;
      return (await trainer.model(null)).state.params;
    } finally {
      await trainer.release();
    }
  }

  const newFolder = (name: string) =>
    RunFolder.create(join(parent, name), createRecord(plan, { runId: name, policy, stepFlop: 1, device: 'cpu' }));

  describe('a resumed run', () => {
    let uninterrupted: RunFolder;
    let weights: Float32Array;
    const copies: RunFolder[] = [];
    beforeAll(async () => {
      uninterrupted = await newFolder('uninterrupted');
      weights = await record(uninterrupted, async () => {
        const copy = join(parent, `copy-${copies.length}`);
        await copyInUse(uninterrupted.path, copy);
        copies.push(new RunFolder(copy));
        return true;
      });
    }, 60_000);

    test('records every step and evaluation when uninterrupted', async () => {
      expect((await readAllLines(uninterrupted.metricsFile)).map(({ type, step }) => `${type} ${step}`)).toEqual([
        'step 1',
        'step 2',
        'step 3',
        'evaluated 3',
        'sample 3',
        'step 4',
        'step 5',
        'step 6',
        'evaluated 6',
        'sample 6',
        'step 7',
        'evaluated 7',
        'sample 7',
      ]);
      expect(await uninterrupted.checkpoints.steps()).toEqual([6, 7]);
      expect(copies.length).toBeGreaterThan(STEPS);
    });

    test('ends with the same weights and metrics from any moment', async () => {
      for (const copy of copies) {
        expect(await record(copy)).toEqual(weights);
        expect(await withoutTime(copy)).toEqual(await withoutTime(uninterrupted));
      }
    }, 60_000);

    test('makes the evaluation that a stop at that step had replaced', async () => {
      const stopped = new RunFolder(join(parent, 'stopped'));
      await cp(copies[0]!.path, stopped.path, { recursive: true });
      // Stopped after step 6, whose evaluation is replaced by the final one.
      const trainer = await Trainer.prepare(plan);
      const { resumePoint } = await restoreNewest(trainer, stopped);
      for await (const recorded of new Recorder({ trainer, folder: stopped, policy, resumePoint }).trainAndRecord())
        if (recorded.type === 'lines' && recorded.event.type === 'step' && recorded.event.metrics.step === 6)
          trainer.control.stop();
      await trainer.release();
      expect(
        (await readAllLines(stopped.metricsFile)).filter(({ step }) => step === 6).map(({ type }) => type),
      ).toEqual(['step', 'evaluated', 'sample']);
      expect(await record(stopped)).toEqual(weights);
      expect(await withoutTime(stopped)).toEqual(await withoutTime(uninterrupted));
    }, 60_000);

    test('uses the checkpoint before a damaged one', async () => {
      const damaged = new RunFolder(join(parent, 'damaged'));
      await cp(uninterrupted.path, damaged.path, { recursive: true });
      await rm(damaged.checkpoints.file(7));
      await cp(join(damaged.path, 'run.json'), damaged.checkpoints.file(7));
      expect(await record(damaged)).toEqual(weights);
      expect(await withoutTime(damaged)).toEqual(await withoutTime(uninterrupted));
    }, 60_000);
  });

  test('a checkpoint that cannot be written is reported, and training continues', async () => {
    const folder = await newFolder('full');
    await cp(join(folder.path, 'run.json'), folder.checkpoints.folder);
    const recordedEvents: RecordedEvent[] = [];
    await record(folder, (recorded) => Promise.resolve(recordedEvents.push(recorded) > 0));
    expect(recordedEvents.filter(({ type }) => type === 'unsaved').length).toBeGreaterThan(0);
    expect(recordedEvents.some(({ type }) => type === 'checkpoint')).toBe(false);
    expect(
      (await readFile(folder.metricsFile, 'utf8')).split('\n').filter((line) => line.includes('"step"')).length,
    ).toBeGreaterThanOrEqual(STEPS);
    expect((await readdir(folder.path)).filter((name) => isTemporaryName(name))).toEqual([]);
  }, 60_000);
});
