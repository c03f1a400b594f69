import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepLine, stepFields } from '../../../../../electron/compute/runs/metrics/step-line';
import { stepMetricsSchema } from '../../../../../models/train/metrics';

describe('StepLine', () => {
  const parse = (text: string): number[] | null => {
    const line = new StepLine();
    const bytes = Buffer.from(`before\n${text}\n`);
    if (!line.parse(bytes, 'before\n'.length)) return null;
    expect(line.end).toBe(bytes.length);
    return [...line.values];
  };

  test('has every field of a step, each known by its first two letters and length', () => {
    expect([...stepFields].sort()).toEqual(Object.keys(stepMetricsSchema.shape).sort());
    expect(new Set(stepFields.map((field) => `${field.slice(0, 2)}${field.length}`)).size).toBe(stepFields.length);
  });

  test('numbers are those of JSON.parse, up to the last digits', () => {
    const number = fc.option(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
      ),
    );
    const order = fc.shuffledSubarray([...stepFields], { minLength: 1 });
    fc.assert(
      fc.property(order, fc.array(number, { minLength: 9, maxLength: 9 }), (fields, numbers) => {
        const expected = Object.fromEntries(fields.map((field, index) => [field, numbers[index]]));
        const values = parse(JSON.stringify({ type: 'step', ...expected }));
        stepFields.forEach((field, index) => {
          const value = expected[field] ?? null;
          if (value === null) expect(values?.[index]).toBeNaN();
          else expect(Math.abs((values?.[index] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-14 + 1e-300);
        });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '{"type":"evaluated","step":1}',
    '{"type":"step","step":1',
    '{"type":"step","step":1,"seco',
    '{"type":"step","step":"1"}',
    '{"type":"step","other":1}',
    '{"type":"step","step":-}',
    '{"type":"step","step":,"seconds":1}',
    '{"type":"step","step":1}}',
    '{"type":"step", "step":1}',
    '',
  ])('leaves %s to another parser', (text) => expect(parse(text)).toBeNull());

  test('parseText reads a step in any format of JSON', () => {
    const line = new StepLine();
    expect(line.parseText('{"type":"step", "step" : 7, "lmLoss": null, "other": [1]}')).toBe(true);
    expect(line.values[0]).toBe(7);
    expect(line.parseText('{"type":"step","step":"two"}')).toBe(false);
    expect(line.parseText('{"type":"step","step":2,"secon')).toBe(false);
  });
});
