/** Decodes the parts of a ModelProto that the tests check; field numbers from onnx.proto. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

type Field = number | Uint8Array;
/** All values of every field of one message, in order: varints and lengths decoded, floats as numbers. */
type Message = ReadonlyMap<number, readonly Field[]>;

function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, Field[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const value =
      wire === WireType.LengthDelimited
        ? reader.bytes()
        : wire === WireType.Bit32
          ? reader.float()
          : Number(reader.int64());
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

const bytesOf = (message: Message, field: number) => (message.get(field) ?? []) as readonly Uint8Array[];
const numbersOf = (message: Message, field: number) => (message.get(field) ?? []) as readonly number[];
const messagesOf = (message: Message, field: number) => bytesOf(message, field).map(readMessage);
export const text = (bytes: Uint8Array | undefined): string => (bytes ? Buffer.from(bytes).toString('latin1') : '');
const textsOf = (message: Message, field: number) => bytesOf(message, field).map((bytes) => text(bytes));

const attribute = (message: Message) => ({
  name: textsOf(message, 1)[0],
  float: numbersOf(message, 2)[0],
  int: numbersOf(message, 3)[0],
  ints: numbersOf(message, 8),
  type: numbersOf(message, 20)[0],
});

const node = (message: Message) => ({
  type: textsOf(message, 4)[0],
  domain: textsOf(message, 7)[0] ?? '',
  inputs: textsOf(message, 1),
  outputs: textsOf(message, 2),
  attributes: messagesOf(message, 5).map(attribute),
});

const tensor = (message: Message) => ({
  dims: numbersOf(message, 1),
  type: numbersOf(message, 2)[0],
  name: textsOf(message, 8)[0],
  data: bytesOf(message, 9)[0],
});

/** Element type and sizes of a ValueInfoProto. */
function valueType(value: Message) {
  const [tensorType] = messagesOf(value, 2).flatMap((type) => messagesOf(type, 1));
  const dims = messagesOf(tensorType!, 2).flatMap((shape) => messagesOf(shape, 1));
  return { type: numbersOf(tensorType!, 1)[0]!, dims: dims.map((dim) => numbersOf(dim, 1)[0]) };
}

export function decodeModel(bytes: Uint8Array) {
  const model = readMessage(bytes);
  const [graph] = messagesOf(model, 7);
  return {
    irVersion: numbersOf(model, 1)[0],
    opsets: messagesOf(model, 8).map((opset) => [textsOf(opset, 1)[0] ?? '', numbersOf(opset, 2)[0]]),
    nodes: messagesOf(graph!, 1).map(node),
    initializers: messagesOf(graph!, 5).map(tensor),
    inputs: messagesOf(graph!, 11).map((value) => textsOf(value, 1)[0]),
    outputs: messagesOf(graph!, 12).map((value) => textsOf(value, 1)[0]),
    inputTypes: messagesOf(graph!, 11).map(valueType),
  };
}
