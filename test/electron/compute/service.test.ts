import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../datasets/catalog';
import type { OpenedService } from './opened-service';
import { builtInIds, openService } from './opened-service';
import { presets as allPresets } from '../../../models/presets/presets';

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
});
afterAll(() => lab.close());

const puzzles = (from: number, count: number, split: 'train' | 'test' = 'test') =>
  lab.ask('readPuzzles', { dataset: 'sudoku-4x4', split, from, count });

test('getAppInfo returns datasets, presets, the device and the data folder', async () => {
  const { datasets, presets, device, dataFolder } = await lab.ask('getAppInfo', {});
  expect(datasets.map(({ id }) => id)).toContain('sudoku-4x4');
  expect(presets.map(({ id }) => id)).toEqual(allPresets.map(({ id }) => id));
  expect(presets.find(({ id }) => id === 'classroom')).toMatchObject({
    family: 'TRM-MLP',
    parameters: { 'sudoku-4x4': 80770 },
  });
  const mlp = presets.find(({ id }) => id === 'classroom')?.parameters;
  expect(mlp?.['sudoku-6x6']).toBeGreaterThan(80770);
  expect(device.threads).toBeGreaterThan(0);
  expect(dataFolder).toBe(lab.folder);
});

test('an empty data folder has the built-in models and no runs', async () => {
  expect(await lab.ask('listModels', {})).toMatchObject(builtInIds.map((id) => ({ id, source: 'built-in' })));
  expect(await lab.ask('listRuns', {})).toEqual([]);
});

describe('readPuzzles', () => {
  test('returns consecutive ranges of puzzles', async () => {
    const [all, left, right] = await Promise.all([puzzles(0, 6), puzzles(0, 4), puzzles(4, 2)]);
    expect([...left.puzzles, ...right.puzzles]).toEqual(all.puzzles);
    expect(all.puzzles.map(({ address }) => address)[5]).toBe('sudoku-4x4/test/5');
    expect(all.total).toBe(loadBuiltInDataset('sudoku-4x4').test.length);
  });

  test('returns fewer puzzles at the end of the split and none after it', async () => {
    const { total } = await puzzles(0, 0);
    expect((await puzzles(total - 1, 5)).puzzles).toHaveLength(1);
    expect(await puzzles(total, 5)).toEqual({ total, puzzles: [] });
    expect(await puzzles(total + 1000, 5)).toEqual({ total, puzzles: [] });
  });

  test('rejects an unknown dataset and lists the known ids', async () => {
    await expect(lab.ask('readPuzzles', { dataset: 'chess', split: 'test', from: 0, count: 1 })).rejects.toThrow(
      'unknown dataset “chess”; known: sudoku-4x4',
    );
  });
});

describe('traceSolve', () => {
  const solve = (inputs: readonly number[], model = 'sudoku-4x4') =>
    lab.ask('traceSolve', { model, inputs: [...inputs] });

  test('solves at least 19 of 20 test puzzles', async () => {
    const testPuzzles = (await puzzles(0, 20)).puzzles;
    const isSolved = [];
    for (const { inputs, labels } of testPuzzles) {
      const { steps } = await solve(inputs);
      isSolved.push(String(steps.at(-1)?.cycles.at(-1)?.answer) === String(labels));
    }
    expect(isSolved.filter(Boolean).length).toBeGreaterThanOrEqual(19);
  });

  test('returns every update of every cycle and step, and the halting step', async () => {
    const { inputs } = (await puzzles(0, 1)).puzzles[0]!;
    const { steps, lCycles, haltStep, ...rest } = await solve(inputs);
    expect(rest).toMatchObject({ model: 'sudoku-4x4', inputs });
    expect(steps).toHaveLength(8);
    for (const { cycles, qHalt } of steps) {
      expect(cycles).toHaveLength(3);
      expect(cycles.every(({ latent }) => latent.length === lCycles)).toBe(true);
      expect(qHalt).toBe(cycles[2]!.qHalt);
    }
    expect(haltStep).toBe(steps.findIndex(({ qHalt }) => qHalt > 0) + 1);
  });

  test('returns the same trace for concurrent requests', async () => {
    const { inputs } = (await puzzles(3, 1)).puzzles[0]!;
    const answers = await Promise.all([solve(inputs), solve(inputs), solve(inputs)]);
    for (const { steps } of answers) expect(steps).toEqual(answers[0].steps);
  });

  test.each([
    ['too few cells', [1, 2, 3], 'sudoku-4x4', 'the model reads 16 cells, but the puzzle has 3'],
    [
      'an unknown token',
      new Array<number>(16).fill(9),
      'sudoku-4x4',
      'the model knows the tokens 0–5, but the puzzle has token 9',
    ],
    ['an unknown model', new Array<number>(16).fill(1), 'nobody', 'there is no model “nobody”'],
    [
      'a model outside the folder',
      new Array<number>(16).fill(1),
      '../pretrained/sudoku-4x4',
      'there is no model “../pretrained/sudoku-4x4”',
    ],
  ])('rejects %s with one line', async (_, inputs, model, message) => {
    await expect(solve(inputs, model)).rejects.toThrow(new RegExp(`^${message.replace(/[./]/g, '\\$&')}$`));
  });
});

describe('run requests', () => {
  test.each(['pauseRun', 'stopRun'] as const)('%s rejects an unknown run', async (name) => {
    await expect(lab.ask(name, { runId: 'none' })).rejects.toThrow('run “none” is not in progress');
  });

  test('resumeRun and readMetrics reject an unknown run', async () => {
    await expect(lab.ask('resumeRun', { runId: 'none' })).rejects.toThrow('there is no run “none”');
    await expect(lab.ask('readMetrics', { runId: '../runs', points: 10 })).rejects.toThrow('there is no run “../runs”');
  });

  test('startRun rejects an unknown dataset or preset', async () => {
    const run = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 1 };
    await expect(lab.ask('startRun', { ...run, dataset: 'chess' })).rejects.toThrow('unknown dataset “chess”');
    await expect(lab.ask('startRun', { ...run, preset: 'huge' })).rejects.toThrow(
      'unknown preset “huge”; the presets are classroom, classroom-attention',
    );
    expect(lab.events).toEqual([]);
  });
});
