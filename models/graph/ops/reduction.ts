/** Ops along axes: sums, extremes, softmax and root mean square norms. */
import type { Emitter } from '../../onnx/encode';
import { onnxElementTypes } from '../../onnx/proto';
import * as b from '../build';
import type { Tensor } from '../graph';
import type { TensorType } from '../shape';
import { countElements, reduceShape, ShapeError, formatShape } from '../shape';
import type { Op, Ops } from './op';
import { expectAxis, expectFloat, floatType, zeroCost, inputNames, perElement, perInputElement, resultOf } from './op';

interface Along {
  readonly axis: number;
}
interface Norm extends Along {
  readonly epsilon: number;
}
/** Reduced axes keep size 1. */
interface Reduction {
  readonly axes: readonly number[];
}

export interface ReductionAttributes {
  argmax: Along;
  reduceSum: Reduction;
  reduceMean: Reduction;
  reduceMax: Reduction;
  softmax: Along;
  /** x / √(mean(x²) + epsilon) along one axis, without a learned scale. */
  rmsNorm: Norm;
  /** 1 / √(mean(x²) + epsilon) along one axis, kept with size 1. */
  inverseRms: Norm;
}

function inferReduction([x]: readonly TensorType[], { axes }: Reduction): TensorType {
  expectFloat(x!);
  axes.forEach((axis) => expectAxis(x!.shape, axis));
  // ONNX reads an empty list as "all axes".
  if (axes.length === 0) throw new ShapeError(`no axes of ${formatShape(x!.shape)} to reduce`);
  return floatType(reduceShape(x!.shape, axes));
}

type Reducing = Op<'reduceSum' | 'reduceMean' | 'reduceMax'>;

/** ONNX takes axes as an input since opset 18 (reductions) and 13 (sum). */
const reduction = (type: string, vjp: Reducing['vjp']): Reducing => ({
  infer: inferReduction,
  flops: perInputElement(1),
  vjp,
  onnx: (e, y) =>
    void e.op(type, [e.name(y.inputs[0]!), e.ints(y.attributes.axes)], {
      attributes: { keepdims: 1 },
      ...resultOf(e, y),
    }),
  memory: 'own',
  naming: 'result',
});

function inferAlong([x]: readonly TensorType[], { axis }: Along): TensorType {
  expectFloat(x!);
  expectAxis(x!.shape, axis);
  return x!;
}

const emitArgMax = (e: Emitter, { inputs: [x], attributes: { axis } }: Tensor<'argmax'>): string =>
  e.op('ArgMax', [e.name(x!)], { attributes: { axis, keepdims: 0 } });

/** Index of the first maximum, in floats: the int64 result of ArgMax would pass through the processor on WebGPU. */
function emitFirstMaximum(e: Emitter, { inputs: [input], attributes: { axis } }: Tensor<'argmax'>): string {
  const { shape } = input!;
  const x = e.name(input!);
  const axes = e.ints([axis]);
  const size = shape[axis]!;
  const indices = e.initializer(
    Float32Array.from({ length: size }, (_, i) => i),
    shape.map((_, i) => (i === axis ? size : 1)),
  );
  const isMaximum = e.op('Equal', [x, e.op('ReduceMax', [x, axes], { attributes: { keepdims: 1 } })]);
  const candidates = e.op('Where', [isMaximum, indices, e.float(size - 1)]);
  return e.op('ReduceMin', [candidates, axes], { attributes: { keepdims: 0 } });
}

const inverseKey = (x: string, { axis, epsilon }: Norm): string => `inverse rms ${x} ${axis} ${epsilon}`;

/** √(mean(x²) + ε) along an axis, kept with size 1; the gradient takes it from where the norm was computed. */
const emitRms = (e: Emitter, x: string, { axis, epsilon }: Norm): string =>
  e.once(`rms ${x} ${axis} ${epsilon}`, () => {
    const meanSquare = e.op('ReduceMean', [e.op('Mul', [x, x]), e.ints([axis])], { attributes: { keepdims: 1 } });
    return e.op('Sqrt', [e.op('Add', [meanSquare, e.float(epsilon)])]);
  });

function emitRmsNorm(e: Emitter, y: Tensor<'rmsNorm'>): void {
  const [input] = y.inputs;
  const { axis, epsilon } = y.attributes;
  const x = e.name(input!);
  const result = resultOf(e, y);
  const isLast = axis === input!.shape.length - 1;
  // The fused one is onnxruntime's own, whatever domain it is listed under.
  if (e.portable || !isLast) return void e.op('Div', [x, emitRms(e, x, y.attributes)], result);
  const scale = e.initializer(new Float32Array(y.shape[axis]!).fill(1), [y.shape[axis]!]);
  const options = { attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 }, ...result };
  // Its second output is silently wrong on the WebGPU provider, which does without the fused operators.
  if (!e.contrib) return void e.op('SimplifiedLayerNormalization', [x, scale], options);
  const [, inverse] = e.split('SimplifiedLayerNormalization', [x, scale], 2, options);
  e.once(inverseKey(x, y.attributes), () => inverse);
}

const rmsNorm: Op<'rmsNorm'> = {
  infer: inferAlong,
  flops: perElement(4),
  // With r = 1/rms(x) and y = r·x: dx = r·(dy − y·mean(dy·y)).
  vjp(dy, y) {
    const { axis, epsilon } = y.attributes;
    const r = b.inverseRms(y.inputs[0]!, axis, epsilon);
    return [b.mul(r, b.sub(dy, b.mul(y, b.reduceMean(b.mul(dy, y), [axis]))))];
  },
  onnx: emitRmsNorm,
  memory: 'own',
  naming: 'result',
};

const inverseRms: Op<'inverseRms'> = {
  infer: ([x], { axis }) => (expectFloat(x!), expectAxis(x!.shape, axis), floatType(reduceShape(x!.shape, [axis]))),
  flops: perInputElement(2),
  // dr/dx = −r³·x / n.
  vjp(dy, r) {
    const [x] = r.inputs;
    const scale = b.mul(b.mul(dy, b.mul(r, b.mul(r, r))), -1 / x!.shape[r.attributes.axis]!);
    return [b.mul(x!, scale)];
  },
  onnx(e, y) {
    const x = e.name(y.inputs[0]!);
    const name = e.once(inverseKey(x, y.attributes), () => e.op('Reciprocal', [emitRms(e, x, y.attributes)]));
    e.alias(y, name);
  },
  memory: 'own',
  naming: 'given',
};

export const reductions: Ops<ReductionAttributes> = {
  argmax: {
    infer: ([x], { axis }) => (
      expectAxis(x!.shape, axis),
      { dtype: 'int32', shape: x!.shape.filter((_, i) => i !== axis) }
    ),
    flops: zeroCost,
    vjp: null,
    onnx(e, y) {
      const index = e.contrib || e.portable ? emitArgMax(e, y) : emitFirstMaximum(e, y);
      e.op('Cast', [index], { attributes: { to: onnxElementTypes.int32 }, ...resultOf(e, y) });
    },
    memory: 'own',
    naming: 'result',
  },
  reduceSum: reduction('ReduceSum', (dy, { inputs: [x] }) => [b.expand(dy, x!.shape)]),
  reduceMean: reduction('ReduceMean', (dy, { inputs: [x] }) => [
    b.expand(b.mul(dy, countElements(dy.shape) / countElements(x!.shape)), x!.shape),
  ]),
  reduceMax: reduction('ReduceMax', (dy, y) => [b.mul(dy, b.cast(b.equal(y.inputs[0]!, y), 'float32'))]),
  softmax: {
    infer: inferAlong,
    flops: perElement(5),
    vjp: (dy, y) => [b.mul(y, b.sub(dy, b.reduceSum(b.mul(dy, y), [y.attributes.axis])))],
    onnx: (e, y) =>
      void e.op('Softmax', inputNames(e, y), {
        attributes: { axis: y.attributes.axis },
        ...resultOf(e, y),
      }),
    memory: 'in place',
    naming: 'result',
  },
  rmsNorm,
  inverseRms,
};
