/** Checks a finished graph before it is encoded: cheap, and it names the node at fault. */
import type { Graph, Tensor } from './graph';
import { liveNodes } from './reachable';
import type { OpName } from './ops';
import { inferType } from './ops';
import { ShapeError, showType } from './shape';

/** @throws ShapeError when a node comes before its inputs, changed its type, a name is used twice, or there is nothing to compute */
export function verify(graph: Graph): void {
  if (graph.outputs.size === 0) throw new ShapeError('the graph has no outputs');
  const taken = graph.inputs.find((input) => graph.outputs.has(input.attributes.name));
  if (taken) throw new ShapeError(`${taken.attributes.name} is an input and an output`);
  for (const node of liveNodes(graph)) verifyNode(node, graph);
}

function verifyNode<Name extends OpName>(node: Tensor<Name>, graph: Graph): void {
  const where = `node %${node.id} (${node.op})`;
  if (graph.nodes[node.id] !== (node as Tensor)) throw new ShapeError(`${where} is not in its place in the graph`);
  const late = node.inputs.find((input) => input.id >= node.id || graph.nodes[input.id] !== input);
  if (late) throw new ShapeError(`${where} uses %${late.id}, which does not come before it`);
  const expected = showType(inferType(where, node));
  if (expected !== showType(node))
    throw new ShapeError(`${where} is ${showType(node)}, its inputs make it ${expected}`);
}
