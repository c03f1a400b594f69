/**
 * Collects ONNX nodes and initializers under unique names while a graph is written down. Names made
 * here begin with %, so that they never meet the name of an input or output.
 */
import type { Tensor } from '../graph/graph';
import type { ElementType, OnnxNode, OnnxTensor } from './proto';

export interface EmitOptions {
  /** Use the fused operators of the com.microsoft domain, which onnxruntime has on the CPU and not every provider has. */
  readonly contrib?: boolean;
}

type NodeOptions = Partial<Pick<OnnxNode, 'attributes' | 'domain'>> & { readonly result?: string };
type Values = Float32Array | Int32Array | BigInt64Array;

export class Emitter {
  readonly contrib: boolean;
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();
  private readonly names = new Map<Tensor, string>();
  private temporaries = 0;

  constructor({ contrib = false }: EmitOptions = {}) {
    this.contrib = contrib;
  }

  /** Name of a tensor already written or, for the one being written, the name its last node must give. */
  name(tensor: Tensor): string {
    return this.names.get(tensor) ?? `%t${tensor.id}`;
  }

  /** Lets a tensor go under another name: inputs, constants, and results that are another tensor unchanged. */
  alias(tensor: Tensor, name: string): void {
    this.names.set(tensor, name);
  }

  /** As `op`, for an operator of the com.microsoft domain. */
  fused(type: string, inputs: readonly string[], options: Omit<NodeOptions, 'domain'> = {}): string {
    return this.op(type, inputs, { ...options, domain: 'com.microsoft' });
  }

  /** Adds a node and returns the name of its result. */
  op(type: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const { attributes = {}, result = `%s${this.temporaries++}`, domain } = options;
    this.nodes.push({ type, inputs, outputs: [result], attributes, ...(domain && { domain }) });
    return result;
  }

  float(value: number): string {
    return this.initializer(new Float32Array([value]), []);
  }

  /** A list of int64, as ONNX wants axes, shapes and bounds. */
  ints(values: readonly number[]): string {
    return this.initializer(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Equal values share one initializer. */
  initializer(values: Values, dims: readonly number[]): string {
    const type: ElementType = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'int64';
    const key = `${type}[${dims}]${values}`;
    const known = this.initializers.get(key);
    if (known) return known.name;
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = { name: `%c${this.initializers.size}`, type, dims, data };
    this.initializers.set(key, tensor);
    return tensor.name;
  }
}
