/** Graph → ONNX model bytes. The emitter collects ONNX nodes and initializers under unique names. */
import { reachableNodes, verifyGraph } from '../graph/analysis';
import type { Graph, Tensor } from '../graph/graph';
import { ops } from '../graph/graph';
import type { OpName } from '../graph/ops/op';
import type { Shape } from '../graph/shape';
import { countElements, ShapeError, formatShape } from '../graph/shape';
import type { OnnxElementType, OnnxGraph, OnnxNode, OnnxTensor } from './proto';
import { encodeModel } from './proto';

/** Type of the factors of rounded products: `int8` and `uint8` are that of the right one, the left one is then uint8. */
export type Rounding = 'int8' | 'uint8' | 'float16';

export interface EmitOptions {
  /** Use the fused operators of the com.microsoft domain, which onnxruntime has on the CPU and not every provider has. */
  readonly contrib?: boolean;
  /** Number format of rounded products. */
  readonly rounding?: Rounding;
  /** Use only standard ONNX operators, so that other runtimes can load the file. */
  readonly portable?: boolean;
  /** What names made here begin with. A graph inside another must not meet the names of the outer one. */
  readonly prefix?: string;
}

type NodeOptions = Partial<Pick<OnnxNode, 'attributes' | 'domain'>> & { readonly result?: string };
type Values = Float32Array | Int32Array | Int8Array | Uint8Array | BigInt64Array;

export class Emitter {
  readonly contrib: boolean;
  readonly rounding: Rounding;
  readonly portable: boolean;
  private readonly prefix: string;
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();
  private readonly names = new Map<Tensor, string>();
  private readonly shared = new Map<string, unknown>();
  private temporaries = 0;

  constructor({ contrib = false, rounding = 'int8', portable = false, prefix = '%' }: EmitOptions = {}) {
    this.contrib = contrib;
    this.rounding = rounding;
    this.portable = portable;
    this.prefix = prefix;
  }

  /** Name of a tensor already written or, for the one being written, the name its last node must give. */
  name(tensor: Tensor): string {
    return this.names.get(tensor) ?? `${this.prefix}t${tensor.id}`;
  }

  /** Lets a tensor go under another name: inputs, constants, and results that are another tensor unchanged. */
  alias(tensor: Tensor, name: string): void {
    this.names.set(tensor, name);
  }

  /** As `op`, for an operator of the com.microsoft domain. */
  fused(type: string, inputs: readonly string[], options: Omit<NodeOptions, 'domain'> = {}): string {
    return this.op(type, inputs, { ...options, domain: 'com.microsoft' });
  }

  /** The first result of `make` for a key: work that several nodes share is emitted once. */
  once<Result>(key: string, make: () => Result): Result {
    const known = this.shared.get(key);
    if (known !== undefined) return known as Result;
    const created = make();
    this.shared.set(key, created);
    return created;
  }

  /** Adds a node and returns the name of its result. */
  op(type: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const { attributes = {}, result = this.temporary(), domain } = options;
    this.nodes.push({ type, inputs, outputs: [result], attributes, ...(domain && { domain }) });
    return result;
  }

  /** Adds a node with several results and returns their names; `result` names the first. */
  split(
    type: string,
    inputs: readonly string[],
    count: number,
    { attributes = {}, result }: Omit<NodeOptions, 'domain'> = {},
  ): string[] {
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 && result) || this.temporary());
    this.nodes.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  private temporary(): string {
    return `${this.prefix}s${this.temporaries++}`;
  }

  float(value: number): string {
    return this.initializer(new Float32Array([value]), []);
  }

  /** A list of int64, as ONNX wants axes, shapes and bounds. */
  ints(values: readonly number[]): string {
    return this.once(`ints ${values.join()}`, () =>
      this.initializer(BigInt64Array.from(values, BigInt), [values.length]),
    );
  }

  /** Equal values share one initializer. */
  initializer(values: Values, dims: readonly number[]): string {
    const type = getElementType(values);
    const key = `${type}[${dims}]${values}`;
    const known = this.initializers.get(key);
    if (known) return known.name;
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = { name: `${this.prefix}c${this.initializers.size}`, type, dims, data };
    this.initializers.set(key, tensor);
    return tensor.name;
  }
}

function getElementType(values: Values): OnnxElementType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Int8Array ? 'int8' : 'int64';
}

/** Verifies the graph and writes what its outputs need. @throws ShapeError when the graph is not sound */
export const encode = (graph: Graph, options: EmitOptions = {}): Uint8Array => encodeModel(toOnnx(graph, options));

interface ToOnnxOptions extends EmitOptions {
  /** Inputs that are part of the file, by name. */
  readonly given?: ReadonlyMap<string, Float32Array>;
}

/** What `encode` writes, to be put into a larger file. */
export function toOnnx(graph: Graph, { given = new Map(), ...options }: ToOnnxOptions = {}): OnnxGraph {
  verifyGraph(graph);
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
  if (values.length !== countElements(dims))
    throw new ShapeError(`${name}: ${values.length} values do not fill ${formatShape(dims)}`);
  return { name, type: 'float32', dims, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/**
 * Results are written under their output's name. Returns the outputs that must be copied: one that has a
 * name of its own, and a result that has the name of another output already.
 */
function nameOutputs(emitter: Emitter, { outputs }: Graph): [string, Tensor][] {
  const taken = new Set<Tensor>();
  return [...outputs].filter(([name, tensor]) => {
    const source = findSource(tensor);
    if (taken.has(source) || ops[source.op].naming === 'given') return true;
    taken.add(source);
    emitter.alias(source, name);
    return false;
  });
}

/** The tensor whose numbers these are. */
const findSource = (tensor: Tensor): Tensor =>
  ops[tensor.op].naming === 'input' ? findSource(tensor.inputs[0]!) : tensor;

const emit = <Name extends OpName>(emitter: Emitter, node: Tensor<Name>): void => ops[node.op].onnx(emitter, node);
