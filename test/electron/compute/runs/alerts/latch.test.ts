import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Latch } from '../../../../../electron/compute/runs/alerts';

test('what is so is told once, and again only after it has ended', () => {
  const latch = new Latch();
  const turns = [
    [false, true],
    [true, false],
    [true, false],
    [false, false],
    [true, false],
    [false, true],
    [true, false],
  ] as const;
  expect(turns.map(([begins, ends]) => latch.turn({ begins, ends }))).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});

test('between two tellings there is always an end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('begins', 'ends', 'neither')), (turns) => {
      const latch = new Latch();
      let mayTell = true;
      for (const turn of turns) {
        const isTold = latch.turn({ begins: turn === 'begins', ends: turn === 'ends' });
        expect(isTold).toBe(turn === 'begins' && mayTell);
        if (turn === 'begins') mayTell = false;
        if (turn === 'ends') mayTell = true;
      }
    }),
  );
});
