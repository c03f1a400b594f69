/** Random samples of every op by fast-check: shapes, attributes and broadcasting. A new op without a row does not compile. */
import fc from 'fast-check';
import type { Tensor } from '../../../models/graph/graph';
import type { Attributes, OpName } from '../../../models/graph/ops/op';
import type { Shape } from '../../../models/graph/shape';

export interface Sample<Name extends OpName> {
  /** Shapes of the float inputs that need a gradient. */
  readonly shapes: readonly Shape[];
  readonly attributes: Attributes[Name];
  /** All inputs in order, if some are not float. */
  readonly inputs?: (floats: readonly Tensor[]) => readonly Tensor[];
  /** Maps a value in ±2 to the region where the op is smooth. */
  readonly domain?: (value: number) => number;
}

/** A rounded op has no useful differences; its gradient is that of the exact op. */
export type Exception = 'no gradient' | 'straight through';
type Samples = { readonly [Name in OpName]: fc.Arbitrary<Sample<Name>> | Exception };

const positive = (value: number) => Math.abs(value) + 0.5;
const awayFromZero = (value: number) => Math.sign(value) * positive(value);

const size = fc.integer({ min: 1, max: 4 });
const shape = fc.array(size, { minLength: 1, maxLength: 3 });
const axisOf = (of: Shape) => fc.nat(of.length - 1);
const shapeAndAxis = shape.chain((of) => fc.record({ of: fc.constant(of), axis: axisOf(of) }));
const maskFor = ({ length }: Shape) => fc.array(fc.boolean(), { minLength: length, maxLength: length });

/** Returns a shape that broadcasts to `full`: leading axes omitted, others of size 1. */
const partOf = (full: Shape) =>
  fc
    .tuple(fc.nat(full.length), maskFor(full))
    .map(([missing, ones]) => full.map((n, i) => (ones[i] ? 1 : n)).slice(missing));

const unary = (domain?: Sample<'neg'>['domain']) =>
  shape.map((of) => ({ shapes: [of], attributes: {}, ...(domain && { domain }) }));

const binary = (domain?: Sample<'add'>['domain']) =>
  shape
    .chain((full) => fc.tuple(partOf(full), partOf(full)))
    .map((shapes) => ({ shapes, attributes: {}, ...(domain && { domain }) }));

const product = fc.record({
  rows: size,
  inner: size,
  columns: size,
  transA: fc.boolean(),
  transB: fc.boolean(),
  added: fc.constantFrom('nothing', 'a row', 'all'),
});

const gemm = product.map(({ rows, inner, columns, transA, transB, added }) => {
  const c = { nothing: [], 'a row': [[columns]], all: [[rows, columns]] }[added] ?? [];
  const shapes: Shape[] = [transA ? [inner, rows] : [rows, inner], transB ? [columns, inner] : [inner, columns], ...c];
  return { shapes, attributes: { transA, transB } };
});

const matmul = fc.tuple(gemm, fc.array(size, { maxLength: 2 })).map(
  ([
    {
      shapes: [a, b],
      attributes,
    },
    lead,
  ]) => ({
    shapes: [
      [...lead, ...a!],
      [...lead, ...b!],
    ],
    attributes,
  }),
);

const reduction = shape.chain((of) =>
  fc.subarray([...of.keys()], { minLength: 1 }).map((axes) => ({ shapes: [of], attributes: { axes } })),
);

const normalisation = fc
  .tuple(shapeAndAxis, fc.constantFrom(1e-5, 0.1))
  .map(([{ of, axis }, epsilon]) => ({ shapes: [of], attributes: { axis, epsilon }, domain: awayFromZero }));

const slice = shapeAndAxis.chain(({ of, axis }) =>
  fc.tuple(fc.nat(of[axis]! - 1), fc.nat(of[axis]! - 1)).map((ends) => ({
    shapes: [of],
    attributes: { axis, from: Math.min(...ends), to: Math.max(...ends) + 1 },
  })),
);

const pad = fc
  .tuple(shapeAndAxis, fc.nat(2), fc.nat(2))
  .map(([{ of, axis }, before, after]) => ({ shapes: [of], attributes: { axis, before, after } }));

const concat = fc.tuple(shapeAndAxis, fc.array(size, { minLength: 1, maxLength: 3 })).map(([{ of, axis }, sizes]) => ({
  shapes: sizes.map((along) => of.map((n, i) => (i === axis ? along : n))),
  attributes: { axis },
}));

const select = shape.chain((full) =>
  fc.tuple(partOf(full), partOf(full), maskFor(full), fc.boolean()).map(([a, b, mask, whole]) => ({
    shapes: [a, b],
    attributes: {},
    inputs: ([x, y]: readonly Tensor[]) => {
      const chosen = whole ? full : full.map((n, i) => (mask[i] ? n : 1));
      const flags = Int32Array.from({ length: chosen.reduce((n, m) => n * m, 1) }, (_, i) => +mask[i % mask.length]!);
      return [x!.graph.node('cast', [x!.graph.constant(flags, chosen)], { to: 'bool' }), x!, y!];
    },
  })),
);

/** Rows are gathered several times or not at all, by a vector or a matrix of indices. */
const gather = shape.chain((table) =>
  fc
    .tuple(fc.array(axisOf(Array(table[0]).fill(0)), { minLength: 1, maxLength: 6 }), fc.boolean())
    .map(([rows, asMatrix]) => ({
      shapes: [table],
      attributes: {},
      inputs: ([x]: readonly Tensor[]) => [
        x!,
        x!.graph.constant(Int32Array.from(rows), asMatrix ? [1, rows.length] : [rows.length]),
      ],
    })),
);

/** Kernels smaller and larger than the images, with and without zeros around them. */
const depthwiseConv = fc
  .record({ images: size, channels: size, grid: fc.tuple(size, size), window: fc.tuple(size, size), extra: fc.nat(1) })
  .map(({ images, channels, grid, window, extra }) => {
    const margin = (axis: 0 | 1) => Math.max(0, Math.ceil((window[axis] - grid[axis]) / 2)) + extra;
    return {
      shapes: [
        [images, channels, ...grid],
        [channels, 1, ...window],
      ],
      attributes: { margins: [Math.min(margin(0), window[0] - 1), Math.min(margin(1), window[1] - 1)] as const },
    };
  });

export const samples: Samples = {
  input: 'no gradient',
  constant: 'no gradient',
  stopGradient: 'no gradient',
  equal: 'no gradient',
  not: 'no gradient',
  cast: 'no gradient',
  argmax: 'no gradient',
  neg: unary(),
  exp: unary(),
  log: unary(positive),
  sqrt: unary(positive),
  reciprocal: unary(awayFromZero),
  sigmoid: unary(),
  softplus: unary(),
  atan: unary(),
  abs: unary(),
  stablemaxScore: unary(),
  silu: unary(),
  add: binary(),
  sub: binary(),
  mul: binary(),
  div: binary(awayFromZero),
  min: binary(),
  max: binary(),
  select,
  gemm,
  roundedGemm: 'straight through',
  matmul,
  reshape: shape.chain((of) =>
    fc
      .constantFrom([-1], [1, ...of], [...of].reverse())
      .map((target) => ({ shapes: [of], attributes: { shape: target } })),
  ),
  transpose: shape.chain((of) =>
    fc
      .shuffledSubarray([...of.keys()], { minLength: of.length })
      .map((permutation) => ({ shapes: [of], attributes: { permutation } })),
  ),
  expand: shape.chain((full) => partOf(full).map((of) => ({ shapes: [of], attributes: { shape: full } }))),
  slice,
  pad,
  concat,
  gather,
  reduceSum: reduction,
  reduceMean: reduction,
  reduceMax: reduction,
  softmax: shapeAndAxis.map(({ of, axis }) => ({ shapes: [of], attributes: { axis } })),
  rmsNorm: normalisation,
  inverseRms: normalisation,
  depthwiseConv,
  swiglu: shape.map((of) => ({ shapes: [of, of], attributes: {} })),
  rotateHalf: fc
    .tuple(shape, fc.integer({ min: 1, max: 2 }))
    .map(([lead, half]) => ({ shapes: [[...lead, 2 * half]], attributes: {} })),
};
