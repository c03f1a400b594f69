import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatHash, parseHash } from '../../../renderer/app/navigation.svelte';

const ids = ['home', 'train', 'solve'];

test.each([
  ['', { view: 'home', subpath: '' }],
  ['#train', { view: 'train', subpath: '' }],
  ['#train/run-1', { view: 'train', subpath: 'run-1' }],
  ['#solve/sudoku-4x4/test/17', { view: 'solve', subpath: 'sudoku-4x4/test/17' }],
  ['#cellar/x', { view: 'home', subpath: '' }],
  ['#train/%zz', { view: 'train', subpath: '%zz' }],
  ['#Train', { view: 'home', subpath: '' }],
])('parseHash of "%s" returns %j', (hash, location) => expect(parseHash(hash, ids)).toEqual(location));

test('parseHash restores every location from its hash', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ids),
      fc.string({ maxLength: 40 }).filter((subpath) => !/[\n\r\u2028\u2029]/u.test(subpath)),
      (view, subpath) => {
        expect(parseHash(`#${formatHash({ view, subpath })}`, ids)).toEqual({ view, subpath });
      },
    ),
  );
});
