/**
 * Tensors in a checkpoint: views, with offset and strides, of storages outside of the pickle, and the few constructors that
 * a pickle may call to create them.
 */
import { message } from '../../../renderer/messages/message';
import type { ElementTypeName } from '../safetensors';
import { elementCount, elementTypes, formatShape } from '../safetensors';
import type { PickleValue } from './pickle-bytes';
import { ArgumentError, PickledObject, PickleConstructor, describeValue } from './pickle-bytes';

/** A sequence of numbers outside of the pickle. */
export class Storage extends PickledObject {
  readonly description = message('checkpoint.value.storage');

  constructor(
    readonly type: ElementTypeName,
    readonly key: string,
    /** Number of elements. */
    readonly count: number,
  ) {
    super();
  }

  get bytes(): number {
    return this.count * elementTypes[this.type].bytes;
  }
}

/** A tensor; offset and strides count elements. */
export class TensorView extends PickledObject {
  readonly description = message('checkpoint.value.tensor');

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

  /** Index after the last element of the storage that is used; 0 for a tensor without elements. */
  get end(): number {
    if (this.count === 0) return 0;
    return this.offset + this.shape.reduce((sum, size, axis) => sum + (size - 1) * this.strides[axis]!, 1);
  }
}

/** Returns the bytes of a view's elements in order. @param storage bytes of its whole storage, in which the view must end */
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

/** Whether the elements follow each other. Strides of axes with one element do not matter. */
function isContiguous({ shape, strides }: TensorView): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Indices in the storage; the last axis changes fastest. */
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

/** PyTorch's storage classes; the key is the class's name. */
const storageTypes: ReadonlyMap<string, ElementTypeName> = new Map<string, ElementTypeName>([
  ['torch.FloatStorage', 'F32'],
  ['torch.DoubleStorage', 'F64'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  // Bytes whose number format the tensor gives.
  ['torch.storage.UntypedStorage', 'U8'],
  ['torch.UntypedStorage', 'U8'],
]);

/** PyTorch's number formats of tensors over bytes: those without a storage class. */
const tensorTypes: ReadonlyMap<string, ElementTypeName> = new Map<string, ElementTypeName>([
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.uint16', 'U16'],
  ['torch.uint32', 'U32'],
  ['torch.uint64', 'U64'],
]);

export const constructors: ReadonlyMap<string, PickleConstructor> = new Map(
  [
    new PickleConstructor('collections.OrderedDict', orderedDict),
    new PickleConstructor('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleConstructor('torch._utils._rebuild_tensor_v3', rebuildFormattedTensor),
    new PickleConstructor('torch._utils._rebuild_parameter', ([tensor]) => expectTensor(tensor!)),
    ...[...storageTypes.keys(), ...tensorTypes.keys()].map((name) => new PickleConstructor(name)),
  ].map((constructor) => [constructor.name, constructor]),
);

function orderedDict(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0)
    throw new ArgumentError(
      message('checkpoint.torch.emptyDictionary'),
      message('checkpoint.torch.argumentCount', { count: args.length }),
    );
  return new Map();
}

/** (storage, offset, shape, strides, requires_grad, hooks) */
function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): TensorView {
  if (!(storage instanceof Storage))
    throw new ArgumentError(message('checkpoint.torch.tensorStorage'), describeValue(storage));
  if (!isCount(offset)) throw new ArgumentError(message('checkpoint.torch.offset'), describeValue(offset));
  const [sizes, steps] = [expectCounts(shape!), expectCounts(strides!)];
  if (sizes.length !== steps.length)
    throw new ArgumentError(message('checkpoint.torch.strides', { count: sizes.length }), String(steps.length));
  const view = new TensorView(storage, offset, sizes, steps);
  if (!Number.isSafeInteger(view.count))
    throw new ArgumentError(message('checkpoint.torch.sizedTensor'), formatShape(sizes));
  if (view.end > storage.count)
    throw new ArgumentError(
      message('checkpoint.torch.insideStorage', { count: storage.count, key: storage.key }),
      message('checkpoint.torch.endsAt', { end: view.end }),
    );
  return view;
}

/** (storage of bytes, offset, shape, strides, requires_grad, hooks, format) */
function rebuildFormattedTensor(args: readonly PickleValue[]): TensorView {
  const [storage, , , , , , format] = args;
  const type = format instanceof PickleConstructor ? tensorTypes.get(format.name) : undefined;
  if (!type) throw new ArgumentError(message('checkpoint.torch.numberFormat'), describeValue(format));
  if (!(storage instanceof Storage))
    throw new ArgumentError(message('checkpoint.torch.tensorStorage'), describeValue(storage));
  const formatted = new Storage(type, storage.key, Math.floor(storage.bytes / elementTypes[type].bytes));
  return rebuildTensor([formatted, ...args.slice(1)]);
}

/** Models use far fewer axes. */
const MAX_AXES = 16;

/** Returns a copy, since the pickle may change its list later. */
function expectCounts(value: PickleValue): number[] {
  if (!Array.isArray(value) || value.length > MAX_AXES || !value.every(isCount))
    throw new ArgumentError(message('checkpoint.torch.wholeNumbers', { count: MAX_AXES }), describeValue(value));
  return [...value];
}

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function expectTensor(value: PickleValue): TensorView {
  if (!(value instanceof TensorView)) throw new ArgumentError(message('checkpoint.value.tensor'), describeValue(value));
  return value;
}

/** Keys are counted from 0; in the older container they are addresses. */
const MAX_KEY = 40;

/** Parses ('storage', class, key, device, number of elements), in the older container followed by a view that must be None. The device is ignored. */
export function parseStorage(id: PickleValue): Storage {
  const [kind, type, key, , count, view = null] = Array.isArray(id) ? (id as readonly PickleValue[]) : [];
  const elementType = type instanceof PickleConstructor ? storageTypes.get(type.name) : undefined;
  if (
    kind !== 'storage' ||
    !elementType ||
    typeof key !== 'string' ||
    key.length > MAX_KEY ||
    !isCount(count) ||
    view !== null
  )
    throw new ArgumentError(message('checkpoint.torch.storageId'), describeValue(id));
  return new Storage(elementType, key, count);
}
