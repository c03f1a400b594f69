import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learningRateAt, type ScheduleConfig } from '../../../models/optim/schedule';

const schedules: fc.Arbitrary<ScheduleConfig> = fc
  .record({
    learningRate: fc.constantFrom(1e-4, 1e-3),
    warmupSteps: fc.nat(50),
    minRatio: fc.constantFrom(0, 0.1, 1),
    cosineSteps: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ cosineSteps, ...rest }) => ({ ...rest, totalSteps: rest.warmupSteps + cosineSteps }));

const ratesOf = (config: ScheduleConfig, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => learningRateAt(from + i, config));

const always = (statement: (config: ScheduleConfig) => void) => fc.assert(fc.property(schedules, statement));

describe('the learning rate', () => {
  test('rises in equal parts to its base while warming up', () => {
    always((config) => {
      const rates = ratesOf(config, 1, config.warmupSteps);
      rates.forEach((rate, i) => expect(rate).toBeCloseTo((config.learningRate * (i + 1)) / config.warmupSteps, 12));
      if (config.warmupSteps > 0) expect(rates.at(-1)).toBeCloseTo(config.learningRate, 12);
    });
  });

  test('then falls, never rises, to minRatio of the base at the last step', () => {
    always((config) => {
      const rates = ratesOf(config, Math.max(1, config.warmupSteps), config.totalSteps);
      rates.slice(1).forEach((rate, i) => expect(rate).toBeLessThanOrEqual(rates[i]!));
      expect(rates.at(-1)).toBeCloseTo(config.learningRate * config.minRatio, 12);
    });
  });

  test('is halfway between base and floor in the middle of the cosine', () => {
    expect(learningRateAt(60, { learningRate: 1, warmupSteps: 20, totalSteps: 100, minRatio: 0.2 })).toBeCloseTo(
      0.6,
      12,
    );
  });

  test('stays between the floor and the base after the warm-up, past the last step as well', () => {
    always((config) => {
      for (const rate of ratesOf(config, Math.max(1, config.warmupSteps), 2 * config.totalSteps)) {
        expect(rate).toBeGreaterThanOrEqual(config.learningRate * config.minRatio);
        expect(rate).toBeLessThanOrEqual(config.learningRate * (1 + 1e-12));
      }
    });
  });
});
