/** Runs on sets whose puzzles have identifiers: from nothing, and from a model that knew other puzzles. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import type { PresetOverrides, RunPlan, StartingPoint } from '../../../../electron/compute/runs/run-plan';
import { createPlan, EVAL_BUDGET, countEvalFlop, withEvalBudget } from '../../../../electron/compute/runs/run-plan';
import { hashDataset } from '../../../../electron/compute/runs/run-record';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { presets, createRunConfig } from '../../../../models/presets/presets';
import { estimateCost } from '../../../../models/train/cost-estimate';
import type { RunConfig } from '../../../../models/train/run-config';
import { planWith } from './examples';
import { sudokusOf, tiny } from './identified-dataset';

const runs: Trainer[] = [];
afterEach(() => Promise.all(runs.splice(0).map((run) => run.release())));

const plan = (identifiers: number, from?: StartingPoint, override: PresetOverrides = {}): RunPlan =>
  createPlan({
    dataset: sudokusOf(identifiers),
    preset: tiny,
    seed: 3,
    maxSeconds: 600,
    override,
    ...(from && { from }),
  });

async function prepared(of: RunPlan): Promise<Trainer> {
  const run = await Trainer.prepare(of);
  runs.push(run);
  return run;
}

async function take(run: Trainer, steps: number): Promise<void> {
  for await (const event of run.events()) if (event.type === 'step' && event.metrics.step === steps) return;
}

async function taught(identifiers: number, steps = 12): Promise<StoredModel> {
  const run = await prepared(plan(identifiers));
  await take(run, steps);
  return run.model(null);
}

const startAt = (model: StoredModel, trainable: StartingPoint['trainable']): StartingPoint => ({
  model,
  trainable,
  parent: { kind: 'model', id: 'before', step: null },
});
const rowsOf = (table: Float32Array, width: number) =>
  Array.from({ length: table.length / width }, (_, row) => [...table.subarray(row * width, (row + 1) * width)]);

describe('a run from nothing', () => {
  test('has a row of the table for each identifier; those that were drawn have moved, the blank one never', async () => {
    const { config, state } = await taught(20);
    expect(config).toMatchObject({ puzzleEmbNdim: 16, puzzleEmbLen: 1, numPuzzleIdentifiers: 21 });
    const [blank, ...rows] = rowsOf(state.puzzleTable, 16);
    expect(blank).toEqual(Array(16).fill(0));
    const moved = rows.filter((row) => row.some((value) => value !== 0));
    expect(moved.length).toBeGreaterThan(5);
    // Twelve steps within the warm-up of 50: at most 0.01·(1 + … + 12)/50.
    for (const row of moved)
      for (const value of row) expect(Math.abs(value)).toBeLessThanOrEqual((0.01 * 78) / 50 + 1e-6);
  });

  test('goes on from a checkpoint bit for bit', async () => {
    const whole = await prepared(plan(20));
    await take(whole, 9);
    const first = await prepared(plan(20));
    await take(first, 4);
    const checkpoint = Buffer.concat(first.snapshot({ isEvalPending: false, best: null }).chunks);
    const second = await prepared(plan(20));
    await take(second, 1);
    second.restore(checkpoint);
    await take(second, 9);
    expect(second.model(null).state).toEqual(whole.model(null).state);
  });

  test('looks at held-out puzzles of every group first', async () => {
    const run = await prepared(plan(20));
    expect(run.testRows.slice(0, 6)).toEqual([0, 8, 16, 24, 32, 1]);
    expect([...run.testRows].sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });
});

describe('a model taught further on other puzzles', () => {
  test('begins with the mean of its table in every row', async () => {
    const model = await taught(20);
    const { config, start } = plan(7, startAt(model, 'all'));
    expect(config.model).toEqual({ ...model.config, numPuzzleIdentifiers: 8 });
    const before = rowsOf(model.state.puzzleTable, 16);
    const after = rowsOf(start?.puzzleTable ?? new Float32Array(), 16);
    expect(after).toHaveLength(8);
    for (const row of after)
      row.forEach((value, i) => expect(value).toBeCloseTo(before.reduce((sum, each) => sum + each[i]!, 0) / 21, 6));
  });

  test('keeps its table for as many', async () => {
    const model = await taught(7);
    expect(plan(7, startAt(model, 'all')).start).toBe(model.state);
  });

  test('learns embeddings only: its weights stay bit for bit, the table changes', async () => {
    const model = await taught(20);
    const run = await prepared(plan(7, startAt(model, 'puzzleEmbeddings')));
    const start = run.plan.start?.puzzleTable.slice();
    await take(run, 5);
    const { params, hInit, lInit, puzzleTable } = run.model(null).state;
    expect([params, hInit, lInit]).toEqual([model.state.params, model.state.hInit, model.state.lInit]);
    expect(rowsOf(puzzleTable, 16)[0]).toEqual(rowsOf(start ?? puzzleTable, 16)[0]);
    expect(puzzleTable).not.toEqual(start);
  });

  test('learns everything: its weights change too', async () => {
    const model = await taught(20);
    const run = await prepared(plan(7, startAt(model, 'all')));
    await take(run, 5);
    expect(run.model(null).state.params).not.toEqual(model.state.params);
  });

  test('without puzzle embeddings cannot learn them alone, and is otherwise taught without', async () => {
    const plain = { ...sudokusOf(7), identified: null };
    const run = await prepared(createPlan({ dataset: plain, preset: tiny, seed: 3, maxSeconds: 600 }));
    const from = startAt(run.model(null), 'all');
    expect(() => plan(7, { ...from, trainable: 'puzzleEmbeddings' })).toThrow(
      'this model has no puzzle embeddings: train all weights',
    );
    expect(plan(7, from).config.model).toEqual(run.config.model);
  });
});

test('the hash of a set tells its identifiers and groups apart', () => {
  const [set, plain] = [sudokusOf(4), { ...sudokusOf(4), identified: null }];
  const { names, train, test: tests } = sudokusOf(4).identified ?? { names: [], train: [], test: [] };
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
  expect(hashDataset(sudokusOf(4))).toBe(hashes[0]);
});

// Looks at held-out puzzles cost little beside the training.

const [classroom] = presets.map((preset) =>
  createRunConfig(preset, { seqLen: 16, vocabSize: 6, seed: 1, maxSeconds: 1 }),
);

const shareOf = (config: RunConfig, every = config.evaluateEvery): number => {
  const account = estimateCost(config.model, config);
  return countEvalFlop(config, account, 128) / (every * account.stepFlop);
};

describe('a preset', () => {
  test.each(presets)('$id keeps the share, and looks at multiples of the steps it says', (preset) => {
    for (const set of ['sudoku-4x4', 'sudoku-6x6']) {
      const { config } = createPlan({ dataset: loadBuiltInDataset(set), preset, seed: 1, maxSeconds: 1 });
      expect(config.evaluateEvery % preset.run.evaluateEvery).toBe(0);
      expect(shareOf(config)).toBeLessThanOrEqual(EVAL_BUDGET);
    }
  });

  test.each(presets.filter(({ id }) => id.startsWith('classroom')))('$id looks as often as it says', (preset) => {
    const { config } = createPlan({ dataset: loadBuiltInDataset('sudoku-4x4'), preset, seed: 1, maxSeconds: 1 });
    expect(config.evaluateEvery).toBe(preset.run.evaluateEvery);
  });
});

test('a run of small batches looks less often: at the smallest multiple that keeps the share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 200 }), (batchSize, evaluateEvery) => {
      const config = { ...classroom!, batchSize, evaluateEvery };
      const { evaluateEvery: every } = withEvalBudget(config, 128);
      expect(every % evaluateEvery).toBe(0);
      expect(shareOf(config, every)).toBeLessThanOrEqual(EVAL_BUDGET);
      if (every > evaluateEvery) expect(shareOf(config, every - evaluateEvery)).toBeGreaterThan(EVAL_BUDGET);
    }),
    { numRuns: 15 },
  );
}, 30_000);

test('a plan of a quarter of the batch looks a quarter as often, and nothing else of it changes', () => {
  const [whole, quarter] = [planWith().config, planWith({ batchSize: 16 }).config];
  expect(quarter).toEqual({ ...whole, batchSize: 16, shards: 1, evaluateEvery: 4 * whole.evaluateEvery });
  expect(whole.shards).toBe(2);
});
