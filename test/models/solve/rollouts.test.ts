import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { attemptPerState, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { initialState } from '../../../models/family/weights';
import { RolloutSolver, type RolloutPlan } from '../../../models/solve/rollouts';
import { Solver } from '../../../models/solve/solve';
import { tinyAttention, tinyMlpT, tinySymbols } from '../family/tiny';

const settings: RolloutSettings = { count: 3, noise: 0.5, seed: 7, pick: 'halting' };
const never = () => false;

describe.each([
  ['token mixing', tinyMlpT],
  ['attention', tinyAttention],
  ['symbol vectors', tinySymbols],
])('rollouts with %s', (_, config) => {
  const puzzle = [1, 2, 1, 0];
  const model = initialState(config, Random.seeded(1));
  let solver: RolloutSolver;
  beforeAll(async () => void (solver = await RolloutSolver.create(config, [model], { rollouts: 3 })));
  afterAll(() => solver.release());
  const solve = (change: Partial<RolloutSettings> = {}, plan: Partial<RolloutPlan> = {}) =>
    solver.solve(puzzle, { settings: { ...settings, ...change }, steps: 4, isLegal: never, ...plan });

  test('one without noise gives the answers of a plain solve', async () => {
    const single = await RolloutSolver.create(config, [model], { rollouts: 1 });
    const plain = await Solver.create(config, model);
    const { attempts } = await single.solve(puzzle, {
      settings: { ...settings, count: 1, noise: 0 },
      steps: 4,
      isLegal: never,
    });
    const { steps } = await plain.solve(puzzle, { maxSteps: 4 });
    attempts[0]!.forEach(({ cycles: [cycle], qHalt }, step) => {
      const last = steps[step]!.cycles.at(-1)!;
      expect(cycle!.answer).toEqual(last.answer);
      expect(qHalt).toBe(steps[step]!.qHalt);
      expect(cycle!.confidence).toEqual(last.confidence);
    });
    await Promise.all([single.release(), plain.release()]);
  });

  test('without noise all give the same answers; with noise they differ, and are the same again with the same seed', async () => {
    const confidences = async (change: Partial<RolloutSettings>) =>
      (await solve(change)).attempts.map((steps) => steps.map(({ cycles }) => cycles[0]!.confidence));
    const quiet = await confidences({ noise: 0 });
    expect(new Set(quiet.map(String)).size).toBe(1);
    const noisy = await confidences({});
    expect(new Set(noisy.map(String)).size).toBe(3);
    expect(await confidences({})).toEqual(noisy);
    expect(await confidences({ seed: 8 })).not.toEqual(noisy);
  });

  test('record the change of the state in every step', async () => {
    const { attempts } = await solve();
    for (const step of attempts.flat()) expect(step.cycles[0]!.change).toBeGreaterThan(0);
  });

  test('picked by rules end with the first step that has a legal answer', async () => {
    let checked = 0;
    const { attempts, picked } = await solve({ pick: 'rules' }, { isLegal: () => ++checked > 0 });
    expect(picked).toMatchObject({ rollout: 0, step: 1, legal: true });
    expect(attempts.map((steps) => steps.length)).toEqual([1, 1, 1]);
  });

  test('picked by rules without a legal answer pick none, after all steps', async () => {
    const { attempts, picked } = await solve({ pick: 'rules' });
    expect(picked).toBeNull();
    expect(attempts.map((steps) => steps.length)).toEqual([4, 4, 4]);
  });

  test('report their steps while they are computed, and end with the signal', async () => {
    const cancel = new AbortController();
    const seen: number[] = [];
    const onStep = (rollout: number) => {
      seen.push(rollout);
      cancel.abort(new Error('enough'));
    };
    await expect(solve({}, { signal: cancel.signal, onStep, steps: 1024 })).rejects.toThrow('enough');
    expect(seen).toEqual([0, 1, 2]);
  });
});

describe('several states of a model', () => {
  const config = tinyMlpT;
  const puzzle = [1, 2, 1, 0];
  const [one, other] = [initialState(config, Random.seeded(1)), initialState(config, Random.seeded(3))];
  const solve = async (states: readonly (typeof one)[], plan: Partial<RolloutPlan> = {}) => {
    const solver = await RolloutSolver.create(config, states, { rollouts: 1 });
    const options = { settings: attemptPerState(states.length), steps: 4, isLegal: never, ...plan };
    try {
      return await solver.solve(puzzle, options);
    } finally {
      await solver.release();
    }
  };
  const answerOf = async (state: typeof one) => (await solve([state])).attempts[0]!.at(-1)!.cycles[0]!.answer;

  test('each give an attempt, and the answer of most is picked with the number that agrees', async () => {
    const answers = [await answerOf(one), await answerOf(other)];
    expect(answers[0]).not.toEqual(answers[1]);
    const { attempts, picked } = await solve([one, other, other]);
    expect(attempts.map((steps) => steps.at(-1)!.cycles[0]!.answer)).toEqual([answers[0], answers[1], answers[1]]);
    expect(picked).toMatchObject({ votes: 2 });
    expect([...picked!.answer]).toEqual(answers[1]);
  });

  test('picked by rules, a later state ends at the step of the first legal answer', async () => {
    const wanted = String((await solve([one])).attempts[0]![1]!.cycles[0]!.answer);
    const { attempts, picked } = await solve([one, other], {
      settings: attemptPerState(2, 'rules'),
      isLegal: (answer) => String(answer) === wanted,
    });
    expect(attempts[1]!.length).toBeLessThanOrEqual(attempts[0]!.length);
    expect(picked).toMatchObject({ rollout: 0, step: attempts[0]!.length, legal: true });
  });
});
