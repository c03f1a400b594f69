/** The stages of a run's recursion curriculum: where it is, and what it has cost. */
import type { Run } from './contract';

type Staged = Pick<Run, 'step' | 'stepFlop' | 'stages'>;

/** Floating-point operations of the train steps so far. */
export function countTrainingFlop({ step, stepFlop, stages = [] }: Staged): number {
  let [left, flop] = [step, 0];
  for (const stage of stages) {
    const steps = Math.min(left, stage.steps);
    flop += steps * stage.stepFlop;
    left -= steps;
  }
  return flop + left * stepFlop;
}

/** The cycles of the next step and the step at which they end; null where it trains with the whole recursion. */
export function findStage({ step, stages = [] }: Pick<Staged, 'step' | 'stages'>) {
  let until = 0;
  for (const { steps, hCycles, lCycles } of stages) {
    until += steps;
    if (step < until) return { hCycles, lCycles, until };
  }
  return null;
}
