/** Summarises the steps of a log of any length in bounded memory: buckets of equally many steps, which are merged in pairs when they are full. */
import { averagedMetrics, haltedMetrics } from '../../../contract/statistics';
import { stepFields } from './step-line';

/** Metrics of which charts show every spike. */
export const spikyMetrics = ['lmLoss', 'gradientNorm'] as const;

/** A step of the log by the byte offset of its line, with its values where they are extremes of its bucket. */
export interface LogPoint {
  readonly offset: number;
  readonly lmLoss: number;
  readonly gradientNorm: number;
}

export interface LogMean {
  /** Byte offset of the last step. */
  readonly lastOffset: number;
  readonly count: number;
  /** In the order of `averagedMetrics`; null if no step has a value. */
  readonly means: readonly (number | null)[];
  /** Weight of the means over halted examples: their number, or that of the steps in which some did where it was not recorded. */
  readonly halted: number;
}

const SPIKE_COUNT = spikyMetrics.length;
const SUM_COUNT = averagedMetrics.length;

// Each bucket is a row of numbers: these, then minimum, its offset, maximum and its offset of each spiky metric, then the
// weighted sum of the values and the sum of the weights of each averaged metric.
const FIRST = 0;
const LAST = 1;
const LAST_STEP = 2;
const COUNT = 3;
const SPIKES = 4;
const SPIKE_FIELDS = 4;
const SUMS = SPIKES + SPIKE_FIELDS * SPIKE_COUNT;
const FIELDS = SUMS + 2 * SUM_COUNT;

const noExtremes = Float64Array.of(Infinity, -1, -Infinity, -1);
const STEP = stepFields.indexOf('step');
const HALTED = stepFields.indexOf('halted');
const isPerHalted = Uint8Array.from(averagedMetrics, (metric) => +haltedMetrics.includes(metric));
/** Index of the weights of the metrics over halted examples. */
const HALTED_WEIGHT = SUMS + 2 * averagedMetrics.indexOf('accuracy') + 1;
const spikeValues = Int32Array.from(spikyMetrics, (metric) => stepFields.indexOf(metric));
const sumValues = Int32Array.from(averagedMetrics, (metric) => stepFields.indexOf(metric));
/** Indices of the extremes in a row. */
const extremeFields = spikyMetrics.map((_, index) => SPIKES + SPIKE_FIELDS * index);

/** A number of buckets with which `points` points and half as many means are spread evenly. */
export const capacityFor = (points: number): number => Math.max(2 ** 14, 2 ** Math.ceil(Math.log2(2 * points)));

export class StepBuckets {
  private readonly rows: Float64Array;
  private length = 0;
  /** Steps in each bucket except the last, which may have fewer. */
  private size = 1;

  /** @param capacity maximum number of buckets, even; up to that number of steps every step is kept */
  constructor(private readonly capacity: number) {
    this.rows = new Float64Array(capacity * FIELDS);
  }

  get steps(): number {
    return this.length === 0 ? 0 : (this.length - 1) * this.size + this.rows[(this.length - 1) * FIELDS + COUNT]!;
  }

  /** Whether `points` points are as evenly spread as those of all steps. */
  isEnoughFor(points: number): boolean {
    return this.size === 1 || this.length >= points;
  }

  clear(): void {
    [this.length, this.size] = [0, 1];
  }

  /** @param values by the index in `stepFields` */
  add(offset: number, values: Float64Array): void {
    const { rows } = this;
    if (this.length === 0 || rows[(this.length - 1) * FIELDS + COUNT] === this.size) this.startBucket(offset);
    const row = (this.length - 1) * FIELDS;
    rows[row + LAST] = offset;
    rows[row + LAST_STEP] = values[STEP]!;
    rows[row + COUNT]!++;
    for (let index = 0; index < SPIKE_COUNT; index++)
      this.addExtreme(row + SPIKES + SPIKE_FIELDS * index, values[spikeValues[index]!]!, offset);
    for (let index = 0; index < SUM_COUNT; index++) {
      const value = values[sumValues[index]!]!;
      if (value !== value) continue;
      const weight = isPerHalted[index] && values[HALTED]! >= 0 ? values[HALTED]! : 1;
      rows[row + SUMS + 2 * index]! += value * weight;
      rows[row + SUMS + 2 * index + 1]! += weight;
    }
  }

  private startBucket(offset: number): void {
    if (this.length === this.capacity) this.mergePairs();
    const row = this.length++ * FIELDS;
    this.rows.fill(0, row, row + FIELDS);
    this.rows[row + FIRST] = offset;
    for (const at of extremeFields) this.rows.set(noExtremes, row + at);
  }

  /** The first of equal extremes is kept. */
  private addExtreme(at: number, value: number, offset: number): void {
    const { rows } = this;
    if (value < rows[at]!) {
      rows[at] = value;
      rows[at + 1] = offset;
    }
    if (value > rows[at + 2]!) {
      rows[at + 2] = value;
      rows[at + 3] = offset;
    }
  }

  private mergePairs(): void {
    for (let bucket = 0; bucket < this.length; bucket += 2) {
      const merged = (bucket / 2) * FIELDS;
      this.rows.copyWithin(merged, bucket * FIELDS, (bucket + 1) * FIELDS);
      this.merge(merged, (bucket + 1) * FIELDS);
    }
    this.length /= 2;
    this.size *= 2;
  }

  private merge(row: number, later: number): void {
    const { rows } = this;
    rows[row + LAST] = rows[later + LAST]!;
    rows[row + LAST_STEP] = rows[later + LAST_STEP]!;
    for (const at of extremeFields) {
      this.addExtreme(row + at, rows[later + at]!, rows[later + at + 1]!);
      this.addExtreme(row + at, rows[later + at + 2]!, rows[later + at + 3]!);
    }
    rows[row + COUNT]! += rows[later + COUNT]!;
    for (let field = SUMS; field < FIELDS; field++) rows[row + field]! += rows[later + field]!;
  }

  /** All steps where every bucket has one, else the first, the last and those with the extremes of each bucket; in order. */
  points(): LogPoint[] {
    const points: LogPoint[] = [];
    for (let bucket = 0; bucket < this.length; bucket++) this.addPoints(bucket, points);
    return points;
  }

  private addPoints(bucket: number, points: LogPoint[]): void {
    const row = this.rows.subarray(bucket * FIELDS, (bucket + 1) * FIELDS);
    const offsets: number[] = [];
    for (const at of extremeFields) if (row[at + 1]! >= 0) offsets.push(row[at + 1]!, row[at + 3]!);
    if (bucket === 0 || row[COUNT] === 1) offsets.push(row[FIRST]!);
    if (bucket === this.length - 1) offsets.push(row[LAST]!);
    offsets.sort((a, b) => a - b);
    offsets.forEach((offset, index) => {
      if (offset === offsets[index - 1]) return;
      const [loss, gradient] = extremeFields;
      points.push({ offset, lmLoss: extremeAt(row, loss!, offset), gradientNorm: extremeAt(row, gradient!, offset) });
    });
  }

  /** Means of at most `intervals` intervals, none of which is empty. */
  means(intervals: number): LogMean[] {
    const wanted = Math.min(this.length, Math.max(1, intervals));
    return Array.from({ length: wanted }, (_, interval) =>
      this.mean(Math.floor((interval * this.length) / wanted), Math.floor(((interval + 1) * this.length) / wanted)),
    );
  }

  private mean(from: number, to: number): LogMean {
    const total = (field: number): number => {
      let sum = 0;
      for (let bucket = from; bucket < to; bucket++) sum += this.rows[bucket * FIELDS + field]!;
      return sum;
    };
    return {
      lastOffset: this.rows[(to - 1) * FIELDS + LAST]!,
      count: total(COUNT),
      halted: total(HALTED_WEIGHT),
      means: averagedMetrics.map((_, index) => {
        const [sum, count] = [total(SUMS + 2 * index), total(SUMS + 2 * index + 1)];
        return count > 0 ? sum / count : null;
      }),
    };
  }

  /** The last step and the byte offset of its line; null without steps. */
  get last(): { readonly step: number; readonly offset: number } | null {
    const row = (this.length - 1) * FIELDS;
    return this.length === 0 ? null : { step: this.rows[row + LAST_STEP]!, offset: this.rows[row + LAST]! };
  }

  /**
   * A range of bytes with all steps from..to and one on either side, where there is one; steps ascend.
   * @param end byte offset after the last step
   * @returns null if all steps are before `from`
   */
  byteRange(from: number, to: number, end: number): { readonly start: number; readonly end: number } | null {
    const first = this.findBucket((lastStep) => lastStep >= from);
    if (first === this.length) return null;
    const beyond = this.findBucket((lastStep) => lastStep > to);
    return {
      start: first === 0 ? this.rows[FIRST]! : this.rows[(first - 1) * FIELDS + LAST]!,
      end: beyond + 1 < this.length ? this.rows[(beyond + 1) * FIELDS + FIRST]! : end,
    };
  }

  /** Index of the first bucket whose last step fulfils a condition that later ones fulfil too. */
  private findBucket(isBeyond: (lastStep: number) => boolean): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBeyond(this.rows[middle * FIELDS + LAST_STEP]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The value of a step if it is an extreme of the bucket, else NaN. */
function extremeAt(row: Float64Array, at: number, offset: number): number {
  if (offset === row[at + 1]) return row[at]!;
  return offset === row[at + 3] ? row[at + 2]! : NaN;
}
