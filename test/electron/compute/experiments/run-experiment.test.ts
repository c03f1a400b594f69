/** Experiments are run, interrupted and resumed with real training; their folders are read again. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { builtInExperiments, getExperiment } from '../../../../electron/compute/experiments/built-in';
import { ExperimentFolder } from '../../../../electron/compute/experiments/experiment-folder';
import { exportExperiment } from '../../../../electron/compute/experiments/export-experiment';
import { createRecord, listTrials, runExperiment } from '../../../../electron/compute/experiments/run-experiment';
import { planTrial } from '../../../../electron/compute/experiments/train-trial';
import { experimentSchema, type Experiment, type TrialResult } from '../../../../electron/contract/experiments';
import { SAMPLE_SEED, samplePuzzles } from '../../../../datasets/sample';
import { evaluateModel } from '../../../../electron/compute/models/evaluate';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { freshFolder } from '../opened-service';

let root: string;
beforeAll(async () => void (root = await freshFolder()));
afterAll(() => rm(root, { recursive: true }));

const loadDataset = async (id: string) => loadBuiltInDataset(id);
const findModel = (id: string) => readModel(join('models/pretrained', id));
const context = { engineOptions: { threads: 1 }, loadDataset, findModel };
const never = new AbortController().signal;

const settings = { maxSteps: 2, batchSize: 4, maxEvalSamples: 8 };
const source = { preset: 'classroom', dataset: 'sudoku-4x4' };
const tiny: Experiment = {
  ...{ id: 'tiny', question: 'Q <b>', claim: 'C', limits: null, maxSeconds: 60, published: [] },
  conditions: [
    { id: 'base', label: 'base', source: { ...source, settings } },
    { id: 'less', label: 'less', source: { ...source, settings: { ...settings, hCycles: 1 } } },
  ],
  seeds: [1, 2],
  test: { type: 'final' },
};

const create = async (name: string, experiment: Experiment) =>
  ExperimentFolder.create(join(root, name), await createRecord(experiment, `experiment run ${experiment.id}`, context));
/** Without times. */
const numbers = (results: readonly TrialResult[]) =>
  results.map(({ condition, seed, points, steps, flop }) => ({ condition, seed, points, steps, flop }));

/** Of the built-in 4×4 model, on so many puzzles. */
async function calibrate(size: number) {
  const [model, dataset] = [await findModel('sudoku-4x4'), await loadDataset('sudoku-4x4')];
  const { kind, test: split } = dataset;
  const source = () => Readable.from(split);
  const drawn = await samplePuzzles(kind, source, { size, seed: SAMPLE_SEED, total: split.length, signal: never });
  const { calibration } = await evaluateModel({ model, kind, dataset: 'sudoku-4x4', ...drawn }, { threads: 1 });
  return calibration!;
}

describe('an experiment', () => {
  test('that is interrupted continues with what is there, and ends with the same results', async () => {
    const whole = await runExperiment(await create('whole', tiny), { ...context, signal: never });
    expect(numbers(whole.results)).toMatchObject([
      { condition: 'base', seed: 1, steps: 2, points: [{ x: null, count: 8 }] },
      { condition: 'less', seed: 1 },
      { condition: 'base', seed: 2 },
      { condition: 'less', seed: 2 },
    ]);
    expect(whole.results[1]!.flop).toBeLessThan(0.7 * whole.results[0]!.flop);

    const folder = await create('parts', tiny);
    const controller = new AbortController();
    const stopped = runExperiment(folder, {
      ...context,
      signal: controller.signal,
      onResult: () => controller.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect((await folder.read()).results).toHaveLength(1);
    const resumed = await runExperiment(folder, { ...context, signal: never });
    expect(numbers(resumed.results)).toEqual(numbers(whole.results));
    expect(await folder.read()).toEqual(resumed);
    // Its runs are whole runs.
    expect((await readModel(folder.runPath('less', 2))).config.hCycles).toBe(1);
  });

  test('interrupted within a run continues that run', async () => {
    const longer = {
      ...tiny,
      conditions: [{ ...tiny.conditions[0]!, source: { ...source, settings: { ...settings, maxSteps: 30 } } }],
      seeds: [1],
    };
    const folder = await create('within', longer);
    const controller = new AbortController();
    let shares = 0;
    const stopped = runExperiment(folder, {
      ...context,
      signal: controller.signal,
      onProgress: ({ share }) => {
        shares = share;
        if (share > 0.3) controller.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(shares).toBeLessThan(1);
    const { results } = await runExperiment(folder, { ...context, signal: never });
    const whole = await runExperiment(await create('within-whole', longer), { ...context, signal: never });
    expect(numbers(results)).toEqual(numbers(whole.results));
  });

  test('tests models that exist over steps and over rollouts', async () => {
    const condition = { id: 'shipped', label: 'shipped', source: { model: 'sudoku-4x4', dataset: 'sudoku-4x4' } };
    const test4 = (name: string, kind: Experiment['test']) =>
      create(name, { ...tiny, conditions: [condition], seeds: [1], test: kind }).then((folder) =>
        runExperiment(folder, { ...context, signal: never }),
      );
    const steps = (await test4('steps', { type: 'steps', at: [1, 8], puzzles: 20 })).results[0]!;
    expect(steps.points.map(({ x, count }) => [x, count])).toEqual([
      [1, 20],
      [8, 20],
    ]);
    expect(steps.points[1]!.exactAccuracy).toBeGreaterThan(0.9);
    const rollouts = { pick: 'rules' as const, noise: 0.2, steps: 4, puzzles: 12 };
    const tested = await test4('rollouts', { type: 'rollouts', counts: [1, 3], ...rollouts });
    expect(tested.results[0]!.points.map(({ x }) => x)).toEqual([1, 3]);
  });

  test('picks the rollout by the rule of each condition', async () => {
    const conditions = (['rules', 'halting'] as const).map((pick) => ({
      ...{ id: pick, label: pick },
      source: { model: 'sudoku-4x4', dataset: 'sudoku-4x4', pick },
    }));
    // So much noise that rollouts differ, and only the rules know a right one.
    const noisy = { counts: [4], pick: 'rules' as const, noise: 3, steps: 1, puzzles: 40 };
    const picked: Experiment = { ...tiny, conditions, seeds: [1], test: { type: 'rollouts', ...noisy } };
    const { results } = await runExperiment(await create('picked', picked), { ...context, signal: never });
    const [rules, halting] = results.map(({ points }) => points[0]!.exactAccuracy);
    expect(rules).toBeGreaterThan(halting!);
  });

  test('over amounts of damage compares the damages of its conditions, each drawn by the seed', async () => {
    const existing = { model: 'sudoku-4x4', dataset: 'sudoku-4x4' };
    const conditions = (['contradictory', 'missing'] as const).map((damage) => ({
      ...{ id: damage, label: damage },
      source: { ...existing, damage },
    }));
    const damages: Experiment = {
      ...tiny,
      conditions,
      seeds: [1, 2],
      test: { type: 'damage', amounts: [0, 2], puzzles: 30 },
    };
    expect(experimentSchema.safeParse(damages).success).toBe(true);
    const { results } = await runExperiment(await create('damages', damages), { ...context, signal: never });
    for (const { condition, points } of results) {
      expect(points.map(({ x, count }) => [x, count])).toEqual([
        [0, 30],
        [2, 30],
      ]);
      expect(points[0]!.exactAccuracy).toBeGreaterThan(0.9);
      if (condition === 'contradictory') expect(points[1]!.exactAccuracy).toBeLessThan(0.6);
      else expect(points[1]!.exactAccuracy).toBeGreaterThan(0.8);
    }
    const contradictory = results.filter(({ condition }) => condition === 'contradictory');
    expect(contradictory[0]!.points[1]).not.toEqual(contradictory[1]!.points[1]);
  });

  test('by confidence has each tenth with its answers, as the evaluation of the model counts them', async () => {
    const existing = { model: 'sudoku-4x4', dataset: 'sudoku-4x4' };
    const conditions = (['answers', 'halting'] as const).map((confidence) => ({
      ...{ id: confidence, label: confidence },
      source: { ...existing, confidence },
    }));
    const sure: Experiment = { ...tiny, conditions, seeds: [1], test: { type: 'confidence', puzzles: 40 } };
    expect(experimentSchema.safeParse(sure).success).toBe(true);
    expect(experimentSchema.safeParse({ ...sure, test: tiny.test }).success).toBe(false);
    const { results } = await runExperiment(await create('sure', sure), { ...context, signal: never });
    const calibration = await calibrate(40);
    for (const { condition, points } of results) {
      const { bins } = calibration[condition as 'answers' | 'halting'];
      const filled = bins.flatMap(({ count, accuracy }, bin) =>
        accuracy === null ? [] : [{ x: 10 * bin + 5, exactAccuracy: accuracy, count }],
      );
      expect(points).toEqual(filled);
    }
  });

  test('has a damage in every condition of a test of damages, and in no other', () => {
    const damage = { type: 'damage', amounts: [1], puzzles: 10 } as const;
    expect(experimentSchema.safeParse({ ...tiny, test: damage }).success).toBe(false);
    const [first, second] = tiny.conditions;
    const conditions = [{ ...first!, source: { ...first!.source, damage: 'missing' as const } }, second!];
    expect(experimentSchema.safeParse({ ...tiny, conditions }).success).toBe(false);
    expect(experimentSchema.safeParse({ ...tiny, conditions, test: damage }).success).toBe(false);
  });

  test('on solved grids with open cells leaves out more cells than the grid has', async () => {
    const condition = {
      id: 'open',
      label: 'open',
      source: { model: 'sudoku-4x4', dataset: 'sudoku-4x4' },
    };
    const open: Experiment = {
      ...tiny,
      conditions: [condition],
      seeds: [1],
      test: { type: 'openCells', counts: [1, 8, 40], puzzles: 20 },
    };
    const { results } = await runExperiment(await create('open', open), { ...context, signal: never });
    expect(results[0]!.points.map(({ x, count }) => [x, count])).toEqual([
      [1, 20],
      [8, 20],
    ]);
  });

  test('whose training diverges in one condition runs the others', async () => {
    const wild = { ...source, settings: { ...settings, maxSteps: 50, learningRate: 1e5 } };
    const conditions = [{ id: 'wild', label: 'wild', source: wild }, tiny.conditions[0]!];
    const folder = await create('wild', { ...tiny, conditions, seeds: [1] });
    const { results } = await runExperiment(folder, { ...context, signal: never });
    expect(results).toMatchObject([
      { condition: 'wild', points: [], failure: expect.objectContaining({ id: expect.any(String) }) },
      { condition: 'base', failure: null, steps: 2, maxSteps: 2 },
    ]);
    expect(exportExperiment(await folder.read(), 'report')).toContain('1 trial failed');
  });

  test('on puzzles that have changed is refused', async () => {
    const folder = await create('changed', tiny);
    const other = async (id: string) => {
      const dataset = await loadDataset(id);
      return { ...dataset, train: dataset.train.slice(1) };
    };
    await expect(runExperiment(folder, { ...context, loadDataset: other, signal: never })).rejects.toThrow(
      'the puzzles of sudoku-4x4 have changed',
    );
  });
});

describe('a folder', () => {
  test('that is damaged, of another kind or missing is refused with the reason', async () => {
    const folder = await create('damaged', tiny);
    const file = join(folder.path, 'experiment.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"seed', '"Seed'));
    await expect(folder.read()).rejects.toThrow('its checksum does not match');
    await writeFile(file, '{}');
    await expect(folder.read()).rejects.toThrow(/experiment\.json: experiment: /u);
    await writeFile(file, '{');
    await expect(folder.read()).rejects.toThrow('is not valid JSON');
    await expect(new ExperimentFolder(root).read()).rejects.toThrow('is not an experiment');
    const missing = new ExperimentFolder(join(root, 'missing'));
    await expect(runExperiment(missing, { ...context, signal: never })).rejects.toThrow('is not an experiment');
  });

  test('of a running experiment is locked', async () => {
    const folder = await create('locked', tiny);
    const unlock = await folder.lock();
    await expect(runExperiment(folder, { ...context, signal: never })).rejects.toThrow(
      'another process is running locked',
    );
    await unlock();
  });
});

describe('exports', () => {
  test('the report is one page without scripts or addresses, and texts are escaped', async () => {
    const record = await runExperiment(await create('report', { ...tiny, seeds: [1] }), { ...context, signal: never });
    const page = exportExperiment(record, 'report');
    expect(page).toContain('<h1>Q &lt;b&gt;</h1>');
    expect(page).toMatch(/<svg viewBox/u);
    expect(page).not.toMatch(/<script|src=|@import|url\(/u);
    expect(page).not.toContain(root);
    expect(page).toContain('The interval is Wilson’s over the puzzles.');
  });

  test('CSV has a row for each result', async () => {
    const record = await new ExperimentFolder(join(root, 'whole')).read();
    const [header, ...rows] = exportExperiment(record, 'csv').trim().split('\n');
    expect(header).toBe(
      'experiment,condition,label,seed,x,exact_accuracy,ci_low,ci_high,puzzles,steps,training_seconds,flop',
    );
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/^tiny,base,base,1,,/u);
  });
});

describe('the built-in experiments', () => {
  test.each(builtInExperiments.map((experiment) => [experiment.id, experiment] as const))(
    '%s is valid',
    (_, experiment) => {
      expect(() => experimentSchema.parse(experiment)).not.toThrow();
      expect(listTrials(experiment)).toHaveLength(experiment.conditions.length * experiment.seeds.length);
    },
  );

  test('all have settings that fit together', async () => {
    for (const { conditions, maxSeconds } of builtInExperiments)
      for (const { source: each } of conditions) {
        if (!('preset' in each) || !['sudoku-4x4', 'sudoku-6x6'].includes(each.dataset)) continue;
        await planTrial({ ...each, dataset: await loadDataset(each.dataset), seed: 1, maxSeconds }, {});
      }
  });

  test('an unknown one is named with the known ones', () => {
    expect(() => getExperiment('nonsense')).toThrow(/unknown experiment “nonsense”; known: recursion, /u);
  });
});
