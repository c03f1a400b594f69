import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Player } from '../../../../../renderer/features/solve/player/player.svelte';
import { pace } from '../../../../../renderer/features/solve/player/step-size';
import { layOut } from '../../../../../renderer/features/solve/player/solve-trace';
import { clues, kind, solution, tokens, trace } from '../../../examples';

const journey = layOut(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });

function playerAt(index: number): Player {
  const player = new Player();
  player.show(journey);
  player.seek(index);
  return player;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the player', () => {
  test('walks by its grain until the end and stops there', () => {
    const player = playerAt(0);
    player.grain = 'step';
    player.play();
    vi.advanceTimersByTime(pace.step);
    expect([player.index, player.playing]).toEqual([5, true]);
    vi.advanceTimersByTime(10 * pace.step);
    expect([player.index, player.playing, player.atEnd]).toEqual([17, false, true]);
  });

  test('plays twice as fast at twice the speed', () => {
    const player = playerAt(0);
    player.grain = 'update';
    player.speed = 2;
    player.play();
    vi.advanceTimersByTime(pace.update);
    expect(player.index).toBe(2);
  });

  test('starts over when played from the end', () => {
    const player = playerAt(17);
    player.play();
    expect([player.index, player.playing]).toEqual([0, true]);
  });

  test('pauses at a step by hand and at a scrub', () => {
    for (const move of [(player: Player) => player.step(1), (player: Player) => player.seek(4)]) {
      const player = playerAt(0);
      player.play();
      move(player);
      const { index } = player;
      vi.advanceTimersByTime(10_000);
      expect([player.playing, player.index]).toEqual([false, index]);
    }
  });

  test('names flips only at the moment an answer is decoded', () => {
    expect(playerAt(11).flips).toEqual([1, 2]);
    expect(playerAt(12).flips).toEqual([]);
    expect(playerAt(12).answer?.flips).toEqual([1, 2]);
  });

  test('does nothing without a journey', () => {
    const player = new Player();
    player.play();
    player.step(1);
    expect([player.playing, player.index, player.moment]).toEqual([false, 0, null]);
  });
});
