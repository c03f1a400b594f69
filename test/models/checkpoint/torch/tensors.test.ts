import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherBytes, Storage, TensorView } from '../../../../models/checkpoint/torch/tensors';

const axis = fc.record({ size: fc.nat(4), stride: fc.nat(6) });
const shaped = fc.record({ axes: fc.array(axis, { maxLength: 4 }), offset: fc.nat(5) });

/** The definition: element (i₁, i₂, …) is at offset + Σ iₐ·strideₐ. */
function positions(sizes: readonly number[], strides: readonly number[], at: number): number[] {
  const [size, ...inner] = sizes;
  if (size === undefined) return [at];
  return Array.from({ length: size }, (_, i) => positions(inner, strides.slice(1), at + i * strides[0]!)).flat();
}

test('gatherBytes returns the elements of a view for any offset and strides', () => {
  fc.assert(
    fc.property(shaped, fc.constantFrom('U8', 'BF16', 'F32', 'F64'), ({ axes, offset }, type) => {
      const [shape, strides] = [axes.map(({ size }) => size), axes.map(({ stride }) => stride)];
      const expected = positions(shape, strides, offset);
      const count = Math.max(0, ...expected) + 1;
      const view = new TensorView(new Storage(type, '0', count), offset, shape, strides);
      const width = view.storage.bytes / count;
      const bytes = Uint8Array.from({ length: view.storage.bytes }, (_, i) => i);
      expect([...gatherBytes(view, bytes)]).toEqual(
        expected.flatMap((position) => Array.from({ length: width }, (_, i) => (position * width + i) % 256)),
      );
      expect(view.end).toBe(expected.length === 0 ? 0 : count);
    }),
  );
});
