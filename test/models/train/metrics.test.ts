import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricSums, totalLoss, type StepOutcome } from '../../../models/train/metrics';

/** Four examples: correct and halted, wrong and halted, halted without labels, correct but not halted. */
const outcome: StepOutcome = {
  exampleMetrics: {
    lmLoss: Float32Array.of(0.5, 1, 0, 2),
    qHaltLoss: Float32Array.of(0.25, 0.5, 0.25, 1),
    correctCells: Float32Array.of(4, 1, 0, 4),
    validCells: Float32Array.of(4, 4, 0, 4),
    qHalt: Float32Array.of(0, 3, -1, 5),
    qContinue: Float32Array.of(0, 0, 0, 0),
    qContinueLoss: Float32Array.of(1, 0, 0, 1),
    continueTarget: Float32Array.of(0, 0, 0, 0),
  },
  halted: Uint8Array.of(1, 1, 1, 0),
  steps: Int32Array.of(2, 3, 1, 1),
  gradientNorm: 1,
};

describe('metricSums', () => {
  test('counts halted examples with labels', () => {
    expect(metricSums(outcome)).toMatchObject({ count: 2, accuracy: 1.25, exactAccuracy: 1, steps: 5 });
  });

  test('counts the halting head as correct if q ≥ 0 agrees with an exact answer', () => {
    expect(metricSums(outcome).qHaltAccuracy).toBe(1);
  });

  test('sums the losses of all examples', () => {
    expect(metricSums(outcome)).toMatchObject({ lmLoss: 3.5, qHaltLoss: 2, qContinueLoss: 2 });
    expect(totalLoss(metricSums(outcome))).toBe(5.5);
  });

  test('returns 0 when nothing halted', () => {
    expect(metricSums({ ...outcome, halted: new Uint8Array(4) })).toMatchObject({
      count: 0,
      accuracy: 0,
      exactAccuracy: 0,
      steps: 0,
    });
  });

  test('never exceeds the count', () => {
    const example = fc.record({
      valid: fc.nat(4),
      right: fc.nat(4),
      q: fc.constantFrom(-1, 0, 1),
      halted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 6 }), (examples) => {
        const column = (of: (each: (typeof examples)[number]) => number) => Float32Array.from(examples, of);
        const zeros = column(() => 0);
        const exampleMetrics = {
          lmLoss: zeros,
          qHaltLoss: zeros,
          qContinue: zeros,
          qContinueLoss: zeros,
          continueTarget: zeros,
          qHalt: column(({ q }) => q),
          validCells: column(({ valid }) => valid),
          correctCells: column(({ valid, right }) => Math.min(valid, right)),
        };
        const sums = metricSums({
          exampleMetrics,
          halted: Uint8Array.from(examples, ({ halted }) => +halted),
          steps: new Int32Array(examples.length).fill(1),
        });
        for (const part of [sums.accuracy, sums.exactAccuracy, sums.qHaltAccuracy])
          expect(part).toBeLessThanOrEqual(sums.count);
        expect(sums.steps).toBe(sums.count);
      }),
    );
  });
});
