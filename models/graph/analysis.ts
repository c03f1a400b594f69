/** Analyses of a finished graph: reachable nodes, verification, cost, memory, text form. */
import type { Graph, Scope, Tensor } from './graph';
import { inferType, ops, scopes } from './graph';
import type { OpName } from './ops/op';
import { countElements, sameShape, ShapeError, formatType } from './shape';

/** The nodes that the outputs depend on, in order: only these are verified, printed, counted and emitted. */
export function reachableNodes(graph: Graph): Tensor[] {
  const reachable = new Set<Tensor>(graph.outputs.values());
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (reachable.has(node)) node.inputs.forEach((input) => reachable.add(input));
  }
  return graph.nodes.filter((node) => reachable.has(node));
}

/** Checks a graph before it is encoded. @throws ShapeError when a node comes before its inputs, changed its type, a name is used twice, or there is nothing to compute */
export function verifyGraph(graph: Graph): void {
  if (graph.outputs.size === 0) throw new ShapeError('the graph has no outputs');
  const taken = graph.inputs.find((input) => graph.outputs.has(input.attributes.name));
  if (taken) throw new ShapeError(`${taken.attributes.name} is an input and an output`);
  for (const node of reachableNodes(graph)) verifyNode(node, graph);
}

function verifyNode<Name extends OpName>(node: Tensor<Name>, graph: Graph): void {
  const where = `node %${node.id} (${node.op})`;
  if (graph.nodes[node.id] !== (node as Tensor)) throw new ShapeError(`${where} is not in its place in the graph`);
  const late = node.inputs.find((input) => input.id >= node.id || graph.nodes[input.id] !== input);
  if (late) throw new ShapeError(`${where} uses %${late.id}, which does not come before it`);
  const expected = inferType(where, node);
  if (expected.dtype !== node.dtype || !sameShape(expected.shape, node.shape))
    throw new ShapeError(`${where} is ${formatType(node)}, its inputs make it ${formatType(expected)}`);
}

const nodeFlops = <Name extends OpName>(node: Tensor<Name>): number =>
  ops[node.op].flops(node.inputs, node, node.attributes);

/** Floating-point operations of one run of the graph; a multiply-add counts two. */
export const countFlops = (graph: Graph): number =>
  reachableNodes(graph).reduce((sum, node) => sum + nodeFlops(node), 0);

/** Floating-point operations of one run by scope. */
export function countFlopsByScope(graph: Graph): Record<Scope, number> {
  const sums = Object.fromEntries(scopes.map((scope) => [scope, 0])) as Record<Scope, number>;
  for (const node of reachableNodes(graph)) sums[node.scope] += nodeFlops(node);
  return sums;
}

/** Bytes that one run of a graph takes. */
interface MemoryEstimate {
  /** Inputs and outputs, held by the caller while the graph runs. */
  readonly inputs: number;
  readonly outputs: number;
  /** Largest sum of intermediate results held at once. */
  readonly activations: number;
}

const countBytes = ({ dtype, shape }: Tensor): number => countElements(shape) * (dtype === 'bool' ? 1 : 4);

const isView = ({ op }: Tensor): boolean => ops[op].memory === 'view';

export function estimateMemory(graph: Graph): MemoryEstimate {
  const outputs = [...new Set([...graph.outputs.values()].map(owner))];
  const inputs = reachableNodes(graph).filter(({ op }) => op === 'input');
  const total = (tensors: readonly Tensor[]) => tensors.reduce((sum, tensor) => sum + countBytes(tensor), 0);
  return {
    inputs: total(inputs),
    outputs: total(outputs),
    activations: peakActivations(executionOrder(graph), new Set(outputs)),
  };
}

/** The tensor whose memory holds a result. */
const owner = (tensor: Tensor): Tensor => (isView(tensor) ? owner(tensor.inputs[0]!) : tensor);

/**
 * The order in which onnxruntime computes: depth first from the results nobody reads, the last of them first,
 * and of the inputs of a node the one requested last.
 */
export function executionOrder(graph: Graph): Tensor[] {
  const order: Tensor[] = [];
  const [entered, done] = [new Set<Tensor>(), new Set<Tensor>()];
  const stack = [...new Set(graph.outputs.values())].sort((a, b) => a.id - b.id);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (entered.has(node)) {
      stack.pop();
      if (!done.has(node)) order.push(node);
      done.add(node);
    } else {
      entered.add(node);
      stack.push(...[...new Set(node.inputs)].filter((input) => !entered.has(input)).sort((a, b) => a.id - b.id));
    }
  }
  return order;
}

/** Largest sum of intermediate results held at once, in execution order. Outputs are counted separately. */
function peakActivations(order: readonly Tensor[], outputs: ReadonlySet<Tensor>): number {
  const readers = new Map<Tensor, number>();
  for (const node of order) for (const input of inputOwners(node)) readers.set(input, (readers.get(input) ?? 0) + 1);
  let [now, peak] = [0, 0];
  for (const node of order) {
    const spent = inputOwners(node).filter((input) => leave(readers, input) === 0 && isHeld(input, outputs));
    const freed = spent.reduce((sum, input) => sum + countBytes(input), 0);
    const own = isHeld(node, outputs) && owner(node) === node ? countBytes(node) : 0;
    const reused = ops[node.op].memory === 'in place' && spent.some((input) => countBytes(input) === own) ? own : 0;
    peak = Math.max(peak, now + own - reused);
    now += own - freed;
  }
  return peak;
}

/** The tensors whose memory a node reads, each once; a view does not read. */
const inputOwners = (node: Tensor): Tensor[] => (isView(node) ? [] : [...new Set(node.inputs.map(owner))]);

/** Whether the run itself allocates and frees the tensor. */
const isHeld = (tensor: Tensor, outputs: ReadonlySet<Tensor>): boolean =>
  tensor.op !== 'input' && tensor.op !== 'constant' && !outputs.has(tensor);

function leave(readers: Map<Tensor, number>, tensor: Tensor): number {
  const left = (readers.get(tensor) ?? 0) - 1;
  readers.set(tensor, left);
  return left;
}

/**
 * A graph as text, one line a node: for snapshots in tests and bug reports. Nodes are numbered anew, so that the text
 * depends only on what the outputs need.
 */
export function printGraph(graph: Graph): string {
  const nodes = reachableNodes(graph);
  const names = new Map(nodes.map((node, index) => [node, `%${index}`]));
  const lines = nodes.map((node) => {
    const inputs = node.inputs.map((input) => names.get(input)).join(' ');
    return [names.get(node), '=', node.op, inputs, showAttributes(node), ':', formatType(node)]
      .filter(Boolean)
      .join(' ');
  });
  const outputs = [...graph.outputs].map(([name, tensor]) => `return ${name} = ${names.get(tensor)}`);
  return [...lines, ...outputs].join('\n');
}

function showAttributes({ op, attributes }: Tensor): string {
  if (op === 'input') return (attributes as Tensor<'input'>['attributes']).name;
  if (op === 'constant') return showValues((attributes as Tensor<'constant'>['attributes']).data);
  const entries = Object.entries(attributes).filter(([, value]) => value !== false);
  return entries.map(([name, value]) => (value === true ? name : `${name}=${JSON.stringify(value)}`)).join(' ');
}

function showValues(data: Float32Array | Int32Array): string {
  const first = [...data.subarray(0, 4)].map((value) => Number(value.toPrecision(6))).join(', ');
  return data.length > 4 ? `{${first}, … ${data.length}}` : `{${first}}`;
}
