/**
 * Compares every gradient rule with central differences, both computed by onnxruntime in float32.
 * loss = Σ w·y with random w; its change along a random direction is summed here in float64, so the
 * rounding error is 6e-8·|y| / (2·STEP) ≈ 1e-5 and that of the third derivative STEP²/6·|y‴| ≈ 3e-4
 * on the domains of the samples. The error of a wrong rule is of the order of the gradient itself.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { backward } from '../../../models/graph/backward';
import { gemm, mul, roundedGemm, reduceSum, reshape, stopGradient } from '../../../models/graph/build';
import { Graph, ops, type Tensor } from '../../../models/graph/graph';
import type { OpName } from '../../../models/graph/ops/op';
import { printGraph } from '../../../models/graph/analysis';
import { countElements, type Shape } from '../../../models/graph/shape';
import { Session } from '../../../models/runtime/session';
import { samples, type Exception, type Sample } from './op-samples';

const STEP = 2 ** -8;
const TOLERANCE = 1e-3;
const names = Object.keys(samples) as OpName[];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) => Float64Array.from(a, (value, i) => value - b[i]!);

/** Values in ±2, all at least several steps apart and none at zero, so that no kink is crossed. */
function distinctValues(shapes: readonly Shape[], random: Random): Float32Array[] {
  const counts = shapes.map(countElements);
  const total = dot(
    counts,
    counts.map(() => 1),
  );
  const pool = random.shuffle(Array.from({ length: total }, (_, i) => ((i + 0.5 - Math.floor(total / 2)) * 4) / total));
  return counts.map((count) => Float32Array.from(pool.splice(0, count)));
}

const randomValues = (random: Random, length: number) => Float32Array.from({ length }, () => 2 * random.uniform() - 1);

/** Σ w·y and its gradients in one graph; y and the gradients are its outputs. */
function differentiated<Name extends OpName>(name: Name, { shapes, attributes, inputs }: Sample<Name>) {
  const graph = new Graph();
  const floats = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const y = graph.node(name, inputs?.(floats) ?? floats, attributes) as Tensor;
  const loss = reshape(reduceSum(reshape(mul(graph.input('w', y.shape), y), [-1]), [0]), []);
  graph.output('y', y);
  backward(loss, floats).forEach((gradient, i) => {
    if (!gradient) throw new Error(`${name} gives input ${i} no gradient`);
    expect(gradient.shape).toEqual(shapes[i]);
    graph.output(`d${i}`, gradient);
  });
  return { graph, y };
}

async function expectDifferences<Name extends OpName>(name: Name, sample: Sample<Name>, seed: number): Promise<void> {
  const random = Random.seeded(seed);
  const { graph, y } = differentiated(name, sample);
  const session = await Session.create(graph, { threads: 1 });
  const w = randomValues(random, countElements(y.shape));
  const at = distinctValues(sample.shapes, random).map((values) => values.map(sample.domain ?? Number));
  const run = (values: readonly Float32Array[]) =>
    session.run({ w, ...Object.fromEntries(values.map((x, i) => [`x${i}`, x])) });
  const moveTo = (input: number, values: Float32Array) => run(at.map((x, i) => (i === input ? values : x)));
  const exact = await run(at);
  for (const [i, x] of at.entries()) {
    const direction = randomValues(random, x.length);
    const [above, below] = [STEP, -STEP].map((step) => x.map((value, j) => value + step * direction[j]!));
    const [up, down] = [await moveTo(i, above!), await moveTo(i, below!)];
    // The difference of the rounded inputs, so that rounding them causes no error.
    const moved = difference(above!, below!);
    const expected = dot(w, difference(up.y!, down.y!)) / (2 * STEP);
    const size = dot(moved.map(Math.abs), exact[`d${i}`]!.map(Math.abs)) / (2 * STEP);
    const actual = dot(moved, exact[`d${i}`]!) / (2 * STEP);
    expect(Math.abs(actual - expected), `input ${i}: ${actual} for ${expected} in\n${printGraph(graph)}`).toBeLessThan(
      TOLERANCE * (1 + size),
    );
  }
  await session.release();
}

const check = <Name extends OpName>(name: Name, sample: fc.Arbitrary<Sample<Name>>) =>
  fc.assert(
    fc.asyncProperty(sample, fc.nat(), (drawn, seed) => expectDifferences(name, drawn, seed)),
    { numRuns: 40 },
  );

async function expectStraightThrough(): Promise<void> {
  const random = Random.seeded(1);
  const inputs = {
    a: randomValues(random, 20 * 24),
    b: randomValues(random, 16 * 24),
    c: randomValues(random, 20 * 16),
    w: randomValues(random, 20 * 16),
  };
  const run = async (multiply: typeof gemm) => {
    const graph = new Graph();
    const [a, b, c, w] = [
      graph.input('a', [20, 24]),
      graph.input('b', [16, 24]),
      graph.input('c', [20, 16]),
      graph.input('w', [20, 16]),
    ];
    const loss = reshape(reduceSum(mul(multiply(a, b, { transB: true, plus: c }), w), [0, 1]), []);
    backward(loss, [a, b, c]).forEach((gradient, i) => graph.output(`d${i}`, gradient as Tensor));
    const session = await Session.create(graph, { threads: 1 });
    const outputs = await session.run(inputs);
    await session.release();
    return Object.values(outputs);
  };
  const [exact, rounded] = [await run(gemm), await run(roundedGemm)];
  exact.forEach((gradient, i) => {
    const error = difference(rounded[i]!, gradient);
    expect(Math.sqrt(dot(error, error) / dot(gradient, gradient))).toBeLessThan(0.03);
  });
}

const sampleOf = <Name extends OpName>(name: Name) => samples[name] as fc.Arbitrary<Sample<Name>> | Exception;

describe('the gradient', () => {
  for (const name of names) {
    const sample = sampleOf(name);
    if (sample === 'no gradient') test(`of ${name} does not exist`, () => expect(ops[name].vjp).toBeNull());
    else if (sample === 'straight through')
      test(`of ${name} is within 3 % of that of its exact counterpart`, expectStraightThrough);
    else test(`of ${name} matches central differences`, () => check(name, sample));
  }

  test('does not flow through stopGradient', () => {
    const x = new Graph().input('x', []);
    expect(backward(mul(stopGradient(x), 2), [x])).toEqual([null]);
  });
});
