/** The clock of computing time, with injected times: sleep, stopped processes, busy machines, pauses. */
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ComputingClock } from '../../../../electron/compute/runs/computing-clock';

/** Milliseconds so far. */
let time: { now: number; cpu: number };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  time = { now: 5000, cpu: 700 };
  return () => void vi.useRealTimers();
});

function startClock(): ComputingClock {
  const clock = new ComputingClock({ now: () => time.now, cpu: () => time.cpu });
  clock.start();
  onTestFinished(() => clock.stop());
  return clock;
}

/** Lets time pass. @param cores how many of them the process uses @param isAwake whether the timers of the process fire */
function pass(seconds: number, { cores = 2, isAwake = true } = {}): void {
  if (!isAwake) {
    time.now += 1000 * seconds;
    time.cpu += 1000 * seconds * cores;
    vi.advanceTimersToNextTimer();
    return;
  }
  for (let passed = 0; passed < 10 * seconds; passed++) {
    time.now += 100;
    time.cpu += 100 * cores;
    vi.advanceTimersByTime(100);
  }
}

describe('ComputingClock counts', () => {
  test.each([
    ['while all cores compute', 16],
    ['while other programs leave a tenth of a core', 0.1],
    ['while a GPU computes and the CPU is idle', 0],
  ])('all time %s', (_, cores) => {
    const clock = startClock();
    pass(300, { cores });
    expect(clock.seconds).toBeCloseTo(300, 6);
  });

  test('a long step that the thread of the clock computes itself', () => {
    const clock = startClock();
    pass(120, { cores: 1, isAwake: false });
    expect(clock.seconds).toBeCloseTo(120, 6);
  });

  test.each([
    ['a computer that sleeps', 8 * 3600],
    ['a process that is stopped for some seconds', 3],
  ])('no time of %s', (_, seconds) => {
    const clock = startClock();
    pass(10);
    pass(seconds, { cores: 0, isAwake: false });
    expect(clock.seconds).toBeCloseTo(10, 6);
    pass(5);
    expect(clock.seconds).toBeCloseTo(15, 6);
  });

  test('only the CPU time of a gap', () => {
    const clock = startClock();
    pass(10);
    time.cpu += 150;
    pass(60, { cores: 0, isAwake: false });
    expect(clock.seconds).toBeCloseTo(10.15, 6);
  });

  test('no time of a gap, even if the seconds are read before the timer fires', () => {
    const clock = startClock();
    pass(10);
    time.now += 3600e3;
    expect(clock.seconds).toBeCloseTo(10, 6);
  });

  test('a delay of one second, as on a busy machine', () => {
    const clock = startClock();
    time.now += 1000;
    expect(clock.seconds).toBeCloseTo(1, 6);
  });
});

test('skipGaps() drops the time since the last observation of running clocks', () => {
  const clock = startClock();
  pass(1);
  time.now += 1500;
  ComputingClock.skipGaps();
  expect(clock.seconds).toBeCloseTo(1, 6);
});

test('a stopped clock counts nothing and has no timer', () => {
  const clock = startClock();
  pass(2);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
  pass(100);
  expect(clock.seconds).toBeCloseTo(2, 6);
  clock.start();
  pass(1);
  expect(clock.seconds).toBeCloseTo(3, 6);
});

test('the clock of this process counts while the process waits', async () => {
  const clock = new ComputingClock();
  clock.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  clock.stop();
  expect(clock.seconds).toBeGreaterThan(0.04);
});
