/** The few names a checkpoint's pickle may use: those of which a state dictionary's tensors are made. */
import type { ElementTypeName } from '../element-types';
import type { PickleValue } from './pickle-value';
import { ArgumentError, Constructor, kindOf } from './pickle-value';
import { Storage, TensorView } from './tensor-view';

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
]);

export const constructors: ReadonlyMap<string, Constructor> = new Map(
  [
    new Constructor('collections.OrderedDict', orderedDict),
    new Constructor('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new Constructor('torch._utils._rebuild_parameter', ([tensor]) => expectTensor(tensor!)),
    ...[...storageTypes.keys()].map((name) => new Constructor(name)),
  ].map((constructor) => [constructor.name, constructor]),
);

function orderedDict(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw new ArgumentError('a dictionary filled item by item', `${args.length} arguments`);
  return new Map();
}

/** (storage, offset, shape, strides, requires_grad, hooks) */
function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): TensorView {
  if (!(storage instanceof Storage)) throw new ArgumentError('a storage for the tensor', kindOf(storage));
  if (!isCount(offset)) throw new ArgumentError('where the tensor starts', kindOf(offset));
  const [sizes, steps] = [expectCounts(shape!), expectCounts(strides!)];
  if (sizes.length !== steps.length)
    throw new ArgumentError(`a stride for each of ${sizes.length} sizes`, `${steps.length}`);
  const view = new TensorView(storage, offset, sizes, steps);
  if (!Number.isSafeInteger(view.count))
    throw new ArgumentError('a tensor that a file can hold', `[${sizes.join(', ')}]`);
  if (view.end > storage.count)
    throw new ArgumentError(
      `a tensor within the ${storage.count} elements of storage ${storage.key}`,
      `one that takes ${view.end}`,
    );
  return view;
}

/** Numbers of axes in use end far below. */
const MOST_AXES = 16;

/** A copy: the pickle may go on and change its own. */
function expectCounts(value: PickleValue): number[] {
  if (!Array.isArray(value) || value.length > MOST_AXES || !value.every(isCount))
    throw new ArgumentError(`at most ${MOST_AXES} whole numbers`, kindOf(value));
  return [...value];
}

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function expectTensor(value: PickleValue): TensorView {
  if (!(value instanceof TensorView)) throw new ArgumentError('a tensor', kindOf(value));
  return value;
}

/** Keys are counted up from 0, and were addresses in the older container. */
const MOST_KEY = 40;

/** ('storage', class, key, device, number of elements), and for the old container a view that must be None. Which device it was on does not matter. */
export function storageOf(id: PickleValue): Storage {
  const [kind, type, key, , count, view = null] = Array.isArray(id) ? (id as readonly PickleValue[]) : [];
  const elementType = type instanceof Constructor ? storageTypes.get(type.name) : undefined;
  if (
    kind !== 'storage' ||
    !elementType ||
    typeof key !== 'string' ||
    key.length > MOST_KEY ||
    !isCount(count) ||
    view !== null
  )
    throw new ArgumentError('a storage by class, key, device and count', kindOf(id));
  return new Storage(elementType, key, count);
}
