/**
 * Symbolic tensors and the op table. A graph is a list of nodes in the order in which they were made, which is a
 * topological order by construction; making the same node twice gives the same tensor.
 */
import { convolution } from './ops/convolution';
import { elementwise } from './ops/elementwise';
import { layout } from './ops/layout';
import { linear } from './ops/linear';
import type { Attributes, Op, OpName } from './ops/op';
import { reductions } from './ops/reduction';
import type { DType, Shape, TensorType } from './shape';
import { countElements, ShapeError, formatShape, formatType } from './shape';

/** The op table: for every op its shape rule, cost, gradient, ONNX form and use of memory. A missing rule is a type error. */
export const ops: { readonly [Name in OpName]: Op<Name> } = {
  ...layout,
  ...elementwise,
  ...linear,
  ...reductions,
  ...convolution,
};

/** Type of an op's result. @throws ShapeError that begins with `where` */
export function inferType<Name extends OpName>(
  where: string,
  {
    op,
    inputs,
    attributes,
  }: { readonly op: Name; readonly inputs: readonly TensorType[]; readonly attributes: Attributes[Name] },
): TensorType {
  try {
    return ops[op].infer(inputs, attributes);
  } catch (error) {
    throw error instanceof ShapeError ? new ShapeError(`${where}: ${error.message}`) : error;
  }
}

/** Part of a step that a node belongs to; cost estimates are reported by these. */
export const scopes = [
  'embedding',
  'no-grad updates',
  'grad updates',
  'heads and losses',
  'backward',
  'optimiser',
  'carry',
] as const;
export type Scope = (typeof scopes)[number];

/** One node and its only result. */
export class Tensor<Name extends OpName = OpName> implements TensorType {
  constructor(
    readonly graph: Graph,
    readonly id: number,
    readonly op: Name,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes[Name],
    readonly dtype: DType,
    readonly shape: Shape,
    readonly scope: Scope = 'carry',
  ) {}
}

export class Graph {
  readonly nodes: Tensor[] = [];
  readonly outputs = new Map<string, Tensor>();
  private readonly known = new Map<string, Tensor>();
  private currentScope: Scope = 'carry';

  /** A tensor fed at every run. @throws ShapeError when the name is taken with another type */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    const taken = this.inputs.find((node) => node.attributes.name === name);
    if (taken && formatType(taken) !== formatType({ dtype, shape }))
      throw new ShapeError(`input ${name} is ${formatType(taken)} already`);
    return taken ?? this.node('input', [], { name, type: { dtype, shape } });
  }

  constant(data: Float32Array | Int32Array, shape: Shape): Tensor {
    if (countElements(shape) !== data.length)
      throw new ShapeError(`${data.length} values do not fill ${formatShape(shape)}`);
    return this.node('constant', [], {
      data,
      type: { dtype: data instanceof Int32Array ? 'int32' : 'float32', shape },
    });
  }

  /** Marks a tensor as a result of the graph under a name of its own. @throws ShapeError when the name is taken or the tensor another graph's */
  output(name: string, tensor: Tensor): void {
    if (tensor.graph !== this) throw new ShapeError(`output ${name}: tensor ${tensor.id} belongs to another graph`);
    if (this.outputs.has(name)) throw new ShapeError(`output ${name} is named twice`);
    this.outputs.set(name, tensor);
  }

  /** Nodes made by `build` belong to the scope. A node that exists already keeps its own. */
  scope<Result>(scope: Scope, build: () => Result): Result {
    const outer = this.currentScope;
    this.currentScope = scope;
    try {
      return build();
    } finally {
      this.currentScope = outer;
    }
  }

  get inputs(): Tensor<'input'>[] {
    return this.nodes.filter((node): node is Tensor<'input'> => node.op === 'input');
  }

  node<Name extends OpName>(op: Name, inputs: readonly Tensor[], attributes: Attributes[Name]): Tensor {
    const stranger = inputs.find((input) => input.graph !== this);
    if (stranger) throw new ShapeError(`${op}: tensor ${stranger.id} belongs to another graph`);
    const key = nodeKey(op, inputs, attributes);
    const known = this.known.get(key);
    if (known) return known;
    const { dtype, shape } = inferType(op, { op, inputs, attributes });
    const tensor = new Tensor(
      this,
      this.nodes.length,
      op,
      inputs,
      attributes,
      dtype,
      shape,
      this.currentScope,
    ) as Tensor;
    this.nodes.push(tensor);
    this.known.set(key, tensor);
    return tensor;
  }
}

/** Equal keys mean equal results; constants are compared by their values. */
function nodeKey<Name extends OpName>(op: Name, inputs: readonly Tensor[], attributes: Attributes[Name]): string {
  const plain = JSON.stringify(attributes, (_, value) =>
    ArrayBuffer.isView(value) ? (value as Float32Array).join() : value,
  );
  return `${op}(${inputs.map((input) => input.id).join()})${plain}`;
}
