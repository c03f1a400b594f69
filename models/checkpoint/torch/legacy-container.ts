/**
 * Checkpoints from before PyTorch 1.6: five pickles one after another (a magic number, a version, the machine, the
 * data, the keys of its storages), then each storage in the order of the keys, as a count of 8 bytes and its elements.
 */
import { FormatError } from '../../../datasets/formats/format-error';
import { constructors, storageOf } from './constructors';
import type { Container } from './container';
import { MOST_PICKLE_BYTES } from './container';
import { readPickle } from './pickle';
import type { PickleValue } from './pickle-value';
import { ArgumentError } from './pickle-value';
import type { Storage } from './tensor-view';

const MAGIC = 0x1950a86a20f9469cfc6cn;

/** Protocol 2, and a whole number of 10 bytes: how the pickle of the magic number starts. */
export const isLegacy = (head: Uint8Array): boolean => [0x80, 0x02, 0x8a, 0x0a].every((byte, i) => head[i] === byte);

/** @throws FormatError */
export function legacyContainer(bytes: Uint8Array, file: string): Container {
  const storages = new Map<string, Storage>();
  const [, , , value, keys] = readPickles(bytes.subarray(0, MOST_PICKLE_BYTES), { file, storages });
  const places = placesOf(bytes, { file, storages, keys: keys!, from: keys!.end });
  return {
    value: value!.value,
    async storage({ key, bytes: length }) {
      const from = places.get(key);
      if (from === undefined) throw new FormatError(file, `storage ${key}`, 'none of this key');
      return bytes.subarray(from, from + length);
    },
  };
}

interface Read {
  readonly value: PickleValue;
  readonly end: number;
}

type Known = { readonly file: string; readonly storages: Map<string, Storage> };

function readPickles(bytes: Uint8Array, { file, storages }: Known): Read[] {
  const noted = (id: PickleValue) => {
    const storage = storageOf(id);
    const before = storages.get(storage.key);
    if (before && before.bytes !== storage.bytes)
      throw new ArgumentError(`${before.bytes} bytes of storage ${storage.key}, as before`, `${storage.bytes}`);
    storages.set(storage.key, storage);
    return storage;
  };
  const read: Read[] = [];
  for (let number = 0; number < 5; number++) {
    const isData = number === 3;
    read.push(
      readPickle({
        bytes,
        file,
        from: read.at(-1)?.end ?? 0,
        constructors: isData ? constructors : new Map(),
        ...(isData && { persistent: noted }),
      }),
    );
  }
  if (read[0]!.value !== MAGIC) throw new FormatError(file, 'a PyTorch checkpoint', 'another pickle');
  const machine = read[2]!.value;
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw new FormatError(file, 'numbers in little-endian order', 'big-endian ones');
  return read;
}

/** Where the elements of each storage start. */
function placesOf(
  bytes: Uint8Array,
  { file, storages, keys, from }: Known & { readonly keys: Read; readonly from: number },
): Map<string, number> {
  if (!Array.isArray(keys.value)) throw new FormatError(file, 'a list of storages', 'something else');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<string, number>();
  let at = from;
  for (const key of keys.value as readonly PickleValue[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key))
      throw new FormatError(file, 'the key of a storage of its tensors', String(key).slice(0, 40));
    if (at + 8 + storage.bytes > bytes.length)
      throw new FormatError(
        file,
        `${storage.bytes} bytes of storage ${storage.key}`,
        `the end after ${Math.max(0, bytes.length - at - 8)}`,
      );
    const count = view.getBigUint64(at, true);
    if (count !== BigInt(storage.count))
      throw new FormatError(file, `${storage.count} elements in storage ${storage.key}`, String(count));
    places.set(storage.key, at + 8);
    at += 8 + storage.bytes;
  }
  return places;
}
