import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tallyVotes, createVoters } from '../../../../../renderer/features/datasets/augmentation/arc-vote';
import { anyPlacedPair, anySeed, grid } from './puzzles';

const pair = { input: grid('123', '456'), output: grid('12', '34', '50') };

describe('tallyVotes and createVoters', () => {
  test('correct answers are unanimous for every pair', () => {
    fc.assert(
      fc.property(anyPlacedPair, anySeed, ([input, output], seed) => {
        const any = { input: input!.grid, output: output!.grid };
        const voters = createVoters(any, { seed, damaged: [] });
        for (const { undone } of voters) expect(undone).toEqual(any.output);
        expect(tallyVotes(any, voters)).toEqual([{ grid: any.output, votes: voters.length, isRight: true }]);
      }),
      { numRuns: 30 },
    );
  });

  test('the voters are the original and four different copies', () => {
    const voters = createVoters(pair, { seed: 1, damaged: [] });
    expect(voters).toHaveLength(5);
    expect(new Set(voters.map(({ name }) => name)).size).toBe(5);
    expect(voters[0]).toMatchObject({ name: 'task', description: 'original', answer: pair.output });
  });

  test('damaged answers are counted separately, and the correct one wins with the most votes', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const [first, ...others] = tallyVotes(pair, createVoters(pair, { seed, damaged: [1, 3] }));
        expect(first).toMatchObject({ votes: 3, isRight: true });
        expect(others.reduce((sum, { votes }) => sum + votes, 0)).toBe(2);
        for (const { isRight } of others) expect(isRight).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test('no candidate is correct when all answers are damaged', () => {
    const candidates = tallyVotes(pair, createVoters(pair, { seed: 2, damaged: [0, 1, 2, 3, 4] }));
    expect(candidates.some(({ isRight }) => isRight)).toBe(false);
    expect(candidates.reduce((sum, { votes }) => sum + votes, 0)).toBe(5);
  });

  test('a damaged answer differs from the correct one in one cell', () => {
    const [intact] = createVoters(pair, { seed: 3, damaged: [] });
    const [damaged] = createVoters(pair, { seed: 3, damaged: [0] });
    expect([...damaged!.answer.cells].filter((colour, cell) => colour !== intact!.answer.cells[cell])).toHaveLength(1);
  });

  test('a pair that is the same in every copy has one voter', () => {
    expect(createVoters({ input: grid('0'), output: grid('0') }, { seed: 1, damaged: [] })).toHaveLength(1);
  });
});
