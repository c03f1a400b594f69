/** Stores the weights of a graph in fewer bytes; they are computed with as float32. */
import { onnxElementTypes, type OnnxGraph, type OnnxNode, type OnnxTensor } from './proto';

export const weightStorages = ['float32', 'float16', 'int8'] as const;
/** `float16`: rounded to 11 bits; `int8`: 8 bits with a scale for each row. */
export type WeightStorage = (typeof weightStorages)[number];

/** Smaller tensors, such as initial states, stay in float32. */
const MIN_ELEMENTS = 1024;

/** @param isWeight whether an initializer is one of the model's tensors */
export function withWeightStorage(
  graph: OnnxGraph,
  storage: WeightStorage,
  isWeight: (name: string) => boolean,
): OnnxGraph {
  if (storage === 'float32') return graph;
  const stored = graph.initializers.map((tensor) => {
    const isLarge = tensor.type === 'float32' && tensor.dims.length === 2 && tensor.data.byteLength >= 4 * MIN_ELEMENTS;
    return isLarge && isWeight(tensor.name) ? encoders[storage](tensor) : { tensors: [tensor], nodes: [] };
  });
  return {
    ...graph,
    nodes: [...stored.flatMap(({ nodes }) => nodes), ...graph.nodes],
    initializers: stored.flatMap(({ tensors }) => tensors),
  };
}

interface Stored {
  readonly tensors: readonly OnnxTensor[];
  /** They compute the tensor under its name. */
  readonly nodes: readonly OnnxNode[];
}

const encoders = { float16: asFloat16, int8: asInt8 } as const;

const floatsOf = ({ data }: OnnxTensor): Float32Array =>
  new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);

function asFloat16(tensor: OnnxTensor): Stored {
  const name = `${tensor.name}.float16`;
  const data = new Uint8Array(Uint16Array.from(floatsOf(tensor), toHalf).buffer);
  return {
    tensors: [{ name, type: 'float16', dims: tensor.dims, data }],
    nodes: [{ type: 'Cast', inputs: [name], outputs: [tensor.name], attributes: { to: onnxElementTypes.float32 } }],
  };
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Bits of the nearest number of 16 bits (IEEE 754), ties to even; infinity beyond the largest. */
export function toHalf(value: number): number {
  float[0] = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = float[0]!;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below the smallest normal number the step is 2⁻²⁴.
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
  const exponent = (bits[0]! >>> 23) - 127;
  return sign | (roundEven(magnitude * 2 ** (10 - exponent)) + ((exponent + 14) << 10));
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function asInt8(tensor: OnnxTensor): Stored {
  const [rows = 1, columns = 1] = tensor.dims as readonly number[];
  const values = floatsOf(tensor);
  const [quantized, scales] = [new Int8Array(values.length), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1;
    scales[row] = scale;
    quantized.set(
      own.map((value) => Math.round(value / scale)),
      row * columns,
    );
  }
  const [name, scaleName] = [`${tensor.name}.int8`, `${tensor.name}.scale`];
  return {
    tensors: [
      { name, type: 'int8', dims: tensor.dims, data: new Uint8Array(quantized.buffer) },
      { name: scaleName, type: 'float32', dims: [rows], data: new Uint8Array(scales.buffer) },
    ],
    nodes: [{ type: 'DequantizeLinear', inputs: [name, scaleName], outputs: [tensor.name], attributes: { axis: 0 } }],
  };
}
