import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random, streams } from '../../datasets/random';

const draws = (random: Random, count = 20) => Array.from({ length: count }, () => random.integer(0, 1_000_000));

describe('Random', () => {
  test('the same seed and stream draw the same numbers', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(draws(Random.seeded(seed))).toEqual(draws(Random.seeded(seed)));
      }),
    );
  });

  test('a saved state continues with the same numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 50 }), (seed, before) => {
        const random = Random.seeded(seed);
        draws(random, before);
        const copy = Random.restored(JSON.parse(JSON.stringify(random.state())));
        expect(draws(copy)).toEqual(draws(random));
      }),
    );
  });

  test('the streams of one seed draw different numbers', () => {
    const all = Object.values(streams).map((stream) => draws(Random.seeded(7, stream)).join());
    expect(new Set(all).size).toBe(all.length);
  });

  test('first draws of neighbouring seeds are spread over the whole interval', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => Random.seeded(seed).uniform());
    const tenths = Array(10).fill(0);
    for (const first of firsts) tenths[Math.floor(first * 10)]++;
    // 200 expected in each tenth, standard deviation 13.4: five of those.
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(67);
  });

  test('a shuffle keeps every item', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (items, seed) => {
        expect(
          Random.seeded(seed)
            .shuffle([...items])
            .sort(),
        ).toEqual([...items].sort());
      }),
    );
  });
});
