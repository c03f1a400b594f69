import { expect, test } from 'vitest';
import { countTrainingFlop, findStage } from '../../../electron/contract/run-stages';

const stages = [
  { steps: 10, hCycles: 1, lCycles: 1, stepFlop: 2 },
  { steps: 5, hCycles: 1, lCycles: 3, stepFlop: 4 },
];

test('each stage counts with its own operations', () => {
  const flop = (step: number) => countTrainingFlop({ step, stepFlop: 10, stages });
  expect([flop(0), flop(4), flop(10), flop(12), flop(15), flop(20)]).toEqual([0, 8, 20, 28, 40, 90]);
  expect(countTrainingFlop({ step: 20, stepFlop: 10 })).toBe(200);
});

test('the stage of the next step, and the step at which it ends', () => {
  expect(findStage({ step: 0, stages })).toEqual({ hCycles: 1, lCycles: 1, until: 10 });
  expect(findStage({ step: 10, stages })).toEqual({ hCycles: 1, lCycles: 3, until: 15 });
  expect(findStage({ step: 15, stages })).toBeNull();
  expect(findStage({ step: 3 })).toBeNull();
});
