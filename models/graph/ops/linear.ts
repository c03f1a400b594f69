/**
 * Matrix products. Rounded ones are faster: on the CPU in 8 bits, the left factor in 0…255 between its smallest and largest
 * value, the right one in −127…127 up to its largest magnitude; on GPUs, which have fast float16 arithmetic instead, in
 * float16. Processors have instructions for unsigned times signed bytes, but some overflow: there 128 is added to the right
 * factor, so that both are unsigned. The results are equal.
 */
import type { Emitter } from '../../onnx/encode';
import { onnxElementTypes } from '../../onnx/proto';
import * as b from '../build';
import type { Tensor } from '../graph';
import type { Shape, TensorType } from '../shape';
import { countElements, sameShape, ShapeError, formatShape } from '../shape';
import type { Op, Ops } from './op';
import { expectFloat, floatType, inputNames, resultOf, unbroadcast } from './op';

/** values · scale, where values are 8-bit numbers less `zero`. */
interface Rounded {
  readonly values: string;
  readonly scale: string;
  readonly zero: string;
}

/** Left factor as uint8, optionally transposed. */
function roundLeft(e: Emitter, x: string, transposed: boolean): Rounded {
  const [values, scale, zero] = e.once(`left ${x}`, () => e.split('DynamicQuantizeLinear', [x], 3));
  return { values: transposed ? turned(e, values!) : values!, scale: scale!, zero: zero! };
}

/** Below this a tensor counts as zero: its scale must not be. */
const TINY = 1e-30;

/** Right factor as int8, or as uint8 around 128, optionally transposed. */
function roundRight(e: Emitter, x: string, transposed: boolean): Rounded {
  const rounded = e.once(`right ${x}`, () => {
    const extreme = (type: string) => e.op(type, [x, e.ints([0, 1])], { attributes: { keepdims: 0 } });
    const magnitude = e.op('Max', [extreme('ReduceMax'), e.op('Neg', [extreme('ReduceMin')]), e.float(TINY)]);
    const scale = e.op('Mul', [magnitude, e.float(1 / 127)]);
    const zero = e.initializer(e.rounding === 'uint8' ? new Uint8Array([128]) : new Int8Array(1), []);
    return { values: e.op('QuantizeLinear', [x, scale, zero]), scale, zero };
  });
  return transposed ? { ...rounded, values: turned(e, rounded.values) } : rounded;
}

const turned = (e: Emitter, matrix: string): string =>
  e.once(`turned ${matrix}`, () => e.op('Transpose', [matrix], { attributes: { perm: [1, 0] } }));

function emitRoundedGemm(e: Emitter, y: Tensor<'roundedGemm'>): void {
  const [left, right, plus] = inputNames(e, y);
  const multiply = e.rounding === 'float16' ? multiplyFloat16 : multiplyBytes;
  const result = resultOf(e, y);
  if (!plus) return void multiply(e, [left!, right!], y.attributes, result);
  e.op('Add', [multiply(e, [left!, right!], y.attributes), plus], result);
}

type Factors = readonly [left: string, right: string];
type Result = { readonly result?: string };

/** The sum stays in float32: only the product is rounded. */
function multiplyFloat16(e: Emitter, factors: Factors, { transA, transB }: Transposed, result: Result = {}): string {
  const rounded = factors.map((x) => e.once(`float16 ${x}`, () => castTo(e, x, 'float16')));
  const product = e.op('Gemm', rounded, { attributes: { transA: +transA, transB: +transB } });
  return castTo(e, product, 'float32', result);
}

const castTo = (e: Emitter, x: string, type: 'float16' | 'float32', result: Result = {}): string =>
  e.op('Cast', [x], { attributes: { to: onnxElementTypes[type] }, ...result });

function multiplyBytes(
  e: Emitter,
  [left, right]: Factors,
  { transA, transB }: Transposed,
  result: Result = {},
): string {
  return multiply(e, roundLeft(e, left, transA), roundRight(e, right, transB), result);
}

function multiply(e: Emitter, a: Rounded, b: Rounded, result: Result): string {
  if (e.contrib) return e.fused('MatMulIntegerToFloat', [a.values, b.values, a.scale, b.scale, a.zero, b.zero], result);
  const sums = e.op('MatMulInteger', [a.values, b.values, a.zero, b.zero]);
  const scale = e.op('Mul', [a.scale, b.scale]);
  return e.op('Mul', [castTo(e, sums, 'float32'), scale], result);
}

interface Transposed {
  readonly transA: boolean;
  readonly transB: boolean;
}

export interface LinearAttributes {
  /** 2-D a·b + c; c, when given, has the shape of the result or of one row of it. */
  gemm: Transposed;
  /** As `gemm`, both factors rounded: in 8 bits several times as fast, about 1 % off. */
  roundedGemm: Transposed & {
    /** Whether the products of the backward pass are rounded, too. */
    readonly backward: 'exact' | 'rounded';
  };
  /** Batched a·b over the last two axes; leading axes are equal. */
  matmul: Transposed;
}

/** Rows and columns of a product over the last two axes. */
function productShape(left: Shape, right: Shape, { transA, transB }: Transposed): [number, number] {
  const matrix = (shape: Shape, transposed: boolean) => (transposed ? shape.slice(-2).reverse() : shape.slice(-2));
  const [rows, innerA] = matrix(left, transA);
  const [innerB, columns] = matrix(right, transB);
  if (innerA !== innerB)
    throw new ShapeError(
      `inner sizes differ: a=${formatShape(left)}${transA ? 'ᵀ' : ''} b=${formatShape(right)}${transB ? 'ᵀ' : ''}`,
    );
  return [rows!, columns!];
}

const notMatrices = (left: Shape, right: Shape) =>
  new ShapeError(`expected matrices, got a=${formatShape(left)} b=${formatShape(right)}`);

function inferGemm(inputs: readonly TensorType[], attributes: Transposed): TensorType {
  expectFloat(...inputs);
  const [left, right, c] = inputs;
  if (left!.shape.length !== 2 || right!.shape.length !== 2) throw notMatrices(left!.shape, right!.shape);
  const shape = productShape(left!.shape, right!.shape, attributes);
  if (c && !sameShape(c.shape, shape) && !sameShape(c.shape, [shape[1]]))
    throw new ShapeError(`cannot add ${formatShape(c.shape)} to a product of shape ${formatShape(shape)}`);
  return floatType(shape);
}

function inferMatmul([left, right]: readonly TensorType[], attributes: Transposed): TensorType {
  expectFloat(left!, right!);
  const lead = left!.shape.slice(0, -2);
  if (left!.shape.length < 2 || right!.shape.length < 2) throw notMatrices(left!.shape, right!.shape);
  if (!sameShape(lead, right!.shape.slice(0, -2)))
    throw new ShapeError(`leading sizes differ: a=${formatShape(left!.shape)} b=${formatShape(right!.shape)}`);
  return floatType([...lead, ...productShape(left!.shape, right!.shape, attributes)]);
}

/** 2·rows·inner·columns, times the leading axes. */
function productFlops(inputs: readonly TensorType[], output: TensorType, { transA }: Transposed): number {
  const inner = inputs[0]!.shape.at(transA ? -2 : -1) ?? 1;
  return 2 * inner * countElements(output.shape) + (inputs[2] ? countElements(output.shape) : 0);
}

/** d(a·b) for a and b, each possibly transposed. */
function productGradients(dy: Tensor, y: Tensor<keyof LinearAttributes>, multiply: typeof b.matmul): [Tensor, Tensor] {
  const [left, right] = y.inputs;
  const { transA, transB } = y.attributes;
  return [
    transA ? multiply(right!, dy, { transA: transB, transB: true }) : multiply(dy, right!, { transB: !transB }),
    transB ? multiply(dy, left!, { transA: true, transB: transA }) : multiply(left!, dy, { transA: !transA }),
  ];
}

const gemmGradients =
  (multiply: typeof b.gemm) =>
  (dy: Tensor, y: Tensor<'gemm' | 'roundedGemm'>): Tensor[] => [
    ...productGradients(dy, y, multiply),
    ...y.inputs.slice(2).map((c) => unbroadcast(dy, c.shape)),
  ];

const swapLast = ({ length }: Shape): number[] => [...Array(length - 2).keys(), length - 1, length - 2];

/** ONNX's MatMul does not transpose. */
function emitMatmul(e: Emitter, y: Tensor<'matmul'>): void {
  const [left, right] = inputNames(e, y);
  const { transA, transB } = y.attributes;
  if (e.contrib && (transA || transB))
    return void e.fused('FusedMatMul', [left!, right!], {
      attributes: { transA: +transA, transB: +transB },
      ...resultOf(e, y),
    });
  const swapped = (name: string, transposed: boolean) =>
    transposed ? e.op('Transpose', [name], { attributes: { perm: swapLast(y.shape) } }) : name;
  e.op('MatMul', [swapped(left!, transA), swapped(right!, transB)], resultOf(e, y));
}

const gemm: Op<'gemm'> = {
  infer: inferGemm,
  flops: productFlops,
  vjp: gemmGradients(b.gemm),
  onnx(e, y) {
    const { transA, transB } = y.attributes;
    e.op('Gemm', inputNames(e, y), {
      attributes: { transA: +transA, transB: +transB },
      ...resultOf(e, y),
    });
  },
  memory: 'own',
  naming: 'result',
};

export const linear: Ops<LinearAttributes> = {
  gemm,
  roundedGemm: {
    ...gemm,
    // As if nothing had been rounded (the straight-through estimate, arXiv 1308.3432).
    vjp: (dy, y) => gemmGradients(y.attributes.backward === 'exact' ? b.gemm : b.roundedGemm)(dy, y),
    onnx: emitRoundedGemm,
  },
  matmul: {
    infer: inferMatmul,
    flops: productFlops,
    vjp: (dy, y) => productGradients(dy, y, b.matmul),
    onnx: emitMatmul,
    memory: 'own',
    naming: 'result',
  },
};
