import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, placeIn, rooms } from '../../../renderer/app/navigation.svelte';

test.each([
  ['', { room: 'home', rest: '' }],
  ['#train', { room: 'train', rest: '' }],
  ['#train/run-1', { room: 'train', rest: 'run-1' }],
  ['#solve/sudoku-4x4/test/17', { room: 'solve', rest: 'sudoku-4x4/test/17' }],
  ['#cellar/x', { room: 'home', rest: '' }],
  ['#train/%zz', { room: 'train', rest: '%zz' }],
  ['#Train', { room: 'home', rest: '' }],
])('%s is %j', (hash, place) => expect(placeIn(hash)).toEqual(place));

test('every place is found again by its address', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rooms),
      fc.string({ maxLength: 40 }).filter((rest) => !/[\n\r\u2028\u2029]/u.test(rest)),
      (room, rest) => {
        expect(placeIn(`#${addressOf({ room, rest })}`)).toEqual({ room, rest });
      },
    ),
  );
});
