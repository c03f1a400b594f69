/** A graph as text, one line a node: for reading, for snapshots in tests, for bug reports. */
import type { Graph, Tensor } from './graph';
import { liveNodes } from './reachable';
import { showType } from './shape';

/** Nodes are numbered anew, so that the text depends only on what the outputs need. */
export function print(graph: Graph): string {
  const nodes = liveNodes(graph);
  const names = new Map(nodes.map((node, index) => [node, `%${index}`]));
  const lines = nodes.map((node) => {
    const inputs = node.inputs.map((input) => names.get(input)).join(' ');
    return [names.get(node), '=', node.op, inputs, showAttributes(node), ':', showType(node)].filter(Boolean).join(' ');
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
