/** Whether the model halts is decided at the end of a supervision step, and it halts once. */
import { describe, expect, test } from 'vitest';
import { describeHalting } from '../../../../../renderer/features/solve/player/halting';

describe('describeHalting', () => {
  const describeAt = (step: number, cycle: number, { qHalt = 2, haltStep = 2 as number | null } = {}) =>
    describeHalting({ hCycles: 3, trace: { haltStep } }, { step, cycle, qHalt });

  test('says “would halt here” only at the end of the step after which the model halts', () => {
    expect(describeAt(1, 2)).toBe('q = +2.0: would halt here');
    expect(describeAt(0, 2, { qHalt: -2 })).toBe('q = −2.0: would continue');
    expect(describeAt(4, 2, { qHalt: -2, haltStep: null })).toBe('q = −2.0: would continue');
  });

  test('leaves the decision open after the other H cycles of a step, also with a logit above 0', () => {
    expect(describeAt(1, 0)).toBe('q = +2.0: decided at the end of the step');
    expect(describeAt(1, 1)).toBe('q = +2.0: decided at the end of the step');
  });

  test('names later steps as beyond the halt, whatever their logit', () => {
    expect(describeAt(2, 2)).toBe('q = +2.0: beyond the halt after step 2');
    expect(describeAt(5, 0, { qHalt: -1 })).toBe('q = −1.0: beyond the halt after step 2');
  });
});
