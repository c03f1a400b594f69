/** Graph → ONNX model bytes. */
import type { Graph, Tensor } from '../graph/graph';
import { liveNodes } from '../graph/live';
import type { OpName } from '../graph/ops';
import { verify } from '../graph/verify';
import { emitters } from './emit';
import type { EmitOptions } from './emitter';
import { Emitter } from './emitter';
import { encodeModel } from './proto';

/** Verifies the graph and writes what its outputs need. @throws ShapeError when the graph is not sound */
export function encode(graph: Graph, options: EmitOptions = {}): Uint8Array {
  verify(graph);
  const emitter = new Emitter(options);
  const nodes = liveNodes(graph);
  for (const node of nodes) emit(emitter, node);
  // Outputs have names of their own; onnxruntime removes these copies where it can.
  for (const [name, tensor] of graph.outputs) emitter.op('Identity', [emitter.name(tensor)], { result: name });
  const inputs = nodes.filter((node): node is Tensor<'input'> => node.op === 'input');
  return encodeModel({
    nodes: emitter.nodes,
    initializers: [...emitter.initializers.values()],
    inputs: inputs.map(({ attributes: { name, type } }) => ({ name, type: type.dtype, dims: type.shape })),
    outputs: [...graph.outputs].map(([name, { dtype, shape }]) => ({ name, type: dtype, dims: shape })),
  });
}

const emit = <Name extends OpName>(emitter: Emitter, node: Tensor<Name>): void => emitters[node.op](emitter, node);
