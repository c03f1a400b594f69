/** Plans and runs on datasets with puzzle identifiers, new and fine-tuned, and the evaluation budget. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import type { RunSettings } from '../../../../models/train/run-settings';
import { getKind } from '../../../../datasets/kinds/registry';
import { hashDataset } from '../../../../electron/compute/datasets/dataset-hash';
import type { RunPlan, StartingPoint } from '../../../../electron/compute/runs/run-plan';
import {
  EVAL_BUDGET,
  countEvalFlop,
  getFullEvalSize,
  getQuickEvalSize,
  withEvalBudget,
} from '../../../../electron/compute/runs/run-plan';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { findLearned } from '../../../../models/presets/results';
import { presets, createRunConfig, getPreset } from '../../../../models/presets/presets';
import { countOperations } from '../../../../models/train/cost-estimate';
import type { RunConfig } from '../../../../models/train/run-config';
import { inMemory } from '../../../models/checkpoint/bytes-in-memory';
import { createPlanNow, planWith } from './examples';
import { identifiedSudokus, tiny } from './identified-dataset';

const runs: Trainer[] = [];
afterEach(() => Promise.all(runs.splice(0).map((run) => run.release())));

const plan = (identifiers: number, from?: StartingPoint, settings: RunSettings = {}): RunPlan =>
  createPlanNow({
    dataset: identifiedSudokus(identifiers),
    preset: tiny,
    seed: 3,
    maxSeconds: 600,
    settings,
    ...(from && { from }),
  });

async function prepare(of: RunPlan): Promise<Trainer> {
  const run = await Trainer.prepare(of);
  runs.push(run);
  return run;
}

async function trainUntil(run: Trainer, steps: number): Promise<void> {
  for await (const event of run.events()) if (event.type === 'step' && event.metrics.step === steps) return;
}

async function trainModel(identifiers: number, steps = 12): Promise<StoredModel> {
  const run = await prepare(plan(identifiers));
  await trainUntil(run, steps);
  return run.model(null);
}

const startAt = (model: StoredModel, trainable: StartingPoint['trainable']): StartingPoint => ({
  model,
  trainable,
  parent: { kind: 'model', id: 'before', step: null },
});
const rowsOf = (table: Float32Array, width: number) =>
  Array.from({ length: table.length / width }, (_, row) => [...table.subarray(row * width, (row + 1) * width)]);

describe('a new run', () => {
  test('has an embedding per identifier and never changes the blank one', async () => {
    const { config, state } = await trainModel(20);
    expect(config).toMatchObject({ puzzleEmbNdim: 16, puzzleEmbLen: 1, numPuzzleIdentifiers: 21 });
    const [blank, ...rows] = rowsOf(state.puzzleTable, 16);
    expect(blank).toEqual(Array(16).fill(0));
    const moved = rows.filter((row) => row.some((value) => value !== 0));
    expect(moved.length).toBeGreaterThan(5);
    // 12 steps of a warm-up of 50: at most 0.01·(1 + … + 12)/50.
    for (const row of moved)
      for (const value of row) expect(Math.abs(value)).toBeLessThanOrEqual((0.01 * 78) / 50 + 1e-6);
  });

  test('resumes from a checkpoint with identical weights', async () => {
    const uninterrupted = await prepare(plan(20));
    await trainUntil(uninterrupted, 9);
    const first = await prepare(plan(20));
    await trainUntil(first, 4);
    const checkpoint = inMemory(Buffer.concat((await first.snapshot({ isEvalPending: false, best: null })).chunks));
    const second = await prepare(plan(20));
    await trainUntil(second, 1);
    await second.restore(checkpoint, 4);
    await trainUntil(second, 9);
    expect((await second.model(null)).state).toEqual((await uninterrupted.model(null)).state);
  });

  test('evaluates one test puzzle of every group first', async () => {
    const run = await prepare(plan(20));
    expect(run.testRows.slice(0, 6)).toEqual([0, 8, 16, 24, 32, 1]);
    expect([...run.testRows].sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });
});

describe('a fine-tuned model', () => {
  test('keeps the embeddings of known puzzles and starts with their mean for new ones', async () => {
    const model = await trainModel(20);
    const { config, start } = plan(25, startAt(model, 'all'));
    expect(config.model).toEqual({ ...model.config, numPuzzleIdentifiers: 26 });
    const before = rowsOf(model.state.puzzleTable, 16);
    const after = rowsOf(start?.puzzleTable ?? new Float32Array(), 16);
    expect(after).toHaveLength(26);
    const namesOf = ({ dataset }: RunPlan) => dataset.identified?.names ?? [];
    const [known, names] = [namesOf(plan(20)), namesOf(plan(25))];
    const mean = before[0]!.map((_, i) => before.reduce((sum, row) => sum + row[i]!, 0) / 21);
    expect(names.filter((name) => !known.includes(name))).toHaveLength(5);
    names.forEach((name, identifier) => {
      const row = known.includes(name) ? before[known.indexOf(name)]! : mean;
      after[identifier]!.forEach((value, i) => expect(value).toBeCloseTo(row[i]!, 6));
    });
  });

  test('keeps its embeddings for the same number of identifiers', async () => {
    const model = await trainModel(7);
    expect(plan(7, startAt(model, 'all')).start).toBe(model.state);
  });

  test('changes only embeddings with trainable “puzzleEmbeddings”', async () => {
    const model = await trainModel(20);
    const run = await prepare(plan(7, startAt(model, 'puzzleEmbeddings')));
    const start = run.plan.start?.puzzleTable.slice();
    await trainUntil(run, 5);
    const { params, hInit, lInit, puzzleTable } = (await run.model(null)).state;
    expect([params, hInit, lInit]).toEqual([model.state.params, model.state.hInit, model.state.lInit]);
    expect(rowsOf(puzzleTable, 16)[0]).toEqual(rowsOf(start ?? puzzleTable, 16)[0]);
    expect(puzzleTable).not.toEqual(start);
  });

  test('changes all weights with trainable “all”', async () => {
    const model = await trainModel(20);
    const run = await prepare(plan(7, startAt(model, 'all')));
    await trainUntil(run, 5);
    expect((await run.model(null)).state.params).not.toEqual(model.state.params);
  });

  test('keeps the state of the optimiser only where all weights are trained', async () => {
    const model = await trainModel(7);
    const { params } = model.state;
    const optimiser = { params, m: params.slice(), v: params.map((value) => value ** 2), step: 9 };
    const kept = plan(7, { ...startAt(model, 'all'), optimiser });
    expect(kept.optimiser).toBe(optimiser);
    expect(kept.command).toContain('--optimizer-state keep');
    expect(plan(7, startAt(model, 'all')).command).not.toContain('--optimizer-state');
    expect(() => plan(7, { ...startAt(model, 'puzzleEmbeddings'), optimiser })).toThrow(
      'the state of the optimizer cannot be kept where only the puzzle embeddings are trained',
    );
  });

  test('cannot use trainable “puzzleEmbeddings” without puzzle embeddings', async () => {
    const plain = { ...identifiedSudokus(7), identified: null };
    const run = await prepare(createPlanNow({ dataset: plain, preset: tiny, seed: 3, maxSeconds: 600 }));
    const from = startAt(await run.model(null), 'all');
    expect(() => plan(7, { ...from, trainable: 'puzzleEmbeddings' })).toThrow(
      'this model has no puzzle embeddings: train all weights',
    );
    expect(plan(7, from).config.model).toEqual(run.config.model);
  });
});

describe('a plan is refused', () => {
  const sudoku = loadBuiltInDataset('sudoku-4x4');
  const choice = { seed: 1, maxSeconds: 60 };

  test('for a model that treats all symbols alike and puzzles whose symbols differ', () => {
    const maze = { ...sudoku, kind: getKind('maze-5') };
    expect(() => createPlanNow({ ...choice, dataset: maze, preset: getPreset('sudoku') })).toThrow(
      'Symbol-equivariant TRM requires puzzles whose symbols can be exchanged, such as Sudoku; those of Maze 5×5 cannot',
    );
  });

  test('for extra clues and puzzles with stored copies', () => {
    expect(() => plan(7, undefined, { extraClues: 0.5 })).toThrow(
      'extra clues require puzzles whose clues are cells of the solution',
    );
  });
});

test('a plan keeps the shares of its curriculum and schedule with another number of steps', () => {
  const dataset = loadBuiltInDataset('sudoku-4x4');
  const { config } = createPlanNow({
    dataset,
    preset: getPreset('sudoku'),
    seed: 1,
    maxSeconds: 60,
    settings: { maxSteps: 300 },
  });
  const { run } = getPreset('sudoku');
  expect(config.curriculum?.map(({ steps }) => steps / 300)).toEqual(
    run.curriculum?.map(({ steps }) => steps / run.maxSteps),
  );
  expect(config.schedule.totalSteps).toBe(300);
  expect(config.extraClues).toBe(run.extraClues);
});

test('a plan evaluates at most as many puzzles as requested, during training and at its end', () => {
  const dataset = loadBuiltInDataset('sudoku-4x4');
  const sizes = (maxEvalSamples?: number) => {
    const evaluated = createPlanNow({
      dataset,
      preset: getPreset('sudoku'),
      seed: 1,
      maxSeconds: 60,
      settings: { maxEvalSamples },
    });
    return [getQuickEvalSize(evaluated), getFullEvalSize(evaluated)];
  };
  expect([sizes(), sizes(16), sizes(1e6)]).toEqual([
    [128, 500],
    [16, 16],
    [128, dataset.test.length],
  ]);
});

describe('the curriculum of a plan', () => {
  const stagesOf = (preset: string, settings: RunSettings) =>
    createPlanNow({
      dataset: loadBuiltInDataset('sudoku-4x4'),
      preset: getPreset(preset),
      seed: 1,
      maxSeconds: 60,
      settings: { ...settings, maxSteps: 100 },
    }).config.curriculum?.map(({ steps, hCycles, lCycles }) => [steps, hCycles, lCycles]);

  test('is that of the preset unless chosen otherwise', () => {
    expect(stagesOf('sudoku', {})).toEqual(stagesOf('sudoku', { curriculum: 'preset' }));
    expect(stagesOf('sudoku', { curriculum: 'off' })).toBeUndefined();
    expect(stagesOf('classroom', {})).toBeUndefined();
    expect(stagesOf('classroom', { curriculum: 'on' })).toEqual([
      [20, 1, 1],
      [30, 1, 4],
    ]);
  });
});

test('a plan takes the steps that its preset is known to need for the puzzles', () => {
  const preset = { ...getPreset('classroom'), run: { ...getPreset('classroom').run, maxSteps: 50 } };
  const stepsFor = (dataset: string, settings: RunSettings = {}) =>
    createPlanNow({ dataset: loadBuiltInDataset(dataset), preset, seed: 1, maxSeconds: 60, settings }).config.maxSteps;
  expect(stepsFor('sudoku-4x4')).toBe(findLearned('classroom', 'sudoku-4x4')?.steps);
  expect(stepsFor('sudoku-6x6')).toBe(50);
  expect(stepsFor('sudoku-4x4', { maxSteps: 7 })).toBe(7);
});

test('hashDataset depends on identifiers and groups', () => {
  const [set, plain] = [identifiedSudokus(4), { ...identifiedSudokus(4), identified: null }];
  const { names, train, test: tests } = identifiedSudokus(4).identified ?? { names: [], train: [], test: [] };
  const other = (part: object) => ({ ...set, identified: { names, train, test: tests, ...part } });
  const regrouped = other({ train: train.map((puzzle) => ({ ...puzzle, group: 0 })).reverse() });
  const renamed = other({ names: [...names].reverse() });
  const hashes = [
    set,
    plain,
    regrouped,
    renamed,
    other({ test: tests.map((puzzle) => ({ ...puzzle, identifier: 1 })) }),
  ].map(hashDataset);
  expect(new Set(hashes).size).toBe(5);
  expect(hashDataset(identifiedSudokus(4))).toBe(hashes[0]);
});

// Evaluations cost at most a fixed share of training.

const [classroom] = presets.map((preset) =>
  createRunConfig(preset, { seqLen: 16, vocabSize: 6, seed: 1, maxSeconds: 1 }),
);

const shareOf = (config: RunConfig, every = config.evaluateEvery): number => {
  const counts = countOperations(config.model, config);
  return countEvalFlop(config, counts, 128) / (every * counts.stepFlop);
};

describe('preset', () => {
  test.each(presets)('$id stays within EVAL_BUDGET with a multiple of its evaluateEvery', (preset) => {
    for (const set of ['sudoku-4x4', 'sudoku-6x6']) {
      const { config } = createPlanNow({ dataset: loadBuiltInDataset(set), preset, seed: 1, maxSeconds: 1 });
      expect(config.evaluateEvery % preset.run.evaluateEvery).toBe(0);
      expect(shareOf(config)).toBeLessThanOrEqual(EVAL_BUDGET);
    }
  });

  test.each(presets.filter(({ id }) => id.startsWith('classroom')))(
    '$id evaluates every evaluateEvery steps',
    (preset) => {
      const { config } = createPlanNow({ dataset: loadBuiltInDataset('sudoku-4x4'), preset, seed: 1, maxSeconds: 1 });
      expect(config.evaluateEvery).toBe(preset.run.evaluateEvery);
    },
  );
});

test('withEvalBudget uses the smallest multiple of evaluateEvery within EVAL_BUDGET', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 200 }), (batchSize, evaluateEvery) => {
      const config = { ...classroom!, batchSize, evaluateEvery };
      const { evaluateEvery: every } = withEvalBudget(config, countOperations(config.model, config), 128);
      expect(every % evaluateEvery).toBe(0);
      expect(shareOf(config, every)).toBeLessThanOrEqual(EVAL_BUDGET);
      if (every > evaluateEvery) expect(shareOf(config, every - evaluateEvery)).toBeGreaterThan(EVAL_BUDGET);
    }),
    { numRuns: 15 },
  );
}, 30_000);

test('a quarter of the batch size gives a quarter of the evaluations and half of the shards', () => {
  const [full, quarter] = [planWith().config, planWith({ batchSize: 16 }).config];
  expect(quarter).toEqual({ ...full, batchSize: 16, shards: 1, evaluateEvery: 4 * full.evaluateEvery });
  expect(full.shards).toBe(2);
});
