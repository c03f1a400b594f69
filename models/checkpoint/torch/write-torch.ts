/** Writes a checkpoint that PyTorch loads with `weights_only=True`: its zip container, with stored entries. */
import { elementCount, formatShape } from '../safetensors';
import type { ZipContent } from '../zip';
import { writeZip } from '../zip';

interface PickledTensor {
  readonly shape: readonly number[];
  /** Key of its storage. */
  readonly key: string;
}

/** Values by name, which may be dictionaries again. */
type Entries<Value> = readonly (readonly [name: string, value: Value | number | Entries<Value>])[];

/**
 * Encodes the pickle of a dictionary of tensors, whole numbers and further dictionaries like PyTorch, but without the memo: protocol 2, one
 * storage for each tensor, all float32 on the CPU, contiguous and in C order.
 */
export const pickleStateDict = (entries: Entries<PickledTensor>): Uint8Array =>
  Buffer.concat([op(0x80, 2), pickleDict(entries), op(STOP)]);

const pickleDict = (entries: Entries<PickledTensor>): Buffer =>
  Buffer.concat([
    emptyDict(),
    op(MARK),
    ...entries.flatMap(([name, value]) => [text(name), pickleValue(value)]),
    op(SETITEMS),
  ]);

function pickleValue(value: Entries<PickledTensor>[number][1]): Buffer {
  if (typeof value === 'number') return whole(value);
  return isEntries(value) ? pickleDict(value) : pickleTensor(value);
}

const isEntries = <Value extends object>(value: Value | Entries<Value>): value is Entries<Value> =>
  Array.isArray(value);

const [MARK, STOP, REDUCE, SETITEMS, TUPLE, EMPTY_TUPLE, PERSISTENT, FALSE] = [
  0x28, 0x2e, 0x52, 0x75, 0x74, 0x29, 0x51, 0x89,
];

const op = (...bytes: readonly number[]): Buffer => Buffer.from(bytes);

const emptyDict = (): Buffer => call('collections', 'OrderedDict', []);

/** torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks) */
function pickleTensor({ shape, key }: PickledTensor): Buffer {
  const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
  const id = tuple([text('storage'), name('torch', 'FloatStorage'), text(key), text('cpu'), whole(count(shape))]);
  const storage = Buffer.concat([id, op(PERSISTENT)]);
  return call('torch._utils', '_rebuild_tensor_v2', [
    storage,
    whole(0),
    wholes(shape),
    wholes(strides),
    op(FALSE),
    emptyDict(),
  ]);
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const tuple = (items: readonly Buffer[]): Buffer =>
  items.length === 0 ? op(EMPTY_TUPLE) : Buffer.concat([op(MARK), ...items, op(TUPLE)]);
const wholes = (values: readonly number[]): Buffer => tuple(values.map(whole));

const call = (module: string, callee: string, args: readonly Buffer[]): Buffer =>
  Buffer.concat([name(module, callee), tuple(args), op(REDUCE)]);

/** GLOBAL */
const name = (module: string, callee: string): Buffer => Buffer.from(`c${module}\n${callee}\n`);

/** BINUNICODE */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = op(0x58, 0, 0, 0, 0);
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** BININT where it fits, else LONG1 of 8 bytes. */
function whole(value: number): Buffer {
  const fits = value < 2 ** 31;
  const bytes = Buffer.alloc(fits ? 5 : 10);
  if (fits) {
    bytes[0] = 0x4a;
    bytes.writeInt32LE(value, 1);
  } else {
    bytes.set([0x8a, 8]);
    bytes.writeBigInt64LE(BigInt(value), 2);
  }
  return bytes;
}

export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type TorchEntries = Entries<FloatTensor>;

/**
 * Writes a checkpoint: a state dictionary, or dictionaries of tensors and whole numbers. The same entries give the same file, byte for byte.
 * @throws Error when values do not fill their shape or a name is used twice
 */
export async function writeTorchCheckpoint(path: string, entries: TorchEntries): Promise<void> {
  const storages: Uint8Array[] = [];
  const pickle = pickleStateDict(storeTensors(entries, storages));
  await writeZip(path, contents(pickle, storages));
}

/** Adds the bytes of each tensor to `storages` and replaces it by the key of its storage. */
function storeTensors(entries: TorchEntries, storages: Uint8Array[]): Entries<PickledTensor> {
  const names = new Set<string>();
  return entries.map(([name, value]) => {
    if (names.has(name)) throw new Error(`${name}: the name is already in use`);
    names.add(name);
    if (typeof value === 'number') return [name, value];
    return [name, isEntries(value) ? storeTensors(value, storages) : storeTensor(name, value, storages)];
  });
}

function storeTensor(name: string, { shape, values }: FloatTensor, storages: Uint8Array[]): PickledTensor {
  if (elementCount(shape) !== values.length)
    throw new Error(`${name}: ${values.length} values do not fill ${formatShape(shape)}`);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { shape, key: String(storages.push(bytes) - 1) };
}

/** The entries of the archive, in PyTorch's order. */
function contents(pickle: Uint8Array, storages: readonly Uint8Array[]): ZipContent[] {
  const text = (name: string, content: string) => ({ name: `archive/${name}`, content: Buffer.from(content) });
  return [
    { name: 'archive/data.pkl', content: pickle },
    text('byteorder', 'little'),
    ...storages.map((content, key) => ({ name: `archive/data/${key}`, content })),
    text('version', '3\n'),
  ];
}
