/** Ops that work on each element by itself, with NumPy broadcasting where there are several inputs. */
import type { Emitter } from '../../onnx/encode';
import { onnxElementTypes } from '../../onnx/proto';
import * as b from '../build';
import type { Tensor } from '../graph';
import type { DType, TensorType } from '../shape';
import { broadcast, sameShape, ShapeError, formatShape, formatType } from '../shape';
import type { Gradient, Op, Ops } from './op';
import { expectFloat, expectType, zeroCost, inputNames, perElement, singleNode, resultOf, unbroadcast } from './op';

export interface ElementwiseAttributes {
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
  /** x·σ(x) */
  silu: object;
  /** (gate, up) → silu(gate)·up. */
  swiglu: object;
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
}

/** All but `cast`, which alone has attributes. */
type Plain = Op<Exclude<keyof ElementwiseAttributes, 'cast'>>;

type UnaryOptions = Pick<Plain, 'vjp'> & Partial<Pick<Plain, 'memory'>> & { readonly cost?: number };

/** A function of one float, of one ONNX node. */
const unary = (type: string, { cost = 1, memory = 'in place', vjp }: UnaryOptions): Plain => ({
  infer: ([x]) => (expectFloat(x!), x!),
  flops: perElement(cost),
  vjp,
  onnx: singleNode(type),
  memory,
  naming: 'result',
});

function inferBinary([left, right]: readonly TensorType[]): TensorType {
  if (left!.dtype !== right!.dtype)
    throw new ShapeError(`expected equal types, got ${formatType(left!)} and ${formatType(right!)}`);
  return { dtype: left!.dtype, shape: broadcast(left!.shape, right!.shape) };
}

const binary = (type: string, vjp: Plain['vjp'], memory: Plain['memory'] = 'in place'): Plain => ({
  infer: inferBinary,
  flops: perElement(1),
  vjp,
  onnx: singleNode(type),
  memory,
  naming: 'result',
});

const zeros = (like: Tensor): Tensor => b.expand(like.graph.constant(new Float32Array(1), [1]), like.shape);

/** min and max pass the gradient to the input they chose, the first when both are equal. */
function chosenGradients(dy: Tensor, y: Tensor): Gradient[] {
  const [x, z] = y.inputs;
  const first = b.equal(x!, y);
  return [unbroadcast(b.select(first, dy, zeros(dy)), x!.shape), unbroadcast(b.select(first, zeros(dy), dy), z!.shape)];
}

function emitStablemaxScore(e: Emitter, y: Tensor): void {
  const [x] = inputNames(e, y);
  const below = e.op('Add', [e.op('Relu', [e.op('Neg', [x!])]), e.float(1)]);
  e.op('Add', [e.op('Relu', [x!]), e.op('Reciprocal', [below])], resultOf(e, y));
}

/** Computed once, for the gradient as for the value. QuickGelu(x) = x·σ(αx) makes one pass of two. */
const emitSilu = (e: Emitter, x: string): string =>
  e.once(`silu ${x}`, () =>
    e.contrib
      ? e.fused('QuickGelu', [x], { attributes: { alpha: { float: 1 } } })
      : e.op('Mul', [x, e.op('Sigmoid', [x])]),
  );

const swiglu: Op<'swiglu'> = {
  infer: ([gate, up]) => {
    expectFloat(gate!, up!);
    if (!sameShape(gate!.shape, up!.shape))
      throw new ShapeError(`gate ${formatShape(gate!.shape)} and up ${formatShape(up!.shape)} differ`);
    return gate!;
  },
  flops: perElement(6),
  // With s = σ(g) and h = silu(g)·u: dg = dy·(h + s·(u − h)), du = dy·silu(g).
  vjp(dy, h) {
    const [gate, up] = h.inputs;
    return [b.mul(dy, b.add(h, b.mul(b.sigmoid(gate!), b.sub(up!, h)))), b.mul(dy, b.silu(gate!))];
  },
  onnx(e, y) {
    const [gate, up] = inputNames(e, y);
    e.op('Mul', [emitSilu(e, gate!), up!], resultOf(e, y));
  },
  memory: 'own',
  naming: 'result',
};

const select: Op<'select'> = {
  infer([condition, whenTrue, whenFalse]) {
    expectType('bool', [condition!]);
    const { dtype, shape } = inferBinary([whenTrue!, whenFalse!]);
    return { dtype, shape: broadcast(condition!.shape, shape) };
  },
  flops: zeroCost,
  vjp: (dy, { inputs: [condition, x, z] }) => [
    null,
    unbroadcast(b.select(condition!, dy, zeros(dy)), x!.shape),
    unbroadcast(b.select(condition!, zeros(dy), dy), z!.shape),
  ],
  onnx: singleNode('Where'),
  memory: 'own',
  naming: 'result',
};

export const elementwise: Ops<ElementwiseAttributes> = {
  neg: unary('Neg', { vjp: (dy) => [b.neg(dy)] }),
  exp: unary('Exp', { vjp: (dy, y) => [b.mul(dy, y)] }),
  log: unary('Log', { vjp: (dy, { inputs: [x] }) => [b.div(dy, x!)] }),
  sqrt: unary('Sqrt', { vjp: (dy, y) => [b.div(b.mul(dy, 0.5), y)] }),
  reciprocal: unary('Reciprocal', { vjp: (dy, y) => [b.neg(b.mul(dy, b.mul(y, y)))] }),
  sigmoid: unary('Sigmoid', {
    cost: 4,
    vjp: (dy, y) => [b.mul(dy, b.sub(y, b.mul(y, y)))],
  }),
  softplus: unary('Softplus', { cost: 3, memory: 'own', vjp: (dy, { inputs: [x] }) => [b.mul(dy, b.sigmoid(x!))] }),
  atan: unary('Atan', { memory: 'own', vjp: (dy, { inputs: [x] }) => [b.div(dy, b.add(b.mul(x!, x!), 1))] }),
  abs: unary('Abs', { vjp: (dy, { inputs: [x] }) => [b.select(b.equal(x!, b.abs(x!)), dy, b.neg(dy))] }),
  stablemaxScore: {
    ...unary('', {
      cost: 3,
      memory: 'own',
      // s′(x) = 1 for x ≥ 0 (where s ≥ 1) and s² below (where s < 1).
      vjp(dy, y) {
        const capped = b.min(y, 1);
        return [b.mul(dy, b.mul(capped, capped))];
      },
    }),
    onnx: emitStablemaxScore,
  },
  silu: {
    ...unary('', {
      cost: 5,
      memory: 'own',
      // silu′ = s + silu·(1 − s) with s = σ(x).
      vjp(dy, y) {
        const s = b.sigmoid(y.inputs[0]!);
        return [b.mul(dy, b.add(s, b.sub(y, b.mul(s, y))))];
      },
    }),
    onnx: (e, y) => e.alias(y, emitSilu(e, e.name(y.inputs[0]!))),
    naming: 'given',
  },
  swiglu,
  add: binary('Add', (dy, { inputs }) => inputs.map((input) => unbroadcast(dy, input.shape))),
  sub: binary('Sub', (dy, { inputs: [x, z] }) => [unbroadcast(dy, x!.shape), unbroadcast(b.neg(dy), z!.shape)]),
  mul: binary('Mul', (dy, { inputs: [x, z] }) => [
    unbroadcast(b.mul(dy, z!), x!.shape),
    unbroadcast(b.mul(dy, x!), z!.shape),
  ]),
  div: binary('Div', (dy, { inputs: [x, z] }) => {
    const share = b.div(dy, z!);
    return [unbroadcast(share, x!.shape), unbroadcast(b.neg(b.mul(share, b.div(x!, z!))), z!.shape)];
  }),
  min: { ...binary('Min', null, 'own'), vjp: chosenGradients },
  max: { ...binary('Max', null, 'own'), vjp: chosenGradients },
  equal: {
    ...binary('Equal', null, 'own'),
    infer: (inputs) => ({ dtype: 'bool', shape: inferBinary(inputs).shape }),
    flops: zeroCost,
  },
  not: {
    ...unary('Not', { memory: 'own', vjp: null }),
    infer: ([x]) => (expectType('bool', [x!]), x!),
    flops: zeroCost,
  },
  cast: {
    infer: ([x], { to }) => ({ dtype: to, shape: x!.shape }),
    flops: zeroCost,
    vjp: null,
    onnx: (e, y) =>
      void e.op('Cast', inputNames(e, y), {
        attributes: { to: onnxElementTypes[y.attributes.to] },
        ...resultOf(e, y),
      }),
    memory: 'own',
    naming: 'result',
  },
  select,
};
