import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  nextStop,
  Player,
  stepMilliseconds,
  stepSizes,
} from '../../../../../renderer/features/solve/player/player.svelte';
import { buildPlayback } from '../../../../../renderer/features/solve/player/solve-playback';
import { clues, kind, solution, tokens, trace } from '../../../examples';

const playback = buildPlayback(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });

function playerAt(index: number): Player {
  const player = new Player();
  player.show(playback);
  player.seek(index);
  return player;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Player', () => {
  test('advances by its step size and stops at the end', () => {
    const player = playerAt(0);
    player.stepSize = 'step';
    player.play();
    vi.advanceTimersByTime(stepMilliseconds.step);
    expect([player.index, player.playing]).toEqual([5, true]);
    vi.advanceTimersByTime(10 * stepMilliseconds.step);
    expect([player.index, player.playing, player.atEnd]).toEqual([17, false, true]);
  });

  test('plays twice as fast at twice the speed', () => {
    const player = playerAt(0);
    player.stepSize = 'update';
    player.speed = 2;
    player.play();
    vi.advanceTimersByTime(stepMilliseconds.update);
    expect(player.index).toBe(2);
  });

  test('starts over when played from the end', () => {
    const player = playerAt(17);
    player.play();
    expect([player.index, player.playing]).toEqual([0, true]);
  });

  test('pauses on a manual step and on a seek', () => {
    for (const move of [(player: Player) => player.step(1), (player: Player) => player.seek(4)]) {
      const player = playerAt(0);
      player.play();
      move(player);
      const { index } = player;
      vi.advanceTimersByTime(10_000);
      expect([player.playing, player.index]).toEqual([false, index]);
    }
  });

  test('lists changed cells only at the frame that decodes an answer', () => {
    expect(playerAt(11).changedCells).toEqual([1, 2]);
    expect(playerAt(12).changedCells).toEqual([]);
    expect(playerAt(12).answer?.changedCells).toEqual([1, 2]);
  });

  test('does nothing without a playback', () => {
    const player = new Player();
    player.play();
    player.step(1);
    expect([player.playing, player.index, player.frame]).toEqual([false, 0, null]);
  });
});

const { frames } = buildPlayback(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });
const last = frames.length - 1;

/** All stops from the first frame. */
function stopsOf(stepSize: (typeof stepSizes)[number]): number[] {
  const stops = [0];
  for (let at = 0; at < last;) stops.push((at = nextStop(frames, at, stepSize, 1)));
  return stops;
}

describe('nextStop', () => {
  test('by L update visits every frame', () => {
    expect(stopsOf('update')).toEqual(frames.map((_, index) => index));
  });

  test('by H cycle stops at each decoded answer', () => {
    expect(stopsOf('cycle')).toEqual([0, 2, 5, 8, 11, 14, 17]);
  });

  test('by supervision step stops at the answer of its last H cycle', () => {
    expect(stopsOf('step')).toEqual([0, 5, 11, 17]);
  });

  test('backwards returns the previous stop', () => {
    expect(nextStop(frames, 13, 'cycle', -1)).toBe(11);
    expect(nextStop(frames, 11, 'step', -1)).toBe(5);
    expect(nextStop(frames, 5, 'step', -1)).toBe(0);
  });

  test('stays inside the playback', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: last }),
        fc.constantFrom(...stepSizes),
        fc.constantFrom(1 as const, -1 as const),
        (from, stepSize, direction) => {
          const to = nextStop(frames, from, stepSize, direction);
          return to >= 0 && to <= last && (to - from) * direction >= 0;
        },
      ),
    );
    expect(nextStop([], 0, 'cycle', 1)).toBe(0);
  });
});
