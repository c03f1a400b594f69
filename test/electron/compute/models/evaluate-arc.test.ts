/** A real model, taught two tiny tasks, and what its votes are counted as. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../../datasets/catalog';
import { arcDataset } from '../../../../datasets/kinds/arc/build';
import { evaluateArc, type ArcPlan } from '../../../../electron/compute/models/evaluate-arc';
import { createPlan } from '../../../../electron/compute/runs/run-plan';
import { TrainingRun } from '../../../../electron/compute/runs/training-run';
import { constantTasks, tiny } from '../runs/identified-set';

const setOf = (augmentations: number) =>
  arcDataset(constantTasks, { id: 'constant', name: 'constant', summary: '', augmentations }) as Dataset &
    ArcPlan['dataset'];
const dataset = setOf(3);

let run: TrainingRun;
beforeAll(async () => {
  run = await TrainingRun.prepare(
    createPlan({ dataset, preset: tiny, seed: 1, maxSeconds: 60, override: { maxSteps: 80, learningRate: 1e-2 } }),
  );
  for await (const event of run.events()) if (event.type === 'step' && event.metrics.step === 80) break;
}, 120_000);
afterAll(() => run.release());

const evaluated = (plan: Partial<ArcPlan> = {}) => evaluateArc({ model: run.model(null), dataset, ...plan }, {});

describe('a model that has learnt one of two tasks', () => {
  test('passes that one, by the votes of all its copies', async () => {
    const { accuracy } = await evaluated();
    expect(accuracy).toMatchObject({ tasks: 2, tests: 2, unknown: 0, passAt: { 1: 0.5, 2: 0.5 } });
    expect(accuracy.originals).toMatchObject({ count: 2, exactAccuracy: 0.5 });
    expect(accuracy.rows).toMatchObject({ count: 8, exactAccuracy: 0.5 });
  });

  test('submits two attempts at every test', async () => {
    const { submission } = await evaluated();
    expect(Object.keys(submission).sort()).toEqual(['always', 'misleading']);
    expect(submission.always![0]!.attempt_1).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(Object.keys(submission.misleading![0]!)).toEqual(['attempt_1', 'attempt_2']);
  });

  test('is asked a part of the copies where told so, of every task', async () => {
    const { accuracy } = await evaluated({ limit: 4 });
    expect([accuracy.tasks, accuracy.rows.count]).toEqual([2, 4]);
    expect(accuracy.passAt).toEqual({ 1: 0.5, 2: 0.5 });
  });

  test('is not measured on a set of other identifiers', async () => {
    await expect(evaluated({ dataset: setOf(2) })).rejects.toThrow(
      'this model has embeddings for 9 puzzle identifiers, constant has 7: measure it on the set it learnt from, or train it on this one (--from)',
    );
  });
});

test('outputs that nobody knows are told of', async () => {
  const tasks = constantTasks.map(({ test: tests, ...task }) => ({
    ...task,
    test: tests.map(({ input }) => ({ input, output: null })),
  }));
  const unknown = arcDataset(tasks, { id: 'unknown', name: 'unknown', summary: '', augmentations: 3 }) as Dataset &
    ArcPlan['dataset'];
  const { accuracy } = await evaluated({ dataset: unknown });
  expect(accuracy).toMatchObject({ tests: 2, unknown: 2, passAt: { 1: 0 } });
});
