import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ComputingClock } from '../../../../electron/compute/runs/computing-clock';
import { RunControl } from '../../../../electron/compute/runs/run-control';

describe('RunControl', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    return () => void vi.useRealTimers();
  });

  /** On a machine whose CPU is always in use: the time of a stopped process is tested with the clock. */
  const createClock = () => new ComputingClock({ now: () => performance.now(), cpu: () => performance.now() });
  const createControl = () => new RunControl(createClock(), null);
  const advance = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

  function startedControl(): RunControl {
    const control = createControl();
    control.start();
    return control;
  }

  /** Returns whether the next step may start. */
  async function mayContinue(control: RunControl): Promise<boolean> {
    let hasContinued = false;
    void control.waitWhilePaused().then(() => (hasContinued = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return hasContinued;
  }

  describe('seconds', () => {
    test('stop while the run is paused, once the current step has ended', async () => {
      const control = startedControl();
      advance(2);
      control.pause();
      advance(1);
      expect(await mayContinue(control)).toBe(false);
      advance(10);
      expect(control.seconds).toBe(3);
      control.resume();
      advance(1);
      expect(control.seconds).toBe(4);
    });

    test('are not affected by pausing twice or resuming a running run', async () => {
      const control = startedControl();
      advance(2);
      control.resume();
      advance(1);
      expect(control.seconds).toBe(3);
      control.pause();
      expect(await mayContinue(control)).toBe(false);
      advance(5);
      control.pause();
      advance(5);
      expect(control.seconds).toBe(3);
    });

    test('continue when a pause ends within the step', async () => {
      const control = startedControl();
      control.pause();
      advance(1);
      control.resume();
      expect(await mayContinue(control)).toBe(true);
      advance(1);
      expect(control.seconds).toBe(2);
    });

    test('start at the value of startAt() once the run starts', () => {
      const control = createControl();
      control.startAt({ seconds: 100, joules: null });
      advance(7);
      expect(control.seconds).toBe(100);
      control.start();
      advance(1);
      expect(control.seconds).toBe(101);
    });
  });

  describe('stop', () => {
    test('ends the training first, and the full evaluation the second time', () => {
      const control = createControl();
      control.stop();
      expect([control.stopped.aborted, control.evaluationSkipped.aborted]).toEqual([true, false]);
      control.stop();
      expect(control.evaluationSkipped.aborted).toBe(true);
    });

    test('only skips the evaluation after the training: the run counts as finished', () => {
      const control = createControl();
      control.endTraining();
      control.stop();
      expect([control.stopped.aborted, control.evaluationSkipped.aborted]).toEqual([false, true]);
    });
  });

  describe('waitWhilePaused', () => {
    test('waits until the run is resumed', async () => {
      const control = createControl();
      control.pause();
      expect(await mayContinue(control)).toBe(false);
      control.resume();
      expect(await mayContinue(control)).toBe(true);
    });

    test('resolves after stop(), even if the run is paused again', async () => {
      const control = createControl();
      control.pause();
      control.stop();
      control.pause();
      expect(control.stopped.aborted).toBe(true);
      expect(control.isPaused).toBe(false);
      expect(await mayContinue(control)).toBe(true);
    });
  });

  describe('energy', () => {
    /** Counts ten joules a second while it runs. */
    const createMeter = () => {
      let [joules, since] = [0, null as number | null];
      const now = () => (since === null ? 0 : (performance.now() - since) / 100);
      return {
        start: () => (since ??= performance.now()),
        stop: () => ([joules, since] = [joules + now(), null]),
        readJoules: (): number | null => joules + now(),
      };
    };
    const createMeasured = (meter = createMeter()) => new RunControl(createClock(), meter);

    test('is that of the training time of all sessions, without pauses', async () => {
      const control = createMeasured();
      control.startAt({ seconds: 10, joules: 200 });
      advance(5);
      control.start();
      advance(2);
      control.pause();
      expect(await mayContinue(control)).toBe(false);
      advance(30);
      control.resume();
      advance(1);
      control.end();
      advance(4);
      expect(control.cost).toEqual({ seconds: 13, joules: 230 });
    });

    test('is unknown where a session did not measure it, or the meter fails', () => {
      const control = createMeasured();
      control.startAt({ seconds: 10, joules: null });
      const failing = createMeasured({ ...createMeter(), readJoules: () => null });
      expect([control, failing, createControl()].map(({ cost }) => cost.joules)).toEqual([null, null, null]);
    });
  });
});
