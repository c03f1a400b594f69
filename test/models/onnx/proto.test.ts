import { describe, expect, test } from 'vitest';
import { encodeModel, type OnnxNode } from '../../../models/onnx/proto';
import { decodeModel, text } from './decode';

const AttributeType = { float: 1, int: 2, graph: 5, ints: 7 } as const;
const empty = { nodes: [], initializers: [], inputs: [], outputs: [] };
const withAttributes = (attributes: OnnxNode['attributes']) =>
  decodeModel(
    encodeModel({
      ...empty,
      nodes: [{ type: 'Any', inputs: ['a', ''], outputs: ['b'], attributes, domain: 'com.microsoft' }],
    }),
  ).nodes[0]!;

describe('an encoded model', () => {
  test('declares IR 10, opset 21 and the contributed ops', () => {
    const { irVersion, opsets } = decodeModel(encodeModel(empty));
    expect(irVersion).toBe(10);
    expect(opsets).toEqual([
      ['', 21],
      ['com.microsoft', 1],
    ]);
  });

  test('keeps the inputs of a node in order, including empty ones', () => {
    const { type, domain, inputs, outputs } = withAttributes({});
    expect({ type, domain, inputs, outputs }).toEqual({
      type: 'Any',
      domain: 'com.microsoft',
      inputs: ['a', ''],
      outputs: ['b'],
    });
  });

  test('declares the given domains, documentation and metadata', () => {
    const inputs = [{ name: 'x', type: 'float32', dims: [1], doc: 'what goes in' }] as const;
    const bytes = encodeModel({ ...empty, inputs, domains: [''], doc: 'what it does', metadata: { arch: 'small' } });
    expect(decodeModel(bytes).opsets).toEqual([['', 21]]);
    for (const part of ['what goes in', 'what it does', 'arch', 'small']) expect(text(bytes)).toContain(part);
  });

  test('writes the body of a loop as a graph', () => {
    const body = { ...empty, nodes: [{ type: 'Neg', inputs: ['a'], outputs: ['b'], attributes: {} }] };
    const { name, type } = withAttributes({ body: { graph: body } }).attributes[0]!;
    expect({ name, type }).toEqual({ name: 'body', type: AttributeType.graph });
    expect(
      text(
        encodeModel({
          ...empty,
          nodes: [{ type: 'Loop', inputs: [], outputs: [], attributes: { body: { graph: body } } }],
        }),
      ),
    ).toContain('Neg');
  });

  test('writes whole numbers as integers, including negative ones and zero', () => {
    const { attributes } = withAttributes({ axis: -1, keepdims: 0, large: 2 ** 40 });
    expect(attributes.map(({ name, int, type }) => [name, int, type])).toEqual([
      ['axis', -1, AttributeType.int],
      ['keepdims', 0, AttributeType.int],
      ['large', 2 ** 40, AttributeType.int],
    ]);
  });

  test('writes numbers marked as float as floats, whole or not', () => {
    const { attributes } = withAttributes({ epsilon: { float: 1e-5 }, one: { float: 1 } });
    expect(attributes.map(({ float, type }) => [float, type])).toEqual([
      [Math.fround(1e-5), AttributeType.float],
      [1, AttributeType.float],
    ]);
  });

  test('writes lists of integers in order, empty ones with their type', () => {
    const { attributes } = withAttributes({ perm: [2, 0, 1], none: [] });
    expect(attributes.map(({ ints, type }) => [ints, type])).toEqual([
      [[2, 0, 1], AttributeType.ints],
      [[], AttributeType.ints],
    ]);
  });

  test('keeps the values, shapes and types of constants and inputs', () => {
    const data = new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64]);
    const model = decodeModel(
      encodeModel({
        ...empty,
        initializers: [{ name: 'w', type: 'float32', dims: [2, 1], data }],
        inputs: [
          { name: 'tokens', type: 'int32', dims: [3, 4] },
          { name: 'flag', type: 'bool', dims: [] },
        ],
      }),
    );
    expect(model.initializers).toEqual([{ name: 'w', type: 1, dims: [2, 1], data: expect.anything() }]);
    expect(text(model.initializers[0]!.data)).toBe(text(data));
    expect(model.inputs).toEqual(['tokens', 'flag']);
    expect(model.inputTypes).toEqual([
      { type: 6, dims: [3, 4] },
      { type: 9, dims: [] },
    ]);
  });
});
