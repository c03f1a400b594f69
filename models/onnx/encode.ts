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
  const copied = nameOutputs(emitter, graph);
  for (const node of nodes) emit(emitter, node);
  for (const [name, tensor] of copied) emitter.op('Identity', [emitter.name(tensor)], { result: name });
  const inputs = nodes.filter((node): node is Tensor<'input'> => node.op === 'input');
  return encodeModel({
    nodes: emitter.nodes,
    initializers: [...emitter.initializers.values()],
    inputs: inputs.map(({ attributes: { name, type } }) => ({ name, type: type.dtype, dims: type.shape })),
    outputs: [...graph.outputs].map(([name, { dtype, shape }]) => ({ name, type: dtype, dims: shape })),
  });
}

/** Ops whose results may stand under a name of their own already: what is given, and what another op computes on its way. */
const named: readonly OpName[] = ['input', 'constant', 'silu', 'inverseRms'];

/**
 * Results are written under their output's name. Returns the outputs that must be copied: one that has a
 * name of its own, and a result that has the name of another output already.
 */
function nameOutputs(emitter: Emitter, { outputs }: Graph): [string, Tensor][] {
  const taken = new Set<Tensor>();
  return [...outputs].filter(([name, tensor]) => {
    const source = sourceOf(tensor);
    if (taken.has(source) || named.includes(source.op)) return true;
    taken.add(source);
    emitter.alias(source, name);
    return false;
  });
}

/** The tensor whose numbers these are. */
const sourceOf = (tensor: Tensor): Tensor => (tensor.op === 'stopGradient' ? sourceOf(tensor.inputs[0]) : tensor);

const emit = <Name extends OpName>(emitter: Emitter, node: Tensor<Name>): void => emitters[node.op](emitter, node);
