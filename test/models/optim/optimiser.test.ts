import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Graph } from '../../../models/graph/graph';
import type { OptimiserConfig, ScheduleConfig } from '../../../models/optim/optimiser';
import {
  clipGradient,
  emaRateAt,
  emaUpdate,
  learningRateAt,
  optimiserRates,
  signSgd,
  optimiserUpdate,
} from '../../../models/optim/optimiser';
import { mul, reduceSum } from '../../../models/graph/build';
import { Session } from '../../../models/runtime/session';
import { gatherRows } from '../../../models/train/forward';

const SIZE = 6;
const adamW: OptimiserConfig = { name: 'adamW', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 };
const adamAtan2: OptimiserConfig = { ...adamW, name: 'adamAtan2' };

/** An optimiser in its own graph. */
class Stepper {
  private constructor(
    private readonly config: OptimiserConfig,
    private readonly session: Session,
  ) {}

  static async create(config: OptimiserConfig): Promise<Stepper> {
    const graph = new Graph();
    const vector = (name: string) => graph.input(name, [SIZE]);
    const scalar = (name: string) => graph.input(name, []);
    const moments = { params: vector('params'), m: vector('m'), v: vector('v') };
    const at = { decay: scalar('decay'), stepSize: scalar('stepSize'), rootCorrection: scalar('rootCorrection') };
    for (const [name, tensor] of Object.entries(optimiserUpdate(config, moments, vector('gradient'), at)))
      graph.output(`next_${name}`, tensor);
    return new Stepper(config, await Session.create(graph, { threads: 1 }));
  }

  /** Returns the weights after one update per gradient. */
  async run(start: Float32Array, gradients: readonly Float32Array[], learningRate: number): Promise<Float32Array> {
    let [params, m, v]: Float32Array[] = [start, new Float32Array(SIZE), new Float32Array(SIZE)];
    for (const [i, gradient] of gradients.entries()) {
      const at = Object.entries(optimiserRates(this.config, { learningRate, t: i + 1 })).map(([name, value]) => [
        name,
        Float32Array.of(value),
      ]);
      const next = await this.session.run({ params, m, v, gradient, ...Object.fromEntries(at) });
      [params, m, v] = [next.next_params, next.next_m, next.next_v] as Float32Array[];
    }
    return params!;
  }

  release = () => this.session.release();
}

/** Decoupled weight decay (arXiv 1711.05101, algorithm 2) in plain float64. */
function plainAdamW(start: Float32Array, gradients: readonly Float32Array[], learningRate: number): number[] {
  return Array.from(start, (weight, i) => {
    let [param, m, v] = [weight, 0, 0];
    gradients.forEach((gradient, step) => {
      m = 0.9 * m + 0.1 * gradient[i]!;
      v = 0.95 * v + 0.05 * gradient[i]! ** 2;
      const [mHat, vHat] = [m / (1 - 0.9 ** (step + 1)), v / (1 - 0.95 ** (step + 1))];
      param -= learningRate * (mHat / (Math.sqrt(vHat) + 1e-8) + 0.1 * param);
    });
    return param;
  });
}

/** Zero or large enough that its square stays in the range of float32. */
const float = fc.integer({ min: -2000, max: 2000 }).map((thousandths) => thousandths / 1000);
const vector = fc.array(float, { minLength: SIZE, maxLength: SIZE }).map((values) => Float32Array.from(values));
const gradients = fc.array(vector, { minLength: 1, maxLength: 8 });
const learningRate = fc.constantFrom(1e-4, 1e-3, 1e-2);

const steppers = new Map<OptimiserConfig, Stepper>();
const stepper = (config: OptimiserConfig): Stepper => steppers.get(config) ?? expect.unreachable();
beforeAll(async () => {
  for (const config of [adamW, adamAtan2]) steppers.set(config, await Stepper.create(config));
});
afterAll(() => Promise.all([...steppers.values()].map((each) => each.release())));

describe('AdamW', () => {
  test('matches a plain float64 loop', () =>
    fc.assert(
      fc.asyncProperty(vector, gradients, learningRate, async (start, series, rate) => {
        const expected = plainAdamW(start, series, rate);
        (await stepper(adamW).run(start, series, rate)).forEach((weight, i) =>
          expect(weight).toBeCloseTo(expected[i]!, 5),
        );
      }),
    ));
});

describe('AdamATan2', () => {
  test('only decays weights whose gradients have all been zero', async () => {
    const start = Float32Array.of(1, -1, 0.5, 0, 2, -2);
    const after = await stepper(adamAtan2).run(start, Array(3).fill(new Float32Array(SIZE)), 0.01);
    start.forEach((weight, i) => expect(after[i]).toBeCloseTo(weight * (1 - 0.01 * 0.1) ** 3, 6));
  });

  test('first moves every weight by lr/(1 − β1)·atan(0.1/1) against its gradient, whatever its size', async () => {
    // Only v is bias-corrected inside atan2: m = 0.1·g and √v̂ = |g|, so atan2 gives atan(0.1).
    const gradient = Float32Array.of(1e-12, -1e-6, 1e-3, -1, 1e3, -1e6);
    const after = await stepper(adamAtan2).run(new Float32Array(SIZE), [gradient], 1e-3);
    gradient.forEach((slope, i) => expect(after[i]).toBeCloseTo((-Math.sign(slope) * 1e-3 * Math.atan(0.1)) / 0.1, 8));
  });

  test('is invariant to the scale of the gradients', () =>
    fc.assert(
      fc.asyncProperty(vector, gradients, fc.constantFrom(2 ** -20, 2 ** 10), async (start, series, scale) => {
        const scaled = series.map((gradient) => gradient.map((slope) => slope * scale));
        const [plain, other] = [
          await stepper(adamAtan2).run(start, series, 1e-2),
          await stepper(adamAtan2).run(start, scaled, 1e-2),
        ];
        plain.forEach((weight, i) => expect(other[i]).toBeCloseTo(weight, 5));
      }),
      { numRuns: 30 },
    ));

  test('moves weights by at most lr/(1 − β1^t)·π/2, apart from decay', () =>
    fc.assert(
      fc.asyncProperty(vector, vector, async (start, gradient) => {
        const after = await stepper(adamAtan2).run(start, [gradient], 1e-2);
        after.forEach((weight, i) =>
          expect(Math.abs(weight - start[i]! * (1 - 1e-3))).toBeLessThanOrEqual(0.1 * (Math.PI / 2) + 1e-6),
        );
      }),
      { numRuns: 30 },
    ));
});

test('clipGradient scales a gradient with a larger norm down to the largest, and keeps others', async () => {
  const graph = new Graph();
  const gradient = graph.input('gradient', [4]);
  graph.output('clipped', clipGradient(gradient, reduceSum(mul(gradient, gradient), [0]), 0.5));
  const session = await Session.create(graph, { threads: 1 });
  const clip = async (...values: number[]) => [
    ...(await session.run({ gradient: Float32Array.from(values) })).clipped!,
  ];
  const [long, short] = [await clip(3, 0, -4, 0), await clip(0.3, 0, -0.4, 0)];
  expect(Math.hypot(...long)).toBeCloseTo(0.5, 5);
  [0.3, 0, -0.4, 0].forEach((value, i) => {
    expect(long[i]).toBeCloseTo(value, 5);
    expect(short[i]).toBeCloseTo(value, 5);
  });
  expect(await clip(0, 0, 0, 0)).toEqual([0, 0, 0, 0]);
  expect((await clip(0.1, 0, 0, 0))[0]).toBe(Math.fround(0.1));
  await session.release();
});

describe('optimiserRates of update t', () => {
  test('are 1 − lr·wd, lr/(1 − β1^t) and 1/√(1 − β2^t)', () => {
    const at = optimiserRates(adamAtan2, { learningRate: 0.02, t: 3 });
    expect(at.decay).toBeCloseTo(0.998, 12);
    expect(at.stepSize).toBeCloseTo(0.02 / 0.271, 12);
    expect(at.rootCorrection).toBeCloseTo(1 / Math.sqrt(0.142625), 12);
  });

  test('approach lr and 1 for large t', () => {
    const at = optimiserRates(adamAtan2, { learningRate: 0.02, t: 2000 });
    expect([at.stepSize, at.rootCorrection]).toEqual([0.02, 1]);
  });
});

const warming = { rate: 0.999, warmup: true };

describe('the EMA rate', () => {
  test('rises from 2/11 to its limit and stays there', () => {
    const rates = Array.from({ length: 10_000 }, (_, i) => emaRateAt(i + 1, warming));
    expect(rates[0]).toBe(2 / 11);
    rates.slice(1).forEach((rate, i) => expect(rate).toBeGreaterThanOrEqual(rates[i]!));
    // (1 + t)/(10 + t) passes 0.999 at t = 8990.
    expect([rates[8988]! < 0.999, rates[8989], rates.at(-1)]).toEqual([true, 0.999, 0.999]);
  });

  test('is constant without warm-up', () => {
    expect([1, 100].map((t) => emaRateAt(t, { rate: 0.999, warmup: false }))).toEqual([0.999, 0.999]);
  });
});

test('emaUpdate keeps the given share of the average: 0 copies the weights, 1 changes nothing', async () => {
  const graph = new Graph();
  graph.output('next', emaUpdate(graph.input('ema', [2]), graph.input('params', [2]), graph.input('keep', [])));
  const session = await Session.create(graph, { threads: 1 });
  const after = async (keep: number) => [
    ...(await session.run({ ema: Float32Array.of(1, -2), params: Float32Array.of(3, 4), keep: Float32Array.of(keep) }))
      .next!,
  ];
  expect([await after(0), await after(0.75), await after(1)]).toEqual([
    [3, 4],
    [1.5, -0.5],
    [1, -2],
  ]);
  await session.release();
});

const schedules: fc.Arbitrary<ScheduleConfig> = fc
  .record({
    learningRate: fc.constantFrom(1e-4, 1e-3),
    warmupSteps: fc.nat(50),
    minRatio: fc.constantFrom(0, 0.1, 1),
    cosineSteps: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ cosineSteps, ...rest }) => ({ ...rest, totalSteps: rest.warmupSteps + cosineSteps }));

const ratesOf = (config: ScheduleConfig, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => learningRateAt(from + i, config));

const fixedRate = (statement: (config: ScheduleConfig) => void) => fc.assert(fc.property(schedules, statement));

describe('the learning rate', () => {
  test('rises linearly to its base during warm-up', () => {
    fixedRate((config) => {
      const rates = ratesOf(config, 1, config.warmupSteps);
      rates.forEach((rate, i) => expect(rate).toBeCloseTo((config.learningRate * (i + 1)) / config.warmupSteps, 12));
      if (config.warmupSteps > 0) expect(rates.at(-1)).toBeCloseTo(config.learningRate, 12);
    });
  });

  test('then decreases monotonically to minRatio of the base at the last step', () => {
    fixedRate((config) => {
      const rates = ratesOf(config, Math.max(1, config.warmupSteps), config.totalSteps);
      rates.slice(1).forEach((rate, i) => expect(rate).toBeLessThanOrEqual(rates[i]!));
      expect(rates.at(-1)).toBeCloseTo(config.learningRate * config.minRatio, 12);
    });
  });

  test('is halfway between base and minimum in the middle of the cosine', () => {
    expect(learningRateAt(60, { learningRate: 1, warmupSteps: 20, totalSteps: 100, minRatio: 0.2 })).toBeCloseTo(
      0.6,
      12,
    );
  });

  test('stays between the minimum and the base after warm-up, even past the last step', () => {
    fixedRate((config) => {
      for (const rate of ratesOf(config, Math.max(1, config.warmupSteps), 2 * config.totalSteps)) {
        expect(rate).toBeGreaterThanOrEqual(config.learningRate * config.minRatio);
        expect(rate).toBeLessThanOrEqual(config.learningRate * (1 + 1e-12));
      }
    });
  });
});

test('gatherRows returns rows in the requested order and throws for unknown identifiers', () => {
  const table = Float32Array.of(0, 1, 10, 11, 20, 21);
  expect([...gatherRows(table, Int32Array.of(2, 0, 2), 2)]).toEqual([20, 21, 0, 1, 20, 21]);
  for (const identifier of [3, -1])
    expect(() => gatherRows(table, Int32Array.of(0, identifier), 2)).toThrow(
      `the model has no embedding for puzzle ${identifier.toLocaleString('en')}: its embeddings are 0 to 2`,
    );
});

test('gatherRows accepts any identifier for a model without puzzle embeddings', () => {
  expect(gatherRows(new Float32Array(), Int32Array.of(7), 0)).toHaveLength(0);
});

/** `p.mul_(1 - lr * wd).add_(sign, alpha=-lr)` of PyTorch on float32: rounds every factor, product and sum. */
const pyTorchUpdate = (weight: number, slope: number, lr: number, decay: number): number => {
  const shrunk = Math.fround(weight * Math.fround(1 - lr * decay));
  return Math.fround(shrunk + Math.sign(slope) * Math.fround(-lr));
};

test('signSgd rounds like PyTorch and accumulates gradients in float32', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 });
  const rate = fc.double({ noNaN: true, min: 0, max: 0.1 });
  fc.assert(
    fc.property(float, fc.array(float, { minLength: 1, maxLength: 4 }), rate, rate, (weight, slopes, lr, decay) => {
      const rows = { identifiers: new Int32Array(slopes.length), gradient: Float32Array.from(slopes) };
      const [next] = signSgd(Float32Array.of(weight), rows, { learningRate: lr, weightDecay: decay });
      const sum = slopes.reduce((total, slope) => Math.fround(total + slope), 0);
      expect(next).toBe(pyTorchUpdate(weight, sum, lr, decay));
    }),
  );
});

test('signSgd rounds intermediate results: rounding only at the end changes the last place of this weight', () => {
  const [weight, lr, decay] = [Math.fround(0.313), 0.01, 0.1];
  const rows = { identifiers: Int32Array.of(0), gradient: Float32Array.of(1) };
  const [next] = signSgd(Float32Array.of(weight), rows, { learningRate: lr, weightDecay: decay });
  expect(next).toBe(pyTorchUpdate(weight, 1, lr, decay));
  expect(next).not.toBe(Math.fround(weight * (1 - lr * decay) - lr));
});
