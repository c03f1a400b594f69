import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortRows } from '../../../datasets/browse/matching';

test('sortRows sorts by any values and is stable', async () => {
  const value = fc.oneof(
    fc.integer({ min: -1, max: 5 }),
    fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    fc.constantFrom(-1, 65_535, 65_536, 2 ** 31 - 1),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { maxLength: 60 }),
      fc.boolean(),
      fc.func(fc.boolean()),
      async (values, descending, isKept) => {
        const rows = [...values.keys()].filter(isKept);
        const plain = [...rows].sort((one, other) =>
          descending ? values[other]! - values[one]! : values[one]! - values[other]!,
        );
        expect([...(await sortRows(Uint32Array.from(rows), { values: Int32Array.from(values), descending }))]).toEqual(
          plain,
        );
      },
    ),
  );
});
