/**
 * Measures the time that the process has computed: neither that of a sleeping computer nor that of a stopped process.
 * Monotonic clocks count sleep on Windows and macOS and not on Linux, and all count the time of a stopped process
 * (SIGSTOP). A timer notices both: it fires late although the process used hardly any CPU time.
 */

/** Sources of time in milliseconds; replaced in tests. */
export interface TimeSource {
  /** Monotonic. */
  now(): number;
  /** CPU time of all threads of the process. */
  cpu(): number;
}

const systemTime: TimeSource = {
  now: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** Milliseconds between two observations of a running clock. */
const INTERVAL = 100;
/** Milliseconds without an observation after which the process may have been stopped. Busy machines delay timers by less. */
const MIN_GAP = 2000;
/** Cores in use above which a thread computed during the gap, which delayed the timer. */
const BUSY_CORES = 0.5;

interface Reading {
  readonly now: number;
  readonly cpu: number;
}

export class ComputingClock {
  private static readonly running = new Set<ComputingClock>();

  /** Milliseconds until the last observation. */
  private counted = 0;
  /** The last observation; null while the clock is stopped. */
  private last: Reading | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly time: TimeSource = systemTime) {}

  /** Stops counting the time since the last observation of every running clock: the computer was asleep. */
  static skipGaps(): void {
    for (const clock of ComputingClock.running) clock.observe(0);
  }

  get isRunning(): boolean {
    return this.last !== null;
  }

  /** Seconds of computing while the clock was running. */
  get seconds(): number {
    this.observe();
    return this.counted / 1000;
  }

  /** Starts or continues. */
  start(): void {
    if (this.last) return;
    this.last = this.read();
    ComputingClock.running.add(this);
    this.timer = setInterval(() => this.observe(), INTERVAL).unref();
  }

  stop(): void {
    this.observe();
    this.last = null;
    ComputingClock.running.delete(this);
    clearInterval(this.timer);
  }

  private read(): Reading {
    return { now: this.time.now(), cpu: this.time.cpu() };
  }

  /** Counts the time since the last observation; of a gap only the CPU time. */
  private observe(minGap = MIN_GAP): void {
    if (!this.last) return;
    const reading = this.read();
    const elapsed = reading.now - this.last.now;
    const cpu = reading.cpu - this.last.cpu;
    const isGap = elapsed > minGap && cpu < BUSY_CORES * elapsed;
    this.counted += isGap ? cpu : elapsed;
    this.last = reading;
  }
}
