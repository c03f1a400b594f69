/** Tensors as a checkpoint tells of them: a view, by offset and strides, of numbers stored elsewhere. */
import type { ElementTypeName } from '../element-types';
import { elementCount, elementTypes } from '../element-types';
import { Built } from './pickle-value';

/** A run of numbers outside of the pickle. */
export class Storage extends Built {
  readonly what = 'a storage';

  constructor(
    readonly type: ElementTypeName,
    readonly key: string,
    /** Of elements. */ readonly count: number,
  ) {
    super();
  }

  get bytes(): number {
    return this.count * elementTypes[this.type].bytes;
  }
}

/** Offset and strides count elements. */
export class TensorView extends Built {
  readonly what = 'a tensor';

  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super();
  }

  get count(): number {
    return elementCount(this.shape);
  }

  /** One more than the last element of the storage that is looked at; 0 for a tensor without elements. */
  get end(): number {
    if (this.count === 0) return 0;
    return this.offset + this.shape.reduce((sum, size, axis) => sum + (size - 1) * this.strides[axis]!, 1);
  }
}

/** The bytes of a view's elements one after another, from those of its whole storage. The view must end within it. */
export function gatherBytes(view: TensorView, storage: Uint8Array): Uint8Array {
  const { bytes } = elementTypes[view.storage.type];
  const from = view.offset * bytes;
  if (isContiguous(view)) return storage.subarray(from, from + view.count * bytes);
  const gathered = new Uint8Array(view.count * bytes);
  let to = 0;
  for (const element of elementsOf(view)) {
    for (let i = 0; i < bytes; i++) gathered[to++] = storage[element * bytes + i]!;
  }
  return gathered;
}

/** Strides of axes with one element are never used. */
function isContiguous({ shape, strides }: TensorView): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Places in the storage, the last axis running fastest. */
function* elementsOf({ shape, strides, offset, count }: TensorView): Generator<number> {
  const index = shape.map(() => 0);
  let element = offset;
  for (let done = 0; done < count; done++) {
    yield element;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      element += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      element -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
