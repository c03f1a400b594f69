/**
 * Products in 8-bit numbers. The left factor is rounded to 0…255 between its least and greatest value, the
 * right one to −127…127 up to its greatest magnitude: the pairing for which processors have instructions.
 */
import type { Tensor } from '../graph/graph';
import type { Emitter } from './emitter';
import { elementTypes } from './proto';

/** values · scale, where values are 8-bit numbers less `zero`. */
interface Rounded {
  readonly values: string;
  readonly scale: string;
  readonly zero: string;
}

/** Left factor as uint8, transposed if asked for. */
function roundLeft(e: Emitter, x: string, transposed: boolean): Rounded {
  const [values, scale, zero] = e.once(`left ${x}`, () => e.split('DynamicQuantizeLinear', [x], 3));
  return { values: transposed ? turned(e, values!) : values!, scale: scale!, zero: zero! };
}

/** Below this a tensor counts as zero: its scale must not be. */
const TINY = 1e-30;

/** Right factor as int8, transposed if asked for. */
function roundRight(e: Emitter, x: string, transposed: boolean): Rounded {
  const rounded = e.once(`right ${x}`, () => {
    const extreme = (type: string) => e.op(type, [x, e.ints([0, 1])], { attributes: { keepdims: 0 } });
    const magnitude = e.op('Max', [extreme('ReduceMax'), e.op('Neg', [extreme('ReduceMin')]), e.float(TINY)]);
    const scale = e.op('Mul', [magnitude, e.float(1 / 127)]);
    const zero = e.initializer(new Int8Array(1), []);
    return { values: e.op('QuantizeLinear', [x, scale, zero]), scale, zero };
  });
  return transposed ? { ...rounded, values: turned(e, rounded.values) } : rounded;
}

const turned = (e: Emitter, matrix: string): string =>
  e.once(`turned ${matrix}`, () => e.op('Transpose', [matrix], { attributes: { perm: [1, 0] } }));

export function emitQuantisedGemm(e: Emitter, y: Tensor<'quantisedGemm'>): void {
  const [left, right, plus] = y.inputs.map((input) => e.name(input));
  const a = roundLeft(e, left!, y.attributes.transA);
  const b = roundRight(e, right!, y.attributes.transB);
  const result = { result: e.name(y as Tensor) };
  if (!plus) return void product(e, a, b, result);
  e.op('Add', [product(e, a, b), plus], result);
}

function product(e: Emitter, a: Rounded, b: Rounded, result: { readonly result?: string } = {}): string {
  if (e.contrib) return e.fused('MatMulIntegerToFloat', [a.values, b.values, a.scale, b.scale, a.zero, b.zero], result);
  const sums = e.op('MatMulInteger', [a.values, b.values, a.zero, b.zero]);
  const scale = e.op('Mul', [a.scale, b.scale]);
  return e.op('Mul', [e.op('Cast', [sums], { attributes: { to: elementTypes.float32 } }), scale], result);
}
