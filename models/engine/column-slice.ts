/**
 * Arrays that threads share, and columns of matrices in them: what a shard of a batch reads and writes of the whole
 * batch's state.
 */
import type { TensorData } from '../runtime/session';

/** Columns `from` (included) to `to` (excluded) of the row-major matrix [rows, data.length / rows]. */
export interface ColumnSlice {
  readonly data: TensorData;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

export type Feed = TensorData | ColumnSlice;

const isSlice = (feed: Feed): feed is ColumnSlice => !ArrayBuffer.isView(feed);

/**
 * The values of a feed in memory that onnxruntime accepts: it refuses shared memory, and a slice is not contiguous. Copied
 * into `scratch` where a copy is needed and it has the right length.
 */
export function readFeed(feed: Feed, scratch?: TensorData): TensorData {
  if (isSlice(feed)) return readColumns(feed, scratch);
  if (!isShared(feed)) return feed;
  const copy = reuse(scratch, feed, feed.length);
  copy.set(feed);
  return copy;
}

function readColumns({ data, rows, from, to }: ColumnSlice, scratch?: TensorData): TensorData {
  const [stride, width] = [data.length / rows, to - from];
  const copy = reuse(scratch, data, rows * width);
  for (let row = 0; row < rows; row++) copy.set(data.subarray(row * stride + from, row * stride + to), row * width);
  return copy;
}

/** Writes values to where a feed points. */
export function writeFeed(target: Feed, values: TensorData): void {
  if (!isSlice(target)) return target.set(values);
  const { data, rows, from, to } = target;
  const [stride, width] = [data.length / rows, to - from];
  for (let row = 0; row < rows; row++) data.set(values.subarray(row * width, (row + 1) * width), row * stride + from);
}

/** `scratch` if it fits, else a new array of the type of `like`. */
function reuse(scratch: TensorData | undefined, like: TensorData, length: number): TensorData {
  if (scratch?.length === length && scratch.constructor === like.constructor) return scratch;
  return like instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
}

/** Whether other threads can read and write the array itself. */
export const isShared = ({ buffer }: TensorData): boolean => buffer instanceof SharedArrayBuffer;

/** A new array of zeros that threads share. */
export const sharedVector = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

/** A copy in memory that threads share. */
export function sharedCopy(values: Float32Array): Float32Array {
  const copy = sharedVector(values.length);
  copy.set(values);
  return copy;
}

const copies = new WeakMap<Float32Array, Float32Array>();

/** The same values in memory that threads share; copied once for each array, which must not change afterwards. */
export function toShared(values: Float32Array): Float32Array {
  if (isShared(values)) return values;
  const known = copies.get(values);
  if (known) return known;
  const shared = sharedCopy(values);
  copies.set(values, shared);
  return shared;
}
