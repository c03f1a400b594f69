/** The parts of an op in the op table, and rules that several ops share. */
import type { Emitter } from '../../onnx/encode';
import * as b from '../build';
import type { Tensor } from '../graph';
import type { DType, Shape, TensorType } from '../shape';
import { broadcastAxes, countElements, ShapeError, formatShape, formatType } from '../shape';
import type { ConvolutionAttributes } from './convolution';
import type { ElementwiseAttributes } from './elementwise';
import type { LayoutAttributes } from './layout';
import type { LinearAttributes } from './linear';
import type { ReductionAttributes } from './reduction';

/** Attributes of each op. */
export interface Attributes
  extends LayoutAttributes, ElementwiseAttributes, LinearAttributes, ReductionAttributes, ConvolutionAttributes {}

export type OpName = keyof Attributes;

/** Gradient with respect to an input; null where none flows. */
export type Gradient = Tensor | null;

/** Everything about one op. */
export interface Op<Name extends OpName> {
  /** Type of the result. @throws ShapeError when the inputs do not fit */
  infer(inputs: readonly TensorType[], attributes: Attributes[Name]): TensorType;
  /** Floating-point operations; a multiply-add counts two, moving data counts none. */
  flops(inputs: readonly TensorType[], output: TensorType, attributes: Attributes[Name]): number;
  /**
   * Vector–Jacobian product: from dy, the gradient with respect to the result, that with respect to each input. What is
   * not needed is never emitted, so rules may be generous. Null where no gradient flows: the result is discrete, given,
   * or cut off on purpose.
   */
  readonly vjp: ((dy: Tensor, y: Tensor<Name>) => readonly Gradient[]) | null;
  /** Writes its ONNX nodes. Most are one node; the last gives the result its name. */
  onnx(emitter: Emitter, y: Tensor<Name>): void;
  /** Memory of the result: its own, that of an input which nothing else needs, or that of its input (a view). */
  readonly memory: 'own' | 'in place' | 'view';
  /** Name of the result in ONNX: `result` names are chosen freely, `input` and `given` names are fixed. */
  readonly naming: 'result' | 'input' | 'given';
}

export type Ops<Table> = { readonly [Name in keyof Table & OpName]: Op<Name> };

export const floatType = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

export function expectType(dtype: DType, types: readonly TensorType[]): void {
  const wrong = types.find((type) => type.dtype !== dtype);
  if (wrong) throw new ShapeError(`expected ${dtype}, got ${formatType(wrong)}`);
}

export const expectFloat = (...types: TensorType[]): void => expectType('float32', types);

export function expectAxis(shape: Shape, axis: number): void {
  if (!(axis >= 0 && axis < shape.length)) throw new ShapeError(`no axis ${axis} in ${formatShape(shape)}`);
}

/** Cost rules. */
export const zeroCost = (): number => 0;
export const perElement = (cost: number) => (_: readonly TensorType[], output: TensorType) =>
  cost * countElements(output.shape);
export const perInputElement = (cost: number) => (inputs: readonly TensorType[]) =>
  cost * countElements(inputs[0]!.shape);

/** Sums a gradient over the axes that broadcasting repeated. */
export function unbroadcast(dy: Tensor, shape: Shape): Tensor {
  const axes = broadcastAxes(shape, dy.shape);
  return b.reshape(axes.length ? b.reduceSum(dy, axes) : dy, shape);
}

/** Names of the inputs, and the name that the last node must give. */
export const inputNames = (e: Emitter, y: Tensor): string[] => y.inputs.map((input) => e.name(input));
export const resultOf = (e: Emitter, y: Tensor): { readonly result: string } => ({ result: e.name(y) });

/** One ONNX node with the op's inputs and nothing else. */
export const singleNode = (type: string) => (e: Emitter, y: Tensor) =>
  void e.op(type, inputNames(e, y), resultOf(e, y));
