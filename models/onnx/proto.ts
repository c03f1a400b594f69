/** ONNX models in plain objects, and their encoding as the ModelProto of onnx.proto (IR 10). */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import type {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
} from './onnx_pb';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
} from './onnx_pb';

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
  readonly type: OnnxElementType;
  readonly dims: readonly number[];
  /** Little-endian values. */
  readonly data: Uint8Array;
}

/** A size, the name of a size that is known when the graph runs, or null for any size. */
export type OnnxDimension = number | string | null;

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly dims: readonly OnnxDimension[];
  /** Description for readers of the file. */
  readonly doc?: string;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export const onnxElementTypes = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
} as const;
export type OnnxElementType = keyof typeof onnxElementTypes;

export interface OnnxModel extends OnnxGraph {
  /** Description for readers of the file. */
  readonly doc?: string;
  /** Metadata by name; runtimes ignore it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Domains of its operators; ONNX's own and onnxruntime's when absent. */
  readonly domains?: readonly OpsetDomain[];
}

type AttributeInit = MessageInitShape<typeof AttributeProtoSchema>;

function attribute(name: string, value: OnnxNode['attributes'][string]): AttributeInit {
  if (typeof value === 'number') return { name, i: BigInt(value), type: AttributeType.INT };
  if ('float' in value) return { name, f: value.float, type: AttributeType.FLOAT };
  if ('graph' in value) return { name, g: graphProto(value.graph), type: AttributeType.GRAPH };
  return { name, ints: value.map(BigInt), type: AttributeType.INTS };
}

const nodeProto = (node: OnnxNode): MessageInitShape<typeof NodeProtoSchema> => ({
  input: [...node.inputs],
  output: [...node.outputs],
  name: node.outputs[0]!,
  opType: node.type,
  attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
  ...(node.domain && { domain: node.domain }),
});

const tensorProto = ({ name, type, dims, data }: OnnxTensor): MessageInitShape<typeof TensorProtoSchema> => ({
  name,
  dataType: onnxElementTypes[type],
  dims: dims.map(BigInt),
  rawData: data,
});

function dimension(size: OnnxDimension): MessageInitShape<typeof TensorShapeProto_DimensionSchema> {
  if (size === null) return {};
  return {
    value: typeof size === 'string' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
  };
}

const valueProto = ({ name, type, dims, doc }: OnnxValue): MessageInitShape<typeof ValueInfoProtoSchema> => ({
  name,
  type: {
    value: {
      case: 'tensorType',
      value: {
        elemType: onnxElementTypes[type],
        shape: { dim: dims.map(dimension) },
      },
    },
  },
  ...(doc && { docString: doc }),
});

const graphProto = (graph: OnnxGraph): MessageInitShape<typeof GraphProtoSchema> => ({
  name: 'trm',
  node: graph.nodes.map(nodeProto),
  initializer: graph.initializers.map(tensorProto),
  input: graph.inputs.map(valueProto),
  output: graph.outputs.map(valueProto),
});

const IR_VERSION = 10n;
const opsets = { '': 21n, 'com.microsoft': 1n } as const;
export type OpsetDomain = keyof typeof opsets;

/** A ModelProto that any ONNX runtime reads. */
export function encodeModel({ doc, metadata = {}, domains = ['', 'com.microsoft'], ...graph }: OnnxModel): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'TRM Puzzle Lab',
    ...(doc && { docString: doc }),
    graph: graphProto(graph),
    opsetImport: domains.map((domain) => ({ ...(domain && { domain }), version: opsets[domain] })),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}
