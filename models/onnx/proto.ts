/**
 * The few messages of the ONNX format that the lab writes, with their field numbers from onnx.proto (IR 10).
 * The wire encoding is @bufbuild/protobuf's: only a writer is needed, so no generated types.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export interface OnnxNode {
  readonly type: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers are integers unless wrapped as a float; a graph is the body of a loop. */
  readonly attributes: Readonly<
    Record<string, number | readonly number[] | { readonly float: number } | { readonly graph: OnnxGraph }>
  >;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Little-endian values. */
  readonly data: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** What it means, for readers of the file. */
  readonly doc?: string;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** TensorProto.DataType */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

export interface OnnxModel extends OnnxGraph {
  /** What it computes, for readers of the file. */
  readonly doc?: string;
  /** Facts by name, which no runtime looks at. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Domains of its operators; ONNX's own and onnxruntime's when absent. */
  readonly domains?: readonly OpsetDomain[];
}

type Write = (writer: BinaryWriter) => unknown;
const message = (writer: BinaryWriter, field: number, write: Write) => {
  write(writer.tag(field, WireType.LengthDelimited).fork());
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number) => writer.tag(field, WireType.Varint).int64(value);

const AttributeType = { float: 1, int: 2, graph: 5, ints: 7 } as const;

function writeAttribute(writer: BinaryWriter, name: string, value: OnnxNode['attributes'][string]): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(integer(writer, 3, value), 20, AttributeType.int);
  } else if ('float' in value) {
    integer(writer.tag(2, WireType.Bit32).float(value.float), 20, AttributeType.float);
  } else if ('graph' in value) {
    message(writer, 6, (graph) => writeGraph(graph, value.graph));
    integer(writer, 20, AttributeType.graph);
  } else {
    value.forEach((item) => integer(writer, 8, item));
    integer(writer, 20, AttributeType.ints);
  }
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  node.inputs.forEach((name) => text(writer, 1, name));
  node.outputs.forEach((name) => text(writer, 2, name));
  text(writer, 3, node.outputs[0]!);
  text(writer, 4, node.type);
  for (const [name, value] of Object.entries(node.attributes))
    message(writer, 5, (attribute) => writeAttribute(attribute, name, value));
  if (node.domain) text(writer, 7, node.domain);
}

function writeTensor(writer: BinaryWriter, { name, type, dims, data }: OnnxTensor): void {
  dims.forEach((size) => integer(writer, 1, size));
  integer(writer, 2, elementTypes[type]);
  text(writer, 8, name);
  writer.tag(9, WireType.LengthDelimited).bytes(data);
}

function writeValue(writer: BinaryWriter, { name, type, dims, doc }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, (typeProto) =>
    message(typeProto, 1, (tensorType) => {
      integer(tensorType, 1, elementTypes[type]);
      message(tensorType, 2, (shape) => dims.forEach((size) => message(shape, 1, (dim) => integer(dim, 1, size))));
    }),
  );
  if (doc) text(writer, 3, doc);
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  graph.nodes.forEach((node) => message(writer, 1, (w) => writeNode(w, node)));
  text(writer, 2, 'trm');
  graph.initializers.forEach((tensor) => message(writer, 5, (w) => writeTensor(w, tensor)));
  graph.inputs.forEach((value) => message(writer, 11, (w) => writeValue(w, value)));
  graph.outputs.forEach((value) => message(writer, 12, (w) => writeValue(w, value)));
}

const IR_VERSION = 10;
const opsets = { '': 21, 'com.microsoft': 1 } as const;
export type OpsetDomain = keyof typeof opsets;

/** A ModelProto that any ONNX runtime reads. */
export function encodeModel({ doc, metadata = {}, domains = ['', 'com.microsoft'], ...graph }: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'TRM Puzzle Lab');
  if (doc) text(writer, 6, doc);
  message(writer, 7, (w) => writeGraph(w, graph));
  for (const domain of domains)
    message(writer, 8, (opset) => integer(domain ? text(opset, 1, domain) : opset, 2, opsets[domain]));
  for (const [key, value] of Object.entries(metadata))
    message(writer, 14, (entry) => text(text(entry, 1, key), 2, value));
  return writer.finish();
}
