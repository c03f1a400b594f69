import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { fitEmbeddings, withBlankEmbeddings } from '../../../models/checkpoint/puzzle-embeddings';
import { initialState } from '../../../models/family/weights';
import { tinyMlpT } from '../family/tiny';

const config = { ...tinyMlpT, puzzleEmbNdim: 2, puzzleEmbLen: 1, numPuzzleIdentifiers: 3 };
const state = { ...initialState(config, Random.seeded(1)), puzzleTable: Float32Array.of(0, 0, 1, 2, 5, 4) };
const identifiers = ['<blank>', 'a', 'b'];

test('rows follow the names; new puzzles start at the mean', () => {
  const fitted = fitEmbeddings({ config, state, identifiers }, ['<blank>', 'b', 'c', 'a']);
  expect([...fitted.state.puzzleTable]).toEqual([0, 0, 5, 4, 2, 2, 1, 2]);
  expect(fitted.config.numPuzzleIdentifiers).toBe(4);
  expect([0, 1, 2, 3].map(fitted.hasRow)).toEqual([true, true, false, true]);
  expect(fitted).toMatchObject({ matched: 2, isUnnamed: false });
});

test('the same names keep the table', () => {
  expect(fitEmbeddings({ config, state, identifiers }, identifiers).state).toBe(state);
});

test('without names rows are matched by number, and another number of puzzles starts at the mean', () => {
  const same = fitEmbeddings({ config, state }, ['<blank>', 'x', 'y']);
  expect(same).toMatchObject({ state, matched: 2, isUnnamed: true });
  const other = fitEmbeddings({ config, state }, ['<blank>', 'x']);
  expect([[...other.state.puzzleTable], other.matched]).toEqual([[2, 2, 2, 2], 0]);
});

test('withBlankEmbeddings gives every identifier the embedding of the blank one', () => {
  const blank = withBlankEmbeddings({ config, state: { ...state, puzzleTable: Float32Array.of(1, 2, 3, 4, 5, 6) } }, 4);
  expect([...blank.state.puzzleTable]).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  expect(blank.config.numPuzzleIdentifiers).toBe(4);
});
