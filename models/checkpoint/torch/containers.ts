/**
 * The two containers of PyTorch checkpoints: a pickle, and the bytes of each storage by its key.
 * Since PyTorch 1.6: a zip archive of one folder, with the pickle in data.pkl and each storage in data/<key>. Earlier: five
 * pickles in sequence (a magic number, a version, the machine, the data, the keys of the storages), then the storages in
 * the order of the keys, each as a count of 8 bytes and its elements.
 */
import { FormatError } from '../../../datasets/formats/format-error';
import { message } from '../../../renderer/messages/message';
import { requireSize } from '../regular-file';
import type { ZipArchive } from '../zip';
import { findForeign } from './foreign-objects';
import { readPickle } from './pickle';
import type { PickleValue } from './pickle-bytes';
import { ArgumentError, describeValue } from './pickle-bytes';
import type { Storage } from './tensors';
import { constructors, parseStorage } from './tensors';

export interface Container {
  readonly value: PickleValue;
  /** Names of the classes whose objects stand beside the tensors and were passed over. */
  readonly passedOver: readonly string[];
  /** Reads exactly the bytes of a storage. @throws FormatError when the file has no such storage, or one of another size */
  readonly storage: (storage: Storage) => Promise<Uint8Array>;
}

/** The pickle of a model, a list of names and shapes, is much shorter. */
const MAX_PICKLE_BYTES = 2 ** 26;

const MAGIC = 0x1950a86a20f9469cfc6cn;

/** The pickle of the magic number starts with protocol 2 and an integer of 10 bytes. */
export const isLegacyCheckpoint = (head: Uint8Array): boolean =>
  [0x80, 0x02, 0x8a, 0x0a].every((byte, i) => head[i] === byte);

/** @throws FormatError */
export function legacyContainer(bytes: Uint8Array, file: string): Container {
  const storages = new Map<string, Storage>();
  const passedOver = new Set<string>();
  const [, , , value, keys] = readPickles(bytes.subarray(0, MAX_PICKLE_BYTES), { file, storages, passedOver });
  const places = findStorageOffsets(bytes, { file, storages, keys: keys!, from: keys!.end });
  return {
    value: value!.value,
    passedOver: [...passedOver],
    async storage({ key, bytes: length }) {
      const from = places.get(key);
      if (from === undefined)
        throw new FormatError(
          file,
          message('checkpoint.torch.storage', { key }),
          message('checkpoint.torch.noStorage'),
        );
      return bytes.subarray(from, from + length);
    },
  };
}

type ReadPickle = ReturnType<typeof readPickle>;

type Known = { readonly file: string; readonly storages: Map<string, Storage> };

function readPickles(
  bytes: Uint8Array,
  { file, storages, passedOver }: Known & { readonly passedOver: Set<string> },
): ReadPickle[] {
  const noted = (id: PickleValue) => {
    const storage = parseStorage(id);
    const before = storages.get(storage.key);
    if (before && before.bytes !== storage.bytes)
      throw new ArgumentError(
        message('checkpoint.torch.storageBytes', { count: before.bytes, key: storage.key }),
        message('checkpoint.bytes', { count: storage.bytes }),
      );
    storages.set(storage.key, storage);
    return storage;
  };
  const read: ReadPickle[] = [];
  for (let number = 0; number < 5; number++) {
    const isData = number === 3;
    read.push(
      readPickle({
        bytes,
        file,
        from: read.at(-1)?.end ?? 0,
        constructors: isData ? constructors : new Map(),
        ...(isData && { persistent: noted, foreign: findForeign(passedOver) }),
      }),
    );
  }
  if (read[0]!.value !== MAGIC)
    throw new FormatError(file, message('checkpoint.torch.expected'), message('checkpoint.torch.otherPickle'));
  const machine = read[2]!.value;
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw new FormatError(file, message('checkpoint.torch.littleEndian'), message('checkpoint.torch.bigEndian'));
  return read;
}

/** Returns where the elements of each storage start. */
function findStorageOffsets(
  bytes: Uint8Array,
  { file, storages, keys, from }: Known & { readonly keys: ReadPickle; readonly from: number },
): Map<string, number> {
  if (!Array.isArray(keys.value))
    throw new FormatError(file, message('checkpoint.torch.storageList'), describeValue(keys.value));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<string, number>();
  let at = from;
  for (const key of keys.value as readonly PickleValue[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key))
      throw new FormatError(file, message('checkpoint.torch.storageKey'), describeValue(key));
    if (at + 8 + storage.bytes > bytes.length)
      throw new FormatError(
        file,
        message('checkpoint.torch.storageBytes', { count: storage.bytes, key: storage.key }),
        message('checkpoint.endAfter', { count: Math.max(0, bytes.length - at - 8) }),
      );
    const count = view.getBigUint64(at, true);
    if (count !== BigInt(storage.count))
      throw new FormatError(
        file,
        message('checkpoint.torch.elementsInStorage', { count: storage.count, key: storage.key }),
        String(count),
      );
    places.set(storage.key, at + 8);
    at += 8 + storage.bytes;
  }
  return places;
}

/** @throws FormatError */
export async function zipContainer(archive: ZipArchive, file: string): Promise<Container> {
  const root = findRoot(archive, file);
  await expectLittleEndian(archive, { root, file });
  const pickle = `${root}data.pkl`;
  requireSize(archive.size(pickle) ?? 0, MAX_PICKLE_BYTES, `${file}, ${pickle}`);
  const passedOver = new Set<string>();
  const { value } = readPickle({
    bytes: await archive.read(pickle),
    file: `${file}, data.pkl`,
    constructors,
    foreign: findForeign(passedOver),
    persistent: parseStorage,
  });
  return {
    value,
    passedOver: [...passedOver],
    async storage({ key, bytes }) {
      const name = `${root}data/${key}`;
      const found = archive.size(name);
      if (found !== undefined && found !== bytes)
        throw new FormatError(
          `${file}, ${name}`,
          message('checkpoint.torch.tensorBytes', { count: bytes }),
          message('checkpoint.bytes', { count: found }),
        );
      return archive.read(name);
    },
  };
}

/** Returns the folder in the archive, which has the name of the file when it was saved. */
function findRoot(archive: ZipArchive, file: string): string {
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/u.test(name));
  if (pickles.length !== 1)
    throw new FormatError(
      file,
      message('checkpoint.torch.oneDataPkl'),
      pickles.length === 0
        ? message('checkpoint.torch.noDataPkl')
        : message('checkpoint.torch.severalDataPkl', { count: pickles.length }),
    );
  return pickles[0]!.slice(0, -'data.pkl'.length);
}

/** The byte order is absent in files of PyTorch before 2.1. */
async function expectLittleEndian(
  archive: ZipArchive,
  { root, file }: { readonly root: string; readonly file: string },
): Promise<void> {
  const name = `${root}byteorder`;
  const size = archive.size(name);
  if (size === undefined) return;
  const order = size > 16 ? null : new TextDecoder().decode(await archive.read(name));
  if (order !== 'little')
    throw new FormatError(
      `${file}, ${name}`,
      message('checkpoint.torch.littleEndian'),
      order ?? message('checkpoint.bytes', { count: size }),
    );
}
