/**
 * One vector–Jacobian product per op: given dy, the gradient with respect to the result, the
 * gradient with respect to each input (null where none flows). What is not needed is never emitted,
 * so rules may be generous.
 */
import * as b from './build';
import type { Tensor } from './graph';
import type { OpName } from './ops';
import type { Shape } from './shape';
import { broadcastAxes, elements } from './shape';

export type Gradient = Tensor | null;
type Rule<Name extends OpName> = (dy: Tensor, y: Tensor<Name>) => readonly Gradient[];
/** An op through which no gradient flows: its result is discrete, given, or cut off on purpose. */
const none = null;

/** Sums what broadcasting repeated. */
function unbroadcast(dy: Tensor, shape: Shape): Tensor {
  const axes = broadcastAxes(shape, dy.shape);
  return b.reshape(axes.length ? b.reduceSum(dy, axes) : dy, shape);
}

const zeros = (like: Tensor): Tensor => b.expand(like.graph.constant(new Float32Array(1), [1]), like.shape);

/** d(a·b) for a and b, each possibly transposed. */
function productGradients(
  dy: Tensor,
  y: Tensor<'gemm' | 'quantisedGemm' | 'matmul'>,
  multiply: typeof b.matmul,
): [Tensor, Tensor] {
  const [left, right] = y.inputs;
  const { transA, transB } = y.attributes;
  return [
    transA ? multiply(right!, dy, { transA: transB, transB: true }) : multiply(dy, right!, { transB: !transB }),
    transB ? multiply(dy, left!, { transA: true, transB: transA }) : multiply(left!, dy, { transA: !transA }),
  ];
}

const gemmGradients =
  (multiply: typeof b.gemm) =>
  (dy: Tensor, y: Tensor<'gemm' | 'quantisedGemm'>): Tensor[] => [
    ...productGradients(dy, y, multiply),
    ...y.inputs.slice(2).map((c) => unbroadcast(dy, c.shape)),
  ];

/** min and max hand the gradient to the input they chose, the first when both are equal. */
function chosenGradients(dy: Tensor, y: Tensor<'min' | 'max'>): [Tensor, Tensor] {
  const [x, z] = y.inputs;
  const first = b.equal(x!, y as Tensor);
  return [unbroadcast(b.select(first, dy, zeros(dy)), x!.shape), unbroadcast(b.select(first, zeros(dy), dy), z!.shape)];
}

export const gradients: { readonly [Name in OpName]: Rule<Name> | null } = {
  input: none,
  constant: none,
  stopGradient: none,
  equal: none,
  not: none,
  cast: none,
  argmax: none,
  neg: (dy) => [b.neg(dy)],
  exp: (dy, y) => [b.mul(dy, y)],
  log: (dy, { inputs: [x] }) => [b.div(dy, x!)],
  sqrt: (dy, y) => [b.div(b.mul(dy, 0.5), y)],
  reciprocal: (dy, y) => [b.neg(b.mul(dy, b.mul(y, y)))],
  sigmoid: (dy, y) => [b.mul(dy, b.sub(y, b.mul(y, y)))],
  softplus: (dy, { inputs: [x] }) => [b.mul(dy, b.sigmoid(x!))],
  atan: (dy, { inputs: [x] }) => [b.div(dy, b.add(b.mul(x!, x!), 1))],
  abs: (dy, { inputs: [x] }) => [b.select(b.equal(x!, b.abs(x!)), dy, b.neg(dy))],
  // s′(x) = 1 for x ≥ 0 (where s ≥ 1) and s² below (where s < 1).
  stablemaxScore(dy, y) {
    const capped = b.min(y, 1);
    return [b.mul(dy, b.mul(capped, capped))];
  },
  add: (dy, { inputs }) => inputs.map((input) => unbroadcast(dy, input.shape)),
  sub: (dy, { inputs: [x, z] }) => [unbroadcast(dy, x!.shape), unbroadcast(b.neg(dy), z!.shape)],
  mul: (dy, { inputs: [x, z] }) => [unbroadcast(b.mul(dy, z!), x!.shape), unbroadcast(b.mul(dy, x!), z!.shape)],
  div(dy, { inputs: [x, z] }) {
    const share = b.div(dy, z!);
    return [unbroadcast(share, x!.shape), unbroadcast(b.neg(b.mul(share, b.div(x!, z!))), z!.shape)];
  },
  min: chosenGradients,
  max: chosenGradients,
  select: (dy, { inputs: [condition, x, z] }) => [
    null,
    unbroadcast(b.select(condition!, dy, zeros(dy)), x!.shape),
    unbroadcast(b.select(condition!, zeros(dy), dy), z!.shape),
  ],
  gemm: gemmGradients(b.gemm),
  // As if nothing had been rounded (the straight-through estimate, arXiv 1308.3432).
  quantisedGemm: gemmGradients(b.quantisedGemm),
  matmul: (dy, y) => productGradients(dy, y, b.matmul),
  reshape: (dy, { inputs: [x] }) => [b.reshape(dy, x!.shape)],
  transpose: (dy, { attributes: { permutation } }) => [
    b.transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  expand: (dy, { inputs: [x] }) => [unbroadcast(dy, x!.shape)],
  slice: (dy, { inputs: [x], attributes: { axis, from, to } }) => [
    b.pad(dy, axis, { before: from, after: x!.shape[axis]! - to }),
  ],
  pad: (dy, { inputs: [x], attributes: { axis, before } }) => [
    b.slice(dy, axis, { from: before, to: before + x!.shape[axis]! }),
  ],
  concat(dy, { inputs, attributes: { axis } }) {
    let from = 0;
    return inputs.map(({ shape }) => b.slice(dy, axis, { from, to: (from += shape[axis]!) }));
  },
  // Rows picked twice add up: a product with the one-hot matrix, which tables of a few rows can afford.
  gather(dy, { inputs: [table, rows] }) {
    const picked = b.reshape(rows!, [elements(rows!.shape)]);
    const flat = b.reshape(dy, [elements(rows!.shape), -1]);
    return [b.reshape(b.gemm(b.oneHot(picked, table!.shape[0]!), flat, { transA: true }), table!.shape), null];
  },
  reduceSum: (dy, { inputs: [x] }) => [b.expand(dy, x!.shape)],
  reduceMean: (dy, { inputs: [x] }) => [b.expand(b.mul(dy, elements(dy.shape) / elements(x!.shape)), x!.shape)],
  reduceMax: (dy, y) => [b.mul(dy, b.cast(b.equal(y.inputs[0]!, y), 'float32'))],
  softmax: (dy, y) => [b.mul(y, b.sub(dy, b.reduceSum(b.mul(dy, y), [y.attributes.axis])))],
  // With r = 1/rms(x) and y = r·x: dx = r·(dy − y·mean(dy·y)).
  rmsNorm(dy, y) {
    const { axis, epsilon } = y.attributes;
    const r = b.inverseRms(y.inputs[0]!, axis, epsilon);
    return [b.mul(r, b.sub(dy, b.mul(y, b.reduceMean(b.mul(dy, y), [axis]))))];
  },
  // dr/dx = −r³·x / n.
  inverseRms(dy, r) {
    const [x] = r.inputs;
    const scale = b.mul(b.mul(dy, b.mul(r, b.mul(r, r))), -1 / x!.shape[r.attributes.axis]!);
    return [b.mul(x!, scale)];
  },
  // silu′ = s + silu·(1 − s) with s = σ(x).
  silu(dy, y) {
    const s = b.sigmoid(y.inputs[0]!);
    return [b.mul(dy, b.add(s, b.sub(y, b.mul(s, y))))];
  },
  // With s = σ(g) and h = silu(g)·u: dg = dy·(h + s·(u − h)), du = dy·silu(g).
  swiglu(dy, h) {
    const [gate, up] = h.inputs;
    return [b.mul(dy, b.add(h, b.mul(b.sigmoid(gate!), b.sub(up!, h)))), b.mul(dy, b.silu(gate!))];
  },
  rotateHalf: (dy) => [b.neg(b.rotateHalf(dy))],
};
