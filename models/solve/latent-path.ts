/**
 * The path of the whole state (zH and zL together) through a solve, projected on the plane in which it moves most:
 * the first two principal components of the states after every update.
 *
 * T states of N numbers need no N × N covariance: the T × T matrix of their inner products has the same eigenvalues,
 * and its eigenvectors are the coordinates.
 */
import { TimeSlicer } from '../../datasets/browse/scan';
import type { ModelConfig } from '../family/config';
import { answerState, carriedStates, latentUpdates, countPositions, stateWidth } from '../family/config';
import type { ModelState } from '../family/weights';
import type { TensorData } from '../runtime/session';
import { largestEigenpairs } from './eigenpairs';

/** Inner products of a growing list of vectors. Each new vector is multiplied with all before it, so that the work is spread over a solve. */
class GramMatrix {
  private readonly vectors: Float32Array[] = [];
  /** Row i holds the products with vectors 0 to i. */
  private readonly rows: Float64Array[] = [];

  /** Adds a vector; returns its index. */
  add(vector: Float32Array): number {
    const count = this.vectors.push(vector);
    this.rows.push(Float64Array.from(this.vectors, (other) => dot(vector, other)));
    return count - 1;
  }

  product(one: number, other: number): number {
    return one >= other ? this.rows[one]![other]! : this.rows[other]![one]!;
  }
}

/** Four sums beside each other: a processor adds them at the same time. */
function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + s2 + s3;
}

export interface ProjectedPath {
  /** Two coordinates for each recorded update, in their order. */
  readonly points: [number, number][];
  /** The recorded updates, counted from 0 over the whole solve, ascending. */
  readonly updates: number[];
  /** Shares of the variance along the first and the second coordinate. */
  readonly shares: [number, number];
  /** Number of sampled positions of the state, evenly spread over `allPositions`. */
  readonly positions: number;
  readonly allPositions: number;
}

/** Maximum sampled numbers of one state: all of a 9×9 grid at a width of 100, 64 positions of a 30×30 grid at 128. */
const MAX_NUMBERS = 8192;

/** Maximum recorded states: their inner products take T² numbers, and every new one is multiplied with all before. */
const MAX_POINTS = 512;

/** Updates between two recorded ones: 1 where all fit, else whole H cycles or whole supervision steps, which end with an answer. */
function recordInterval(config: ModelConfig, steps: number): number {
  const [cycle, cycles] = [latentUpdates(config) + 1, config.hCycles];
  if (steps * cycles * cycle <= MAX_POINTS) return 1;
  if (steps * cycles <= MAX_POINTS) return cycle;
  return cycles * cycle * Math.ceil(steps / MAX_POINTS);
}

/** The sampled positions, ascending and evenly spread. */
export function sampledPositions(config: ModelConfig): Int32Array {
  const all = countPositions(config);
  const count = Math.min(all, Math.max(1, Math.floor(MAX_NUMBERS / stateWidth(config))));
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * all) / count));
}

/** Follows a solve from its start; each state is kept at the sampled positions only. */
export class LatentPath {
  private readonly grams = new Map<'zH' | 'zL', GramMatrix>();
  /** Numbers of the vectors of zH and zL after each recorded update. */
  private readonly visited: { readonly zH: number; readonly zL: number }[] = [];
  private readonly recorded: number[] = [];
  private now = { zH: 0, zL: 0 };
  /** The latest values of a state since the last recorded update. */
  private readonly moved = new Map<'zH' | 'zL', Float32Array>();
  private updates = 0;
  private readonly width: number;
  private readonly interval: number;

  constructor(
    private readonly config: ModelConfig,
    { hInit, lInit }: ModelState,
    maxSteps: number = config.haltMaxSteps,
  ) {
    this.interval = recordInterval(config, maxSteps);
    const sampled = sampledPositions(config).length;
    this.width = sampled * stateWidth(config);
    for (const state of carriedStates(config)) {
      const start = state === 'zH' ? hInit : lInit;
      const gram = new GramMatrix();
      gram.add(Float32Array.from({ length: this.width }, (_, i) => start[i % config.hiddenSize]!));
      this.grams.set(state, gram);
    }
  }

  /**
   * The states after the updates of one supervision step, [U, sampled·D]: each is that of the half which moved. Yields to other
   * tasks: the last step of 16 takes 40 ms. Records the last update of every interval.
   */
  async addStep(states: TensorData): Promise<void> {
    const slicer = new TimeSlicer();
    const perCycle = latentUpdates(this.config) + 1;
    for (let update = 0; update * this.width < states.length; update++) {
      const moved = (update + 1) % perCycle === 0 ? answerState(this.config) : 'zL';
      this.moved.set(moved, (states as Float32Array).slice(update * this.width, (update + 1) * this.width));
      if (++this.updates % this.interval === 0) this.record();
      await slicer.yieldIfDue();
    }
  }

  private record(): void {
    for (const [state, vector] of this.moved)
      this.now = { ...this.now, [state]: this.grams.get(state)?.add(vector) ?? 0 };
    this.moved.clear();
    this.visited.push(this.now);
    this.recorded.push(this.updates - 1);
  }

  /** Yields to other tasks. */
  async project(): Promise<ProjectedPath> {
    const sampled = { positions: sampledPositions(this.config).length, allPositions: countPositions(this.config) };
    return { ...(await projected(this.centred())), updates: [...this.recorded], ...sampled };
  }

  /** Inner products of the states less their mean, row by row. */
  private centred(): Float64Array[] {
    const states = [...this.grams].map(([state, gram]) => ({ gram, numbers: this.visited.map((at) => at[state]) }));
    const rows = this.visited.map(() => new Float64Array(this.visited.length));
    for (let a = 0; a < rows.length; a++)
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (const { gram, numbers } of states) product += gram.product(numbers[a]!, numbers[b]!);
        rows[a]![b] = product;
        rows[b]![a] = product;
      }
    const means = rows.map(mean);
    const all = mean(means);
    return rows.map((row, a) => row.map((product, b) => product - means[a]! - means[b]! + all));
  }
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Coordinates by the two largest eigenvalues of the centred inner products. */
async function projected(rows: readonly Float64Array[]): Promise<Pick<ProjectedPath, 'points' | 'shares'>> {
  const pairs = await largestEigenpairs(rows, 2, new TimeSlicer());
  const trace = rows.reduce((sum, row, i) => sum + row[i]!, 0);
  const total = Math.max(trace, Number.MIN_VALUE);
  const along = (rank: number): { readonly share: number; readonly values: Float64Array } => {
    const { value = 0, vector = new Float64Array() } = pairs[rank] ?? {};
    if (!(value > 0)) return { share: 0, values: new Float64Array(rows.length) };
    // The sign of an eigenvector is free: a path begins at the left and below.
    const scale = Math.sqrt(value) * (vector[0]! > 0 ? -1 : 1);
    return { share: Math.min(1, value / total), values: vector.map((coordinate) => coordinate * scale) };
  };
  const [x, y] = [along(0), along(1)];
  return { points: Array.from(x.values, (value, i) => [value, y.values[i]!]), shares: [x.share, y.share] };
}
