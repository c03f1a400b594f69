/** Gives the whole numbers that enter and leave a graph another type: PyTorch and Python count in int64, the graphs here in int32. */
import { onnxElementTypes, type OnnxGraph, type OnnxNode, type OnnxValue } from './proto';

export const tokenTypes = ['int32', 'int64'] as const;
export type TokenType = (typeof tokenTypes)[number];

/** The graph with int32 inputs and outputs of the given type, under their names. */
export function withTokenType(graph: OnnxGraph, type: TokenType): OnnxGraph {
  if (type === 'int32') return graph;
  const named = (values: readonly OnnxValue[]) =>
    values.filter((value) => value.type === 'int32').map(({ name }) => name);
  const [inputs, outputs] = [named(graph.inputs), named(graph.outputs)];
  const inner = new Map([...inputs, ...outputs].map((name) => [name, `%${name}.int32`]));
  const rename = (name: string) => inner.get(name) ?? name;
  const cast = (from: string, to: string, target: TokenType): OnnxNode => ({
    type: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: { to: onnxElementTypes[target] },
  });
  const typed = (values: readonly OnnxValue[]) =>
    values.map((value) => (inner.has(value.name) ? { ...value, type } : value));
  return {
    ...graph,
    nodes: [
      ...inputs.map((name) => cast(name, rename(name), 'int32')),
      ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
      ...outputs.map((name) => cast(rename(name), name, type)),
    ],
    inputs: typed(graph.inputs),
    outputs: typed(graph.outputs),
  };
}
