/**
 * Makes the batch size of a graph a size that is known when it runs. Graphs are built for a fixed one, so the same graph is built for two: what
 * differs are lists of sizes, each a·B + c, which the merged graph computes from the shape of an input.
 */
import {
  onnxElementTypes,
  type OnnxDimension,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './proto';

/** Primes, so that no other size of a model equals them or their multiples. */
const SIZES = [1009, 1013] as const;

/** A part of a graph that depends on the batch size in another way than by sizes, such as the groups of a convolution. */
class FixedBatchError extends Error {}

/**
 * @param build the graph for a batch size; its input `source` has the batch first
 * @returns null for a graph that only works with a fixed batch size
 */
export function withDynamicBatch(build: (batchSize: number) => OnnxGraph, source: string): OnnxGraph | null {
  const [one, other] = [build(SIZES[0]), build(SIZES[1])];
  try {
    const sizes: OnnxNode[] = [{ type: 'Shape', inputs: [source], outputs: [BATCH], attributes: { start: 0, end: 1 } }];
    const constants: OnnxTensor[] = [];
    const merged = mergeGraphs(one, other, { sizes, constants });
    return { ...merged, nodes: [...sizes, ...merged.nodes], initializers: [...merged.initializers, ...constants] };
  } catch (error) {
    if (error instanceof FixedBatchError) return null;
    throw error;
  }
}

const BATCH = '%batch';

/** What is added to the outermost graph; the graphs inside see its values. */
interface Added {
  readonly sizes: OnnxNode[];
  readonly constants: OnnxTensor[];
}

function mergeGraphs(one: OnnxGraph, other: OnnxGraph, added: Added): OnnxGraph {
  const pairs = zip(one.initializers, other.initializers);
  const kept = pairs.filter(([tensor, partner]) => {
    requireSame(tensor.name === partner.name && tensor.type === partner.type);
    if (isEqual(tensor, partner)) return true;
    if (tensor.type === 'int64' && tensor.dims.length === 1) addSizes(tensor, partner, added);
    else addZeros(tensor, partner, added);
    return false;
  });
  return {
    nodes: zip(one.nodes, other.nodes).map((pair) => mergeNodes(...pair, added)),
    initializers: kept.map(([tensor]) => tensor),
    inputs: zip(one.inputs, other.inputs).map((pair) => mergeValues(...pair)),
    outputs: zip(one.outputs, other.outputs).map((pair) => mergeValues(...pair)),
  };
}

function mergeNodes(node: OnnxNode, partner: OnnxNode, added: Added): OnnxNode {
  const attributes = Object.entries(node.attributes).map(([name, value]) => {
    const found = partner.attributes[name];
    if (isGraph(value) && isGraph(found))
      return [name, { graph: mergeGraphs(value.graph, found.graph, added) }] as const;
    requireSame(JSON.stringify(value) === JSON.stringify(found));
    return [name, value] as const;
  });
  requireSame(
    node.type === partner.type &&
      [...node.inputs, ...node.outputs].join() === [...partner.inputs, ...partner.outputs].join(),
  );
  return { ...node, attributes: Object.fromEntries(attributes) };
}

const isGraph = (value: OnnxNode['attributes'][string] | undefined): value is { readonly graph: OnnxGraph } =>
  typeof value === 'object' && 'graph' in value;

function mergeValues(value: OnnxValue, partner: OnnxValue): OnnxValue {
  const dims = zip(value.dims, partner.dims).map(([size, found]): OnnxDimension => {
    if (size === found) return size;
    return size === SIZES[0] ? 'batch' : null;
  });
  return { ...value, dims };
}

/** A list of sizes under the name of the constant that it replaces. */
function addSizes(tensor: OnnxTensor, partner: OnnxTensor, added: Added): void {
  const values = zip(readSizes(tensor), readSizes(partner)).map(([one, other]) => linear(one, other));
  computeSizes(tensor.name, values, added);
}

/** Zeros of a shape with the batch in it, of a state that is never read. */
function addZeros(tensor: OnnxTensor, partner: OnnxTensor, added: Added): void {
  requireSame(tensor.data.every((byte) => byte === 0) && partner.data.every((byte) => byte === 0));
  const [shape, zeros] = [`${tensor.name}.shape`, `${tensor.name}.zeros`];
  computeSizes(
    shape,
    zip(tensor.dims, partner.dims).map(([one, other]) => linear(Number(one), Number(other))),
    added,
  );
  added.sizes.push(
    { type: 'ConstantOfShape', inputs: [shape], outputs: [zeros], attributes: {} },
    { type: 'Cast', inputs: [zeros], outputs: [tensor.name], attributes: { to: onnxElementTypes[tensor.type] } },
  );
}

interface Linear {
  readonly factor: number;
  readonly constant: number;
}

function linear(one: number, other: number): Linear {
  const factor = (other - one) / (SIZES[1] - SIZES[0]);
  requireSame(Number.isInteger(factor));
  return { factor, constant: one - factor * SIZES[0] };
}

function computeSizes(name: string, values: readonly Linear[], { sizes, constants }: Added): void {
  const [factors, offsets, product] = [`${name}.factors`, `${name}.constants`, `${name}.product`];
  constants.push(
    sizeList(
      factors,
      values.map(({ factor }) => factor),
    ),
    sizeList(
      offsets,
      values.map(({ constant }) => constant),
    ),
  );
  sizes.push(
    { type: 'Mul', inputs: [BATCH, factors], outputs: [product], attributes: {} },
    { type: 'Add', inputs: [product, offsets], outputs: [name], attributes: {} },
  );
}

const sizeList = (name: string, values: readonly number[]): OnnxTensor => ({
  name,
  type: 'int64',
  dims: [values.length],
  data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

const readSizes = ({ data }: OnnxTensor): number[] => [...new BigInt64Array(new Uint8Array(data).buffer)].map(Number);

const isEqual = (one: OnnxTensor, other: OnnxTensor): boolean =>
  one.dims.join() === other.dims.join() && (one.data === other.data || Buffer.compare(one.data, other.data) === 0);

function zip<Value>(one: readonly Value[], other: readonly Value[]): [Value, Value][] {
  requireSame(one.length === other.length);
  return one.map((value, i) => [value, other[i] as Value]);
}

/** @throws FixedBatchError */
function requireSame(isSame: boolean): void {
  if (!isSame) throw new FixedBatchError('the graph depends on the batch size');
}
