/**
 * Energy that the processors of this computer use, where an ordinary user may read it: the packages of Linux powercap
 * (https://docs.kernel.org/power/powercap/powercap.html). Since Linux 5.10 only root may, unless the system is set up otherwise; other
 * systems have no such files. What other programs use is included, the memory and the graphics card are not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A processor package; counters are in microjoules and begin again at 0 after `range`. */
interface Package {
  readonly file: string;
  readonly range: number;
  last: number;
}

/** Milliseconds between two readings. The counters begin again after minutes. */
const INTERVAL = 1000;
/** Milliseconds without a reading after which the computer slept or the process was stopped: what was used meanwhile is not counted. */
const GAP = 10_000;

export class EnergyMeter {
  /** Microjoules; null after a counter could not be read. */
  private counted: number | null = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastReading = 0;

  private constructor(private readonly packages: readonly Package[]) {}

  /** Null where the energy cannot be read. */
  static open(folder = '/sys/class/powercap'): EnergyMeter | null {
    try {
      const packages = listPackages(folder);
      return packages.length > 0 ? new EnergyMeter(packages) : null;
    } catch {
      return null;
    }
  }

  /** Joules while the meter was running; null where a counter could no longer be read. */
  readJoules(): number | null {
    if (this.timer) this.observe();
    return this.counted === null ? null : this.counted / 1e6;
  }

  /** Starts or continues. */
  start(): void {
    if (this.timer) return;
    this.readAll();
    this.timer = setInterval(() => this.observe(), INTERVAL).unref();
  }

  stop(): void {
    if (!this.timer) return;
    this.observe();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private observe(): void {
    const isGap = performance.now() - this.lastReading > GAP;
    const used = this.readAll();
    if (this.counted !== null && !isGap) this.counted += used;
  }

  /** Microjoules since the last reading. */
  private readAll(): number {
    this.lastReading = performance.now();
    try {
      return this.packages.reduce((sum, each) => sum + readUsed(each), 0);
    } catch {
      this.counted = null;
      return 0;
    }
  }
}

/** Only packages: their parts (`intel-rapl:0:0`) are in them, and `intel-rapl-mmio` has the same again. @throws where they may not be read */
function listPackages(folder: string): Package[] {
  const zones = readdirSync(folder).filter((name) => /^intel-rapl:\d+$/u.test(name));
  return zones
    .map((name) => join(folder, name))
    .filter((zone) => readFileSync(join(zone, 'name'), 'utf8').startsWith('package'))
    .map((zone) => {
      const file = join(zone, 'energy_uj');
      return { file, range: readCounter(join(zone, 'max_energy_range_uj')), last: readCounter(file) };
    });
}

/** Microjoules since the last reading. @throws as `readCounter` */
function readUsed(counter: Package): number {
  const { last, range } = counter;
  counter.last = readCounter(counter.file);
  return counter.last >= last ? counter.last - last : counter.last + range - last;
}

/** @throws for a file that cannot be read, or has no number */
function readCounter(file: string): number {
  const text = readFileSync(file, 'utf8').trim();
  if (!/^\d+$/u.test(text)) throw new Error(`${file}: expected a number, got ${text}`);
  return Number(text);
}
