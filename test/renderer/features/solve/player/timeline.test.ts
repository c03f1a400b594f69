import { describe, expect, test } from 'vitest';
import { buildPlayback } from '../../../../../renderer/features/solve/player/solve-playback';
import { describeFrame, stepsChanging, timelineBlocks } from '../../../../../renderer/features/solve/player/timeline';
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

test('describeFrame names supervision step, H cycle and L update', () => {
  expect(describeFrame(playback, 0)).toBe('supervision step 1 of 3, H cycle 1, L update 1');
  expect(describeFrame(playback, 11)).toBe('supervision step 2 of 3, H cycle 2, answer');
});

test('stepsChanging lists the supervision steps in which a cell changed', () => {
  expect(stepsChanging(playback, 2)).toEqual([2]);
  expect(stepsChanging(playback, 0)).toEqual([]);
});
