/** Root mean square norms: what the gradient needs of them again is taken from where the norm was computed. */
import type { Tensor } from '../graph/graph';
import type { Emitter } from './emitter';

interface Norm {
  readonly axis: number;
  readonly epsilon: number;
}

const key = (x: string, { axis, epsilon }: Norm): string => `inverse rms ${x} ${axis} ${epsilon}`;

const isLast = ({ shape }: Tensor, { axis }: Norm): boolean => axis === shape.length - 1;

export function emitRmsNorm(e: Emitter, y: Tensor<'rmsNorm'>): void {
  const [input] = y.inputs;
  const x = e.name(input!);
  const result = { result: e.name(y as Tensor) };
  // The fused one is onnxruntime's own, whatever domain it goes under.
  if (e.portable || !isLast(input!, y.attributes)) return void e.op('Div', [x, rms(e, x, y.attributes)], result);
  const scale = e.initializer(new Float32Array(y.shape[y.attributes.axis]!).fill(1), [y.shape[y.attributes.axis]!]);
  const options = { attributes: { axis: -1, epsilon: { float: y.attributes.epsilon }, stash_type: 1 }, ...result };
  // Its second output is silently wrong on the WebGPU provider, which goes without the fused operators.
  if (!e.contrib) return void e.op('SimplifiedLayerNormalization', [x, scale], options);
  const [, inverse] = e.split('SimplifiedLayerNormalization', [x, scale], 2, options);
  e.once(key(x, y.attributes), () => inverse);
}

/** √(mean(x²) + ε) along an axis, kept with size 1. */
const rms = (e: Emitter, x: string, { axis, epsilon }: Norm): string =>
  e.once(`rms ${x} ${axis} ${epsilon}`, () => {
    const meanSquare = e.op('ReduceMean', [e.op('Mul', [x, x]), e.ints([axis])], { attributes: { keepdims: 1 } });
    return e.op('Sqrt', [e.op('Add', [meanSquare, e.float(epsilon)])]);
  });

export function emitInverseRms(e: Emitter, y: Tensor<'inverseRms'>): void {
  const x = e.name(y.inputs[0]!);
  e.alias(
    y as Tensor,
    e.once(key(x, y.attributes), () => e.op('Reciprocal', [rms(e, x, y.attributes)])),
  );
}
