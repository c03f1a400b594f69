import { beforeEach, describe, expect, test, vi } from 'vitest';
import { RunControl } from '../../../../electron/compute/runs/run-control';

describe('pause, stop and clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    return () => void vi.useRealTimers();
  });

  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

  function started(): RunControl {
    const control = new RunControl();
    control.start();
    return control;
  }

  /** Whether the next step may begin. */
  async function mayGoOn(control: RunControl): Promise<boolean> {
    let isThrough = false;
    void control.waitWhilePaused().then(() => (isThrough = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return isThrough;
  }

  describe('the clock of a run', () => {
    test('stands while it is paused', () => {
      const control = started();
      pass(2);
      control.pause();
      pass(10);
      expect(control.seconds).toBe(2);
      control.resume();
      pass(1);
      expect(control.seconds).toBe(3);
    });

    test('is not disturbed by pausing twice or by resuming what runs', () => {
      const control = started();
      pass(2);
      control.resume();
      pass(1);
      expect(control.seconds).toBe(3);
      control.pause();
      pass(5);
      control.pause();
      pass(5);
      expect(control.seconds).toBe(3);
    });

    test('stands until the run begins, at the end of its earlier part', () => {
      const control = new RunControl();
      control.startAt(100);
      pass(7);
      expect(control.seconds).toBe(100);
      control.start();
      pass(1);
      expect(control.seconds).toBe(101);
    });
  });

  describe('the next step', () => {
    test('waits for the end of a pause', async () => {
      const control = new RunControl();
      control.pause();
      expect(await mayGoOn(control)).toBe(false);
      control.resume();
      expect(await mayGoOn(control)).toBe(true);
    });

    test('is let through by a stop, which no later pause holds up', async () => {
      const control = new RunControl();
      control.pause();
      control.stop();
      control.pause();
      expect(control).toMatchObject({ isStopped: true, isPaused: false });
      expect(await mayGoOn(control)).toBe(true);
    });
  });
});
