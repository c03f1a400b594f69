import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberSet } from '../../datasets/number-set';

test('NumberSet has the numbers that were added, as a Set', () => {
  const number = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(3000),
    fc.nat(20).map((high) => high * 2 ** 32),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 3000, size: 'max' }), (numbers) => {
      const [set, known] = [new NumberSet(), new Set<number>()];
      for (const each of numbers) {
        expect(set.add(each)).toBe(!known.has(each));
        known.add(each);
      }
      expect(set.size).toBe(known.size);
      for (const each of [...numbers, ...numbers.map((other) => other + 1)])
        expect(set.has(each)).toBe(known.has(each));
    }),
    { numRuns: 20 },
  );
});
