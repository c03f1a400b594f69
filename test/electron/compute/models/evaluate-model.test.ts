/** Models measured on demand. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../../datasets/catalog';
import { threads } from '../../../../electron/compute/devices/machine';
import { evaluateModel } from '../../../../electron/compute/models/evaluate-model';
import type { Accuracy } from '../../../../electron/contract/contract';
import { readModel, type StoredModel } from '../../../../models/checkpoint/model-folder';
import type { OpenedService } from '../opened-service';
import { openService, shippedModels } from '../opened-service';

const ask = { model: 'sudoku-4x4', dataset: 'sudoku-4x4', split: 'test' } as const;

let lab: OpenedService;
let model: StoredModel;
let few: Accuracy;
beforeAll(async () => {
  lab = await openService();
  model = await readModel(join(shippedModels, 'sudoku-4x4'));
  few = await lab.ask('evaluateModel', { ...ask, limit: 130 });
}, 60_000);
afterAll(() => lab.close());

const progress = (job: string) =>
  lab.events.flatMap((event) => (event.type === 'job/progress' && event.job === job ? [event] : []));

describe('a model is measured', () => {
  test('on all of a split, telling how far it is', async () => {
    const total = loadDataset('sudoku-4x4').train.length;
    const accuracy = await lab.ask('evaluateModel', { ...ask, split: 'train', job: 'whole' });
    expect(accuracy.count).toBe(total);
    expect(accuracy.exactAccuracy).toBeGreaterThan(0.9);
    const fractions = progress('whole').map(({ fraction }) => fraction ?? 0);
    expect(fractions.length).toBeGreaterThan(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(progress('whole')[0]!.message).toBe(`128 of ${total} puzzles`);
  }, 60_000);

  test('on as many as are wanted, the first of the split', async () => {
    const { kind, test: puzzles } = loadDataset('sudoku-4x4');
    const plan = { model, kind, total: null, dataset: 'these', puzzles: puzzles.slice(0, 130) };
    expect(few).toEqual(await evaluateModel(plan, { threads }));
    expect(few.count).toBe(130);
  }, 60_000);

  test('the same while a run trains, and the run goes on', async () => {
    const run = await lab.ask('startRun', { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600 });
    await lab.next('run/step');
    const from = lab.events.length;
    expect(await lab.ask('evaluateModel', { ...ask, limit: 130 })).toEqual(few);
    expect(lab.events.slice(from).map(({ type }) => type)).toContain('run/step');
    await lab.ask('stopRun', run);
    await lab.next('run/cancelled');
  }, 60_000);
});

test('a measurement that is cancelled makes no further batch', async () => {
  const cancel = new AbortController();
  const from = lab.events.length;
  const measuring = lab.ask('evaluateModel', { ...ask, job: 'cancelled' }, { signal: cancel.signal });
  await lab.next('job/progress', from);
  cancel.abort(new Error('enough'));
  await expect(measuring).rejects.toThrow('enough');
  // The batch under way comes to its end; what it would have told is not told any more.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(progress('cancelled').length).toBeLessThan(4);
  expect(progress('cancelled').every(({ fraction }) => (fraction ?? 1) < 1)).toBe(true);
}, 60_000);

describe('is refused in one line', () => {
  test.each([
    [
      'grids of another size',
      { dataset: 'sudoku-6x6' },
      'this model reads 16 cells of 6 tokens, which sudoku-6x6 does not have',
    ],
    ['a model there is not', { model: 'nobody' }, 'there is no model "nobody"'],
    ['a set there is not', { dataset: 'chess' }, 'unknown dataset "chess"; known: sudoku-4x4, sudoku-6x6'],
  ])('%s', async (_, change, message) => {
    await expect(lab.ask('evaluateModel', { ...ask, ...change })).rejects.toThrow(message);
  });

  test('a set without puzzles, and puzzles whose embedding was never learnt', async () => {
    const { kind, test: puzzles } = loadDataset('sudoku-4x4');
    const plan = { model, kind, total: null, dataset: 'these' };
    await expect(evaluateModel({ ...plan, puzzles: [] }, {})).rejects.toThrow('these has no puzzles to measure on');
    const embedding = { ...model, config: { ...model.config, puzzleEmbNdim: 8, numPuzzleIdentifiers: 2 } };
    const strange = [{ ...puzzles[0]!, identifier: 2 }];
    await expect(evaluateModel({ ...plan, model: embedding, puzzles: strange }, {})).rejects.toThrow(
      'this model knows puzzle identifiers below 2, these has 2',
    );
  });
});
