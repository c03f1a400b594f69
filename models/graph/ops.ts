/**
 * The op table: for every op its attributes, its shape rule and its arithmetic cost.
 * Its gradient stands in `gradients.ts` and its ONNX form in `../onnx/emit.ts` under the same name;
 * all three are keyed by `OpName`, so leaving one out does not compile.
 */
import type { DType, Shape, TensorType } from './shape';
import { broadcast, elements, reduced, resolveReshape, sameShape, ShapeError, showShape, showType } from './shape';

interface Over {
  readonly axis: number;
}
interface Reduction {
  readonly axes: readonly number[];
}
/** What each op needs besides its inputs. */
export interface Attributes {
  input: { readonly name: string; readonly type: TensorType };
  constant: { readonly data: Float32Array | Int32Array; readonly type: TensorType };
  stopGradient: object;
  neg: object;
  exp: object;
  log: object;
  sqrt: object;
  reciprocal: object;
  sigmoid: object;
  softplus: object;
  atan: object;
  abs: object;
  /** s(x) = x + 1 for x ≥ 0, 1 / (1 − x) below: the score of stablemax (arXiv 2501.04697). */
  stablemaxScore: object;
  add: object;
  sub: object;
  mul: object;
  div: object;
  min: object;
  max: object;
  equal: object;
  not: object;
  cast: { readonly to: DType };
  /** `select(condition, a, b)`: a where the condition holds, else b. */
  select: object;
  /** 2-D a·b + c; c, when given, has the shape of the result or of one row of it. */
  gemm: { readonly transA: boolean; readonly transB: boolean };
  /** As `gemm`, both factors rounded to 8 bits on a scale of their own each: several times as fast, about 1 % off. */
  quantisedGemm: Attributes['gemm'];
  /** Batched a·b over the last two axes; leading axes are equal. */
  matmul: { readonly transA: boolean; readonly transB: boolean };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  expand: { readonly shape: Shape };
  slice: Over & { readonly from: number; readonly to: number };
  /** Zeros before and after along one axis: the gradient of `slice`. */
  pad: Over & { readonly before: number; readonly after: number };
  concat: Over;
  /** Rows of a table picked by int32 indices: [rows, …] and [n] give [n, …]. */
  gather: object;
  argmax: Over;
  reduceSum: Reduction;
  reduceMean: Reduction;
  reduceMax: Reduction;
  softmax: Over;
  /** x / √(mean(x²) + epsilon) along one axis, without a learned scale. */
  rmsNorm: Over & { readonly epsilon: number };
  /** 1 / √(mean(x²) + epsilon) along one axis, kept with size 1. */
  inverseRms: Over & { readonly epsilon: number };
  /** x·σ(x) */
  silu: object;
  /** (gate, up) → silu(gate)·up. */
  swiglu: object;
  /** (x₁, x₂) → (−x₂, x₁) on the halves of the last axis: the quarter turn of rotary positions. */
  rotateHalf: object;
}

export type OpName = keyof Attributes;

export interface Op<Name extends OpName> {
  infer(inputs: readonly TensorType[], attributes: Attributes[Name]): TensorType;
  /** Floating-point operations; a multiply-add counts two, moving data counts none. */
  flops(inputs: readonly TensorType[], output: TensorType, attributes: Attributes[Name]): number;
}

const float = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

function expectType(dtype: DType, types: readonly TensorType[]): void {
  const wrong = types.find((type) => type.dtype !== dtype);
  if (wrong) throw new ShapeError(`expected ${dtype}, came ${showType(wrong)}`);
}

const expectFloat = (...types: TensorType[]): void => expectType('float32', types);

const free = (): number => 0;
const perElement = (cost: number) => (_: readonly TensorType[], output: TensorType) => cost * elements(output.shape);
const perInputElement = (cost: number) => (inputs: readonly TensorType[]) => cost * elements(inputs[0]!.shape);

const pointwise = (cost = 1) => ({
  infer: ([x]: readonly TensorType[]) => (expectFloat(x!), x!),
  flops: perElement(cost),
});

const binary = {
  infer([a, b]: readonly TensorType[]): TensorType {
    if (a!.dtype !== b!.dtype) throw new ShapeError(`expected equal types, came ${showType(a!)} and ${showType(b!)}`);
    return { dtype: a!.dtype, shape: broadcast(a!.shape, b!.shape) };
  },
  flops: perElement(1),
};

const reduction = {
  infer([x]: readonly TensorType[], { axes }: Reduction): TensorType {
    expectFloat(x!);
    axes.forEach((axis) => expectAxis(x!.shape, axis));
    // ONNX reads an empty list as "all axes".
    if (axes.length === 0) throw new ShapeError(`no axes of ${showShape(x!.shape)} to reduce`);
    return float(reduced(x!.shape, axes));
  },
  flops: perInputElement(1),
};

function expectAxis(shape: Shape, axis: number): void {
  if (!(axis >= 0 && axis < shape.length)) throw new ShapeError(`no axis ${axis} in ${showShape(shape)}`);
}

/** Rows and columns of a product over the last two axes. */
function productShape(a: Shape, b: Shape, { transA, transB }: Attributes['gemm']): [number, number] {
  const matrix = (shape: Shape, transposed: boolean) => (transposed ? shape.slice(-2).reverse() : shape.slice(-2));
  const [rows, innerA] = matrix(a, transA);
  const [innerB, columns] = matrix(b, transB);
  if (innerA !== innerB)
    throw new ShapeError(
      `inner sizes differ: a=${showShape(a)}${transA ? 'ᵀ' : ''} b=${showShape(b)}${transB ? 'ᵀ' : ''}`,
    );
  return [rows!, columns!];
}

const notMatrices = (a: Shape, b: Shape) =>
  new ShapeError(`expected matrices, came a=${showShape(a)} b=${showShape(b)}`);

function inferGemm(inputs: readonly TensorType[], attributes: Attributes['gemm']): TensorType {
  expectFloat(...inputs);
  const [a, b, c] = inputs;
  if (a!.shape.length !== 2 || b!.shape.length !== 2) throw notMatrices(a!.shape, b!.shape);
  const shape = productShape(a!.shape, b!.shape, attributes);
  if (c && !sameShape(c.shape, shape) && !sameShape(c.shape, [shape[1]]))
    throw new ShapeError(`cannot add ${showShape(c.shape)} to a product of shape ${showShape(shape)}`);
  return float(shape);
}

function inferMatmul([a, b]: readonly TensorType[], attributes: Attributes['matmul']): TensorType {
  expectFloat(a!, b!);
  const lead = a!.shape.slice(0, -2);
  if (a!.shape.length < 2 || b!.shape.length < 2) throw notMatrices(a!.shape, b!.shape);
  if (!sameShape(lead, b!.shape.slice(0, -2)))
    throw new ShapeError(`leading sizes differ: a=${showShape(a!.shape)} b=${showShape(b!.shape)}`);
  return float([...lead, ...productShape(a!.shape, b!.shape, attributes)]);
}

/** 2·rows·inner·columns, times the leading axes. */
function productFlops(inputs: readonly TensorType[], output: TensorType, { transA }: Attributes['gemm']): number {
  const inner = inputs[0]!.shape.at(transA ? -2 : -1) ?? 1;
  return 2 * inner * elements(output.shape) + (inputs[2] ? elements(output.shape) : 0);
}

function inferConcat(inputs: readonly TensorType[], { axis }: Over): TensorType {
  const [first] = inputs;
  expectType(first!.dtype, inputs);
  expectAxis(first!.shape, axis);
  const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const flat = (shape: Shape) => shape.map((size, i) => (i === axis ? 0 : size));
  const odd = inputs.find(({ shape }) => !sameShape(flat(shape), flat(first!.shape)));
  if (odd) throw new ShapeError(`cannot join ${showShape(odd.shape)} to ${showShape(first!.shape)} along axis ${axis}`);
  return { dtype: first!.dtype, shape: first!.shape.map((size, i) => (i === axis ? total : size)) };
}

function inferSlice([x]: readonly TensorType[], { axis, from, to }: Attributes['slice']): TensorType {
  expectAxis(x!.shape, axis);
  if (!(from >= 0 && from < to && to <= x!.shape[axis]!))
    throw new ShapeError(`no range ${from}..${to} along axis ${axis} of ${showShape(x!.shape)}`);
  return { dtype: x!.dtype, shape: x!.shape.map((size, i) => (i === axis ? to - from : size)) };
}

function inferPad([x]: readonly TensorType[], { axis, before, after }: Attributes['pad']): TensorType {
  expectFloat(x!);
  expectAxis(x!.shape, axis);
  if (!(before >= 0 && after >= 0)) throw new ShapeError(`cannot pad by ${before} and ${after}`);
  return float(x!.shape.map((size, i) => (i === axis ? before + size + after : size)));
}

function inferTranspose([x]: readonly TensorType[], { permutation }: Attributes['transpose']): TensorType {
  const isComplete = permutation.length === x!.shape.length && x!.shape.every((_, axis) => permutation.includes(axis));
  if (!isComplete)
    throw new ShapeError(`[${permutation.join(', ')}] does not order the axes of ${showShape(x!.shape)}`);
  return { dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) };
}

function inferGather([table, rows]: readonly TensorType[]): TensorType {
  expectFloat(table!);
  expectType('int32', [rows!]);
  expectAxis(table!.shape, 0);
  return float([...rows!.shape, ...table!.shape.slice(1)]);
}

function inferRotateHalf([x]: readonly TensorType[]): TensorType {
  expectFloat(x!);
  if ((x!.shape.at(-1) ?? 1) % 2) throw new ShapeError(`the last axis of ${showShape(x!.shape)} has no halves`);
  return x!;
}

const alongAxis = (cost: number) => ({
  infer([x]: readonly TensorType[], { axis }: Over): TensorType {
    expectFloat(x!);
    expectAxis(x!.shape, axis);
    return x!;
  },
  flops: perElement(cost),
});

export const ops: { readonly [Name in OpName]: Op<Name> } = {
  input: { infer: (_, { type }) => type, flops: free },
  constant: { infer: (_, { type }) => type, flops: free },
  stopGradient: { infer: ([x]) => x!, flops: free },
  neg: pointwise(),
  exp: pointwise(),
  log: pointwise(),
  sqrt: pointwise(),
  reciprocal: pointwise(),
  sigmoid: pointwise(4),
  softplus: pointwise(3),
  atan: pointwise(),
  abs: pointwise(),
  stablemaxScore: pointwise(3),
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  min: binary,
  max: binary,
  equal: { infer: (inputs) => ({ dtype: 'bool', shape: binary.infer(inputs).shape }), flops: free },
  not: { infer: ([x]) => (expectType('bool', [x!]), x!), flops: free },
  cast: { infer: ([x], { to }) => ({ dtype: to, shape: x!.shape }), flops: free },
  select: {
    infer([condition, a, b]) {
      expectType('bool', [condition!]);
      const { dtype, shape } = binary.infer([a!, b!]);
      return { dtype, shape: broadcast(condition!.shape, shape) };
    },
    flops: free,
  },
  gemm: { infer: inferGemm, flops: productFlops },
  quantisedGemm: { infer: inferGemm, flops: productFlops },
  matmul: { infer: inferMatmul, flops: productFlops },
  reshape: { infer: ([x], { shape }) => ({ dtype: x!.dtype, shape: resolveReshape(x!.shape, shape) }), flops: free },
  transpose: { infer: inferTranspose, flops: free },
  expand: { infer: ([x], { shape }) => ({ dtype: x!.dtype, shape: broadcast(x!.shape, shape) }), flops: free },
  slice: { infer: inferSlice, flops: free },
  pad: { infer: inferPad, flops: free },
  concat: { infer: inferConcat, flops: free },
  gather: { infer: inferGather, flops: free },
  argmax: {
    infer: ([x], { axis }) => (
      expectAxis(x!.shape, axis),
      { dtype: 'int32', shape: x!.shape.filter((_, i) => i !== axis) }
    ),
    flops: free,
  },
  reduceSum: reduction,
  reduceMean: reduction,
  reduceMax: reduction,
  softmax: alongAxis(5),
  rmsNorm: alongAxis(4),
  inverseRms: {
    infer: ([x], { axis }) => (expectFloat(x!), expectAxis(x!.shape, axis), float(reduced(x!.shape, [axis]))),
    flops: perInputElement(2),
  },
  silu: pointwise(5),
  swiglu: {
    infer: ([gate, up]) => {
      expectFloat(gate!, up!);
      if (!sameShape(gate!.shape, up!.shape))
        throw new ShapeError(`gate ${showShape(gate!.shape)} and up ${showShape(up!.shape)} differ`);
      return gate!;
    },
    flops: perElement(6),
  },
  rotateHalf: { infer: inferRotateHalf, flops: free },
};

/** The type an op gives its inputs. @throws ShapeError that begins with `where` */
export function inferType<Name extends OpName>(
  where: string,
  {
    op,
    inputs,
    attributes,
  }: { readonly op: Name; readonly inputs: readonly TensorType[]; readonly attributes: Attributes[Name] },
): TensorType {
  try {
    return ops[op].infer(inputs, attributes);
  } catch (error) {
    throw error instanceof ShapeError ? new ShapeError(`${where}: ${error.message}`) : error;
  }
}
