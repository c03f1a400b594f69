/** Graph → ONNX model bytes. */
import type { Graph, Tensor } from '../graph/graph';
import { reachableNodes, verify } from '../graph/analysis';
import { ops } from '../graph/ops';
import type { OpName } from '../graph/ops/op';
import type { Shape } from '../graph/shape';
import { elements, ShapeError, showShape } from '../graph/shape';
import type { EmitOptions } from './emitter';
import { Emitter } from './emitter';
import type { OnnxGraph, OnnxTensor } from './proto';
import { encodeModel } from './proto';

/** Verifies the graph and writes what its outputs need. @throws ShapeError when the graph is not sound */
export const encode = (graph: Graph, options: EmitOptions = {}): Uint8Array => encodeModel(toOnnx(graph, options));

export interface ToOnnxOptions extends EmitOptions {
  /** Inputs that are part of the file, by name. */
  readonly given?: ReadonlyMap<string, Float32Array>;
}

/** What `encode` writes, to be put into a larger file. */
export function toOnnx(graph: Graph, { given = new Map(), ...options }: ToOnnxOptions = {}): OnnxGraph {
  verify(graph);
  const emitter = new Emitter(options);
  const nodes = reachableNodes(graph);
  const copied = nameOutputs(emitter, graph);
  for (const node of nodes) emit(emitter, node);
  for (const [name, tensor] of copied) emitter.op('Identity', [emitter.name(tensor)], { result: name });
  const inputs = nodes
    .filter((node): node is Tensor<'input'> => node.op === 'input')
    .map(({ attributes: { name, type } }) => ({ name, type: type.dtype, dims: type.shape }));
  const initializers = inputs.flatMap(({ name, dims }) => {
    const values = given.get(name);
    return values ? [floatTensor(name, dims, values)] : [];
  });
  return {
    nodes: emitter.nodes,
    initializers: [...emitter.initializers.values(), ...initializers],
    inputs: inputs.filter(({ name }) => !given.has(name)),
    outputs: [...graph.outputs].map(([name, { dtype, shape }]) => ({ name, type: dtype, dims: shape })),
  };
}

/** @throws ShapeError when the values do not fill the shape */
function floatTensor(name: string, dims: Shape, values: Float32Array): OnnxTensor {
  if (values.length !== elements(dims))
    throw new ShapeError(`${name}: ${values.length} values do not fill ${showShape(dims)}`);
  return { name, type: 'float32', dims, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/**
 * Results are written under their output's name. Returns the outputs that must be copied: one that has a
 * name of its own, and a result that has the name of another output already.
 */
function nameOutputs(emitter: Emitter, { outputs }: Graph): [string, Tensor][] {
  const taken = new Set<Tensor>();
  return [...outputs].filter(([name, tensor]) => {
    const source = sourceOf(tensor);
    if (taken.has(source) || ops[source.op].naming === 'given') return true;
    taken.add(source);
    emitter.alias(source, name);
    return false;
  });
}

/** The tensor whose numbers these are. */
const sourceOf = (tensor: Tensor): Tensor => (ops[tensor.op].naming === 'input' ? sourceOf(tensor.inputs[0]!) : tensor);

const emit = <Name extends OpName>(emitter: Emitter, node: Tensor<Name>): void => ops[node.op].onnx(emitter, node);
