/** Shapes and element types of symbolic tensors, and arithmetic on them. */

export type DType = 'float32' | 'int32' | 'bool';
export type Shape = readonly number[];

/** Type and shape of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A graph that cannot be built; the message names the op and the shapes. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

export const countElements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

export const formatType = (type: TensorType): string => `${type.dtype}${formatShape(type.shape)}`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** NumPy broadcasting: sizes are aligned at the right and must be equal or 1. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new ShapeError(`incompatible shapes a=${formatShape(a)} b=${formatShape(b)} at axis ${axis}`);
    return Math.max(left, right);
  });
}

/** Axes of `to` along which a tensor of shape `from` was repeated to fill it. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length;
  return to.flatMap((size, axis) => (axis < offset || (from[axis - offset] === 1 && size !== 1) ? [axis] : []));
}

/** The shape with the given axes reduced to size 1. */
export const reduceShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

/** Resolves one −1 among the target sizes, as ONNX and NumPy do. */
export function resolveReshape(from: Shape, to: Shape): Shape {
  const known = countElements(to.filter((size) => size !== -1));
  const target = to.map((size) => (size === -1 ? countElements(from) / known : size));
  if (countElements(target) !== countElements(from) || target.some((size) => !Number.isInteger(size)))
    throw new ShapeError(`cannot reshape ${formatShape(from)} to ${formatShape(to)}`);
  return target;
}
