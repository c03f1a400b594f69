/** Follows the runs that other processes train: sends their new metrics, and their end, to the window. */
import { open } from 'node:fs/promises';
import type { ComputeEvent, Run } from '../../contract/contract';
import { StepEvents } from './active-run';
import { evaluationSchema, stepMetricsSchema } from '../../../models/train/metrics';
import { openLine } from './metrics/line-checksum';
import { parseLine, type MetricsLine } from './metrics/metrics-log';
import type { RunStore } from './run-store';

interface FollowedRunsOptions {
  readonly store: RunStore;
  readonly emit: (event: ComputeEvent) => void;
}

/** Milliseconds between two looks at the followed runs, and the number of looks between two at all runs. */
const INTERVAL = 1000;
const LOOKS_PER_SEARCH = 5;

export class FollowedRuns {
  private readonly followed = new Map<string, FollowedRun>();
  private timer: NodeJS.Timeout | null = null;
  private looks = 0;

  constructor(private readonly options: FollowedRunsOptions) {}

  start(): void {
    this.timer ??= setTimeout(() => void this.lookAndWait(), INTERVAL).unref();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async lookAndWait(): Promise<void> {
    // What cannot be read now is read later.
    await this.look().catch(() => undefined);
    if (!this.timer) return;
    this.timer = null;
    this.start();
  }

  /** Reads what is new in all followed runs, and now and then whether there are others. */
  async look(): Promise<void> {
    if (this.looks++ % LOOKS_PER_SEARCH === 0) await this.search();
    for (const [runId, run] of this.followed) if (!(await run.look())) this.followed.delete(runId);
  }

  private async search(): Promise<void> {
    const { store, emit } = this.options;
    for (const run of await store.list()) {
      if (run.state !== 'elsewhere' || this.followed.has(run.runId)) continue;
      this.followed.set(run.runId, await FollowedRun.open(run, { store, emit }));
      emit({ type: 'run/changed', runId: run.runId, run });
    }
  }
}

class FollowedRun {
  /** A line that is not complete yet. */
  private rest: Buffer = Buffer.alloc(0);

  private constructor(
    private run: Run,
    private offset: number,
    private readonly steps: StepEvents,
    private readonly options: FollowedRunsOptions,
  ) {}

  /** From the end of its log: the window reads what is before. */
  static async open(run: Run, options: FollowedRunsOptions): Promise<FollowedRun> {
    const folder = options.store.getFolder(run.runId);
    const { size } = await readFrom(folder.metricsFile, Infinity);
    return new FollowedRun(run, size, new StepEvents(options.emit, () => null), options);
  }

  /** Sends what is new. @returns whether another process still trains it */
  async look(): Promise<boolean> {
    const { store, emit } = this.options;
    const { runId } = this.run;
    await this.readMetrics(store.getFolder(runId).metricsFile);
    const run = await store.get(runId).catch(() => null);
    if (run && isChanged(run, this.run)) emit({ type: 'run/changed', runId, run });
    if (run) this.run = run;
    return run?.state === 'elsewhere';
  }

  private async readMetrics(file: string): Promise<void> {
    const { bytes: added, size } = await readFrom(file, this.offset);
    // A run that was resumed from an earlier checkpoint has a shorter log.
    const bytes = size < this.offset ? added : Buffer.concat([this.rest, added]);
    this.offset = size;
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      parseLine(openLine(bytes.subarray(at, end))).forEach((line) => this.send(line));
      at = end + 1;
    }
    this.rest = bytes.subarray(at);
    this.steps.flush(this.run);
  }

  private send(line: MetricsLine): void {
    const { emit } = this.options;
    const { runId } = this.run;
    if (line.type === 'step') return this.steps.add(this.run, stepMetricsSchema.parse(line));
    this.steps.flush(this.run);
    if (line.type === 'evaluated') emit({ type: 'run/evaluated', runId, evaluation: evaluationSchema.parse(line) });
    if (line.type === 'sample') emit({ type: 'run/sample', runId, step: line.step, samples: line.samples });
  }
}

const isChanged = (one: Run, other: Run): boolean => JSON.stringify(one) !== JSON.stringify(other);

const NEWLINE = 0x0a;
/** At most this much of a log is read at a time. */
const MAX_BYTES = 2 ** 22;

/** The bytes of a log after an offset, and the offset where they end; none where there is no log. */
async function readFrom(path: string, from: number): Promise<{ readonly bytes: Buffer; readonly size: number }> {
  const none = Buffer.alloc(0);
  const file = await open(path).catch(() => null);
  if (!file) return { bytes: none, size: 0 };
  try {
    const { size } = await file.stat();
    if (size <= from) return { bytes: none, size };
    const bytes = Buffer.alloc(Math.min(size - from, MAX_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return { bytes: bytes.subarray(0, bytesRead), size: from + bytesRead };
  } finally {
    await file.close();
  }
}
