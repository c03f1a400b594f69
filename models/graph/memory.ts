/** Memory that one run of a graph takes, counted from the graph: what the pre-flight compares with what there is. */
import type { Graph, Tensor } from './graph';
import { liveNodes } from './reachable';
import type { OpName } from './ops';
import { elements } from './shape';

/** Bytes. */
export interface MemoryAccount {
  /** What is fed and what comes back: with the caller while the graph runs. */
  readonly inputs: number;
  readonly outputs: number;
  /** The most that intermediate results take at once. */
  readonly activations: number;
}

const bytesOf = ({ dtype, shape }: Tensor): number => elements(shape) * (dtype === 'bool' ? 1 : 4);

/** Results that are their input under another shape. */
const views: readonly OpName[] = ['reshape', 'stopGradient'];
/** Results that may be written over their input, when that is not needed any more. */
const inPlace: readonly OpName[] = [
  'neg',
  'exp',
  'log',
  'sqrt',
  'reciprocal',
  'sigmoid',
  'abs',
  'add',
  'sub',
  'mul',
  'div',
  'softmax',
];

export function memory(graph: Graph): MemoryAccount {
  const outputs = [...new Set([...graph.outputs.values()].map(owner))];
  const inputs = liveNodes(graph).filter(({ op }) => op === 'input');
  const total = (tensors: readonly Tensor[]) => tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  return { inputs: total(inputs), outputs: total(outputs), activations: peak(executionOrder(graph), new Set(outputs)) };
}

/** The tensor whose memory a result stands in. */
const owner = (tensor: Tensor): Tensor => (views.includes(tensor.op) ? owner(tensor.inputs[0]!) : tensor);

/**
 * The order in which onnxruntime computes: depth first from the results nobody reads, the last of them first,
 * and of a node's inputs the one that was asked for last.
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

/** Walks the order, keeping account of what is still to be read. Outputs are counted by their own. */
function peak(order: readonly Tensor[], outputs: ReadonlySet<Tensor>): number {
  const readers = new Map<Tensor, number>();
  for (const node of order) for (const input of inputOwners(node)) readers.set(input, (readers.get(input) ?? 0) + 1);
  let [now, most] = [0, 0];
  for (const node of order) {
    const spent = inputOwners(node).filter((input) => leave(readers, input) === 0 && isHeld(input, outputs));
    const freed = spent.reduce((sum, input) => sum + bytesOf(input), 0);
    const own = isHeld(node, outputs) && owner(node) === node ? bytesOf(node) : 0;
    const reused = inPlace.includes(node.op) && spent.some((input) => bytesOf(input) === own) ? own : 0;
    most = Math.max(most, now + own - reused);
    now += own - freed;
  }
  return most;
}

/** Inputs as the memory they stand in, each once; a view is no reader of its own. */
const inputOwners = (node: Tensor): Tensor[] => (views.includes(node.op) ? [] : [...new Set(node.inputs.map(owner))]);

/** What the run itself allocates and frees. */
const isHeld = (tensor: Tensor, outputs: ReadonlySet<Tensor>): boolean =>
  tensor.op !== 'input' && tensor.op !== 'constant' && !outputs.has(tensor);

function leave(readers: Map<Tensor, number>, tensor: Tensor): number {
  const left = (readers.get(tensor) ?? 0) - 1;
  readers.set(tensor, left);
  return left;
}
