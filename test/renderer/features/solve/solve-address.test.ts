import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSolveAddress, parseSolveAddress } from '../../../../renderer/features/solve/solve-address';

test('an address is read as it was written', () => {
  const address = fc.record(
    {
      model: fc.stringMatching(/^[\w.-]+$/u),
      puzzle: fc.oneof(
        fc.constant('sudoku-9x9/test/3'),
        fc.string().map((text) => `=${text}`),
      ),
      position: fc.record({ frame: fc.nat(100_000), steps: fc.integer({ min: 1, max: 1024 }) }),
    },
    { requiredKeys: ['model', 'puzzle'] },
  );
  fc.assert(
    fc.property(address, (given) => {
      expect(parseSolveAddress(formatSolveAddress(given))).toEqual(given);
    }),
  );
});

test.each(['', 'model'])('"%s" names no puzzle', (subpath) => expect(parseSolveAddress(subpath)).toBeNull());
