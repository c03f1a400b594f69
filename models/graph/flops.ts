/** Compute counted from the graph itself: the receipt and the pre-flight read these numbers. */
import type { Graph, Scope, Tensor } from './graph';
import { scopes } from './graph';
import { liveNodes } from './reachable';
import type { OpName } from './ops';
import { ops } from './ops';

const nodeFlops = <Name extends OpName>(node: Tensor<Name>): number =>
  ops[node.op].flops(node.inputs, node, node.attributes);

/** Floating-point operations of one run of the graph; a multiply-add counts two. */
export const flops = (graph: Graph): number => liveNodes(graph).reduce((sum, node) => sum + nodeFlops(node), 0);

/** The same for each part of the step. */
export function flopsByScope(graph: Graph): Record<Scope, number> {
  const sums = Object.fromEntries(scopes.map((scope) => [scope, 0])) as Record<Scope, number>;
  for (const node of liveNodes(graph)) sums[node.scope] += nodeFlops(node);
  return sums;
}
