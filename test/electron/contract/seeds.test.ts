import { expect, test } from 'vitest';
import { MAX_RUN_NAME, MAX_SEED } from '../../../electron/contract/limits';
import { repeatWithSeeds } from '../../../electron/contract/seeds';

test('runs differ in the seed and, where they are named, in the name only', () => {
  expect(repeatWithSeeds({ seed: 5, preset: 'a' }, 2)).toEqual([
    { seed: 5, preset: 'a' },
    { seed: 6, preset: 'a' },
  ]);
  expect(repeatWithSeeds({ seed: 1, name: 'Mine' }, 2).map(({ name }) => name)).toEqual(['Mine · 1', 'Mine · 2']);
  expect(repeatWithSeeds({ seed: 1, name: 'Mine' }, 1)).toEqual([{ seed: 1, name: 'Mine' }]);
  expect(repeatWithSeeds({ seed: 41, name: 'x'.repeat(MAX_RUN_NAME) }, 2)[0]?.name).toMatch(/^x{195} · 41$/u);
  expect(() => repeatWithSeeds({ seed: MAX_SEED, name: 'Mine' }, 2)).toThrow(/seed must be at most/u);
});
