/** Reverse-mode differentiation: one walk over the nodes, last first. */
import * as b from './build';
import type { Tensor } from './graph';
import { ops } from './graph';
import type { Gradient, OpName } from './ops/op';
import { sameShape, ShapeError, formatShape } from './shape';

/**
 * Gradients of a scalar `loss` with respect to each tensor of `targets`, in their order;
 * null for a target that the loss does not depend on.
 */
export function backward(loss: Tensor, targets: readonly Tensor[]): Gradient[] {
  if (!sameShape(loss.shape, []))
    throw new ShapeError(`backward: expected a scalar loss, got ${formatShape(loss.shape)}`);
  const { nodes } = loss.graph;
  const depends = dependents(nodes, targets);
  const cotangents = new Map<Tensor, Tensor>([[loss, loss.graph.constant(new Float32Array([1]), [])]]);
  for (let id = loss.id; id >= 0; id--) {
    const dy = cotangents.get(nodes[id]!);
    if (dy && depends.has(nodes[id]!)) propagate(nodes[id]!, dy, { depends, cotangents });
  }
  return targets.map((target) => cotangents.get(target) ?? null);
}

interface Walk {
  readonly depends: ReadonlySet<Tensor>;
  readonly cotangents: Map<Tensor, Tensor>;
}

function propagate<Name extends OpName>(y: Tensor<Name>, dy: Tensor, { depends, cotangents }: Walk): void {
  ops[y.op].vjp?.(dy, y).forEach((dx, position) => {
    const input = y.inputs[position]!;
    if (!dx || !depends.has(input)) return;
    const sum = cotangents.get(input);
    cotangents.set(input, sum ? accumulate(sum, dx) : dx);
  });
}

/** All nodes that depend on a target, the targets included. */
function dependents(nodes: readonly Tensor[], targets: readonly Tensor[]): Set<Tensor> {
  const set = new Set(targets);
  for (const node of nodes) if (node.inputs.some((input) => set.has(input))) set.add(node);
  return set;
}

/** A product is added inside its own Gemm, which saves writing and reading it once more. */
function accumulate(sum: Tensor, dx: Tensor): Tensor {
  const fusible = dx.op === 'gemm' && dx.inputs.length === 2;
  return fusible
    ? b.gemm(dx.inputs[0]!, dx.inputs[1]!, { ...(dx as Tensor<'gemm'>).attributes, plus: sum })
    : b.add(sum, dx);
}
