import { describe, expect, test } from 'vitest';
import { buildPlayback } from '../../../../../renderer/features/solve/player/solve-playback';
import {
  describeFrame,
  overviewColumns,
  pageAt,
  stepsChanging,
  timelineBlocks,
} from '../../../../../renderer/features/solve/player/timeline';
import { clues, kind, solution, tokens, trace } from '../../../examples';

const playback = buildPlayback(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });

describe('timelineBlocks', () => {
  const blocks = timelineBlocks(playback, null);

  test('has a block for each supervision step with a tick for each update', () => {
    expect(blocks.map(({ ticks }) => ticks.length)).toEqual([6, 6, 6]);
    expect(blocks.flatMap(({ ticks }) => ticks.map(({ index }) => index))).toEqual(
      playback.frames.map((_, index) => index),
    );
  });

  test('ends every H cycle with a tick for the answer', () => {
    expect(blocks[0]?.ticks.map(({ kind: tick }) => tick)).toEqual([
      'latent',
      'latent',
      'answer',
      'latent',
      'latent',
      'answer',
    ]);
    expect(blocks[0]?.ticks.map(({ endsCycle }) => endsCycle)).toEqual([false, false, true, false, false, false]);
  });

  test('scales each tick by the square root of its share of the largest change of its kind', () => {
    expect(blocks[0]?.ticks.slice(0, 3).map(({ height }) => height)).toEqual([1, Math.sqrt(0.5), 1]);
  });

  test('marks the first correct answer and the step at which the model halts', () => {
    expect(blocks.map(({ firstCorrect }) => firstCorrect)).toEqual([null, 'stayed correct', null]);
    expect(
      blocks.flatMap(({ ticks }) => ticks).flatMap(({ index, firstCorrect }) => (firstCorrect ? [index] : [])),
    ).toEqual([11]);
    expect(blocks.map(({ halts }) => halts)).toEqual([false, false, true]);
    expect(blocks.map(({ isBeyondHalt }) => isBeyondHalt)).toEqual([false, false, false]);
  });

  test('marks the steps beyond the one at which the model halts', () => {
    const halted = { ...playback, trace: { ...playback.trace, haltStep: 1 } };
    expect(timelineBlocks(halted, null).map(({ halts, isBeyondHalt }) => [halts, isBeyondHalt])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  test('marks changes of any cell, or of the selected one', () => {
    const marked = (cell: number | null) =>
      timelineBlocks(playback, cell).flatMap(({ ticks }) =>
        ticks.filter(({ changesCells }) => changesCells).map(({ index }) => index),
      );
    expect(marked(null)).toEqual([11]);
    expect(marked(1)).toEqual([11]);
    expect(marked(0)).toEqual([]);
  });
});

test('a long solve is shown in pages of 16 steps, a short one as a whole', () => {
  expect(pageAt(8, 3)).toEqual({ from: 0, to: 8 });
  expect(pageAt(24, 20)).toEqual({ from: 0, to: 24 });
  expect(pageAt(1024, 17)).toEqual({ from: 16, to: 32 });
  expect(pageAt(1000, 999)).toEqual({ from: 992, to: 1000 });
  expect(timelineBlocks(playback, null, { from: 1, to: 2 })).toEqual(timelineBlocks(playback, null).slice(1, 2));
});

describe('overviewColumns', () => {
  test('has a column for each step, with its largest change and whether its last answer is right', () => {
    const columns = overviewColumns(playback, 100, null);
    expect(columns.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(columns.map(({ changesCells, solved }) => [changesCells, solved])).toEqual([
      [false, false],
      [true, true],
      [false, true],
    ]);
    expect(columns[0]?.height).toBe(1);
  });

  test('joins steps where there are more than columns', () => {
    const joined = overviewColumns(playback, 2, null);
    expect(joined.map(({ from, to, changesCells }) => [from, to, changesCells])).toEqual([
      [0, 2, true],
      [2, 3, false],
    ]);
  });
});

test('describeFrame names supervision step, H cycle and L update', () => {
  expect(describeFrame(playback, 0)).toBe('supervision step 1 of 3, H cycle 1, L update 1');
  expect(describeFrame(playback, 11)).toBe('supervision step 2 of 3, H cycle 2, answer');
});

test('stepsChanging lists the supervision steps in which a cell changed', () => {
  expect(stepsChanging(playback, 2)).toEqual([2]);
  expect(stepsChanging(playback, 0)).toEqual([]);
});
