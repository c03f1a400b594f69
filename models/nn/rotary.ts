/** Rotary positions (RoFormer, arXiv 2104.09864) in the half-split convention. */
import { add, mul, rotateHalf } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';

export interface RotaryTables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** cos and sin of position · base^(−2i/headDim), each [positions, headDim], the halves equal. */
export function rotaryTables(
  graph: Graph,
  { positions, headDim, base }: { readonly positions: number; readonly headDim: number; readonly base: number },
): RotaryTables {
  const half = headDim / 2;
  // Rounded to float32 as in the reference: the angle is a rounded product with a rounded frequency.
  const angle = (position: number, channel: number) => {
    const exponent = Math.fround((2 * (channel % half)) / headDim);
    return Math.fround(position * Math.fround(1 / Math.fround(base ** exponent)));
  };
  const table = (of: (angle: number) => number) => {
    const values = Float32Array.from({ length: positions * headDim }, (_, i) =>
      of(angle(Math.floor(i / headDim), i % headDim)),
    );
    return graph.constant(values, [positions, headDim]);
  };
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Turns x [batch, heads, positions, headDim] by its positions. */
export const rotate = (x: Tensor, { cos, sin }: RotaryTables): Tensor => add(mul(x, cos), mul(rotateHalf(x), sin));
