/** What is known of a metrics.jsonl: a summary of all steps, the evaluations, and where the latest samples are. Extended as the file grows. */
import type { FileHandle } from 'node:fs/promises';
import QuickLRU from 'quick-lru';
import { evaluationSchema, type Evaluation } from '../../../../models/train/metrics';
import type { LogDamage } from '../../../contract/runs';
import type { ExpectedLog } from './log-digest';
import { DamageCount, parseLine } from './metrics-log';
import { scanLog } from './scan-log';
import { StepBuckets } from './step-buckets';
import { stepFields } from './step-line';

const STEP = stepFields.indexOf('step');

/** 2^14 buckets take 3.4 MB; of a run with fewer steps every step is kept. */
const CAPACITY = 2 ** 14;
/** Enough for all runs of a comparison. */
const MAX_INDEXES = 6;
/** Number of latest samples whose lines are known. */
const MAX_SAMPLES = 100;

interface Version {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

interface IndexOptions {
  /** The lines that the log began with when the record of the run was written. */
  readonly expected?: ExpectedLog | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class LogIndex {
  readonly steps = new StepBuckets(CAPACITY);
  readonly evaluations: Evaluation[] = [];
  /** Byte offsets of the latest samples, oldest first. */
  readonly samples: number[] = [];
  private readonly count = new DamageCount();
  /** All lines before this byte are indexed, and a complete line after it. */
  private end = 0;
  /** The last line has no line feed, although it is complete. */
  private hasOpenEnd = false;
  private reading: Promise<void> = Promise.resolve();

  constructor(private version: Version) {}

  /** Byte offset after the last valid line. */
  get endOfLines(): number {
    return this.hasOpenEnd ? this.version.size : this.end;
  }

  get damage(): LogDamage {
    return this.count.result();
  }

  /** Whether the file was only appended to. A log that is shortened is replaced by another file, see `truncateAfter`. */
  canContinue({ ino, size, mtimeMs }: Version): boolean {
    if (ino !== this.version.ino || size < this.version.size) return false;
    return size === this.version.size ? mtimeMs === this.version.mtimeMs : !this.hasOpenEnd;
  }

  /** Indexes the lines after `end`. @throws the signal's reason, and errors of the disk; lines read until then are kept */
  async update(file: FileHandle, version: Version, { expected, signal }: IndexOptions): Promise<void> {
    const read = async () => {
      if (version.size < this.version.size) return;
      this.count.expect(expected);
      this.version = version;
      if (!this.hasOpenEnd) await this.read(file, version.size, signal);
    };
    // Requests must not read the same lines at the same time.
    const reading = this.reading.then(read, read);
    this.reading = reading;
    await reading;
  }

  private async read(file: FileHandle, end: number, signal: AbortSignal | undefined): Promise<void> {
    let last = -1;
    // A line without line feed at the end is not damaged, but not written completely yet.
    let damaged = 0;
    await scanLog(
      file,
      { start: this.end, end, signal },
      {
        intact: (checksum) => this.count.intact(checksum),
        step: (offset, values) => {
          this.steps.add(offset, values);
          this.count.step(values[STEP]!);
          last = offset;
        },
        other: (offset, text) => {
          if (this.addOther(offset, text)) last = offset;
          else damaged++;
        },
        reached: (offset) => {
          this.end = offset;
          this.count.damagedLines(damaged);
          damaged = 0;
        },
      },
    );
    this.hasOpenEnd = last >= this.end;
  }

  /** @returns whether the line is valid */
  private addOther(offset: number, text: string | null): boolean {
    const [line] = parseLine(text);
    if (line?.type === 'evaluated') this.evaluations.push(evaluationSchema.parse(line));
    if (line?.type === 'sample') this.samples.push(offset);
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    return line !== undefined;
  }
}

const indexes = new QuickLRU<string, LogIndex>({ maxSize: MAX_INDEXES });

/** The index of a file as it is now. @throws the signal's reason, and errors of the disk */
export async function indexLog(path: string, file: FileHandle, options: IndexOptions = {}): Promise<LogIndex> {
  const version = await file.stat();
  let index = indexes.get(path);
  if (!index?.canContinue(version)) indexes.set(path, (index = new LogIndex(version)));
  await index.update(file, version, options);
  return index;
}
