/** The part of a graph that its outputs need, in order: what is verified, printed, counted and emitted. */
import type { Graph, Tensor } from './graph';

export function liveNodes(graph: Graph): Tensor[] {
  const live = new Set<Tensor>(graph.outputs.values());
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (live.has(node)) node.inputs.forEach((input) => live.add(input));
  }
  return graph.nodes.filter((node) => live.has(node));
}
