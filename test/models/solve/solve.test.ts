import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { Solver } from '../../../models/solve/solve';
import type { ModelState } from '../../../models/family/weights';
import { initialState, names, weightLayout } from '../../../models/family/weights';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const puzzle = [1, 2, 1, 0];

/** A model whose halting head always says the same. */
function haltingAt(logit: number): ModelState {
  const model = initialState(tinyMlpT, Random.seeded(1));
  weightLayout(tinyMlpT).values(model.params, names.qHeadBias).fill(logit);
  return model;
}

async function solved(config: typeof tinyMlpT, model: ModelState) {
  const solver = await Solver.create(config, model);
  const traced = await solver.solve(puzzle);
  await solver.release();
  return traced;
}

describe.each([
  ['token mixing', tinyMlpT],
  ['attention', tinyAttention],
])('a solve with %s', (_, config) => {
  test('shows every cycle of every step', async () => {
    const { steps, lCycles } = await solved(config, initialState(config, Random.seeded(1)));
    expect(steps).toHaveLength(config.haltMaxSteps);
    expect(lCycles).toBe(config.lCycles);
    for (const { cycles, qHalt } of steps) {
      expect(cycles).toHaveLength(config.hCycles);
      expect(qHalt).toBe(cycles[config.hCycles - 1]!.qHalt);
      for (const { latent, ...closing } of cycles) {
        expect(latent).toHaveLength(config.lCycles);
        for (const { answer, confidence, attention } of [...latent, closing])
          expect([answer.length, confidence.length, attention]).toEqual([4, 4, null]);
      }
    }
  });

  test('starts afresh each time', async () => {
    const solver = await Solver.create(config, initialState(config, Random.seeded(1)));
    const first = await solver.solve(puzzle);
    await solver.solve([2, 2, 2, 2]);
    expect(await solver.solve(puzzle)).toEqual(first);
    await solver.release();
  });

  test('carries its states from step to step', async () => {
    const { steps } = await solved(config, initialState(config, Random.seeded(1)));
    expect(steps[1]!.cycles[0]!.change).not.toBe(steps[0]!.cycles[0]!.change);
  });
});

test.each([
  ['the first step after which the halting head says stop', 0.5, 1],
  ['none while it says go on', -0.5, null],
  ['none at a logit of exactly zero', 0, null],
])('the step at which it would halt is %s', async (_, logit, expected) => {
  const { haltStep, steps } = await solved(tinyMlpT, haltingAt(logit));
  expect(haltStep).toBe(expected);
  expect(steps.map(({ qHalt }) => qHalt)).toEqual(steps.map(() => logit));
});

test('a solve that stops at the halting decision makes the same steps up to there', async () => {
  for (const [logit, count] of [
    [0.5, 1],
    [-0.5, tinyMlpT.haltMaxSteps],
  ]) {
    const solver = await Solver.create(tinyMlpT, haltingAt(logit!));
    const [whole, stopped] = [await solver.solve(puzzle), await solver.solve(puzzle, { stopAtHalt: true })];
    expect(stopped.steps).toEqual(whole.steps.slice(0, count));
    await solver.release();
  }
});

test('a puzzle of another length is refused with what was expected', async () => {
  const solver = await Solver.create(tinyMlpT, haltingAt(0));
  await expect(solver.solve([1, 2])).rejects.toThrow('input inputs: expected [1, 4], came 2 values');
  await solver.release();
});
