/** Reads PyTorch checkpoints without running anything in them, and finds the model's tensors among what they hold. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import type { StoredTensor } from '../safetensors';
import { decodeElements, elementTypes } from '../safetensors';
import { expectRegularFile, readRegularFile } from '../regular-file';
import { withZip } from '../zip';
import type { Container } from './containers';
import { isLegacyCheckpoint, legacyContainer, zipContainer } from './containers';
import type { PickleValue } from './pickle-bytes';
import type { Storage } from './tensors';
import { gatherBytes, TensorView } from './tensors';

interface Dictionary {
  /** Keys on the way to it. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorView>;
}

/** Names that trainers give the model's dictionary among several. */
const commonNames = ['state_dict', 'model_state_dict', 'model'];

interface StateDictionary {
  readonly tensors: ReadonlyMap<string, TensorView>;
  /** How many of them are averages (EMA) that the trainer saved beside the weights. */
  readonly averaged: number;
}

/**
 * The one dictionary of tensors; among several the one that has a usual name, with the trainer's averages in place
 * of the weights that it averages. Other content (step counts, settings) is ignored.
 * @throws FormatError when there is none, or more than one could be meant
 */
function stateDictionary(value: PickleValue, file: string): StateDictionary {
  const all = dictionaries(value);
  const found = all.length > 1 ? all.filter(({ path }) => commonNames.includes(path.at(-1) ?? '')) : all;
  if (found.length === 1) return withAverages(found[0]!, all, file);
  const names = all
    .map(({ path }) => path.join('.') || 'the whole')
    .join(', ')
    .slice(0, 100);
  throw new FormatError(file, 'one dictionary of tensors', all.length === 0 ? 'none' : `${all.length}: ${names}`);
}

/** Where the reference's trainer keeps its averages, beside the model; other trainers of the family a level below. */
const averagesAt = ['ema_helper', 'ema_helper.shadow'];

/** Buffers have no averages, and frozen weights need none. */
function withAverages({ path, tensors }: Dictionary, all: readonly Dictionary[], file: string): StateDictionary {
  const beside = averagesAt.map((name) => [...path.slice(0, -1), name].join('.'));
  const averages = all.find((other) => beside.includes(other.path.join('.')))?.tensors;
  const merged = new Map(tensors);
  let averaged = 0;
  for (const [name, own] of tensors) {
    const average = averages?.get(name);
    if (!average) continue;
    if (average.shape.join() !== own.shape.join())
      throw new FormatError(
        `${file}, average of ${name}`,
        `[${own.shape.join(', ')}], as the weights have it`,
        `[${average.shape.join(', ')}]`,
      );
    merged.set(name, average);
    averaged++;
  }
  return { tensors: merged, averaged };
}

/** Deeper than any checkpoint is nested. */
const MAX_LEVELS = 8;

/** Dictionaries that hold tensors, each once: the same one may occur many times, also in itself. */
function dictionaries(root: PickleValue): Dictionary[] {
  const found: Dictionary[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: readonly string[]) => {
    if (!(value instanceof Map) || seen.has(value) || path.length > MAX_LEVELS) return;
    seen.add(value);
    const named = [...value].filter((entry): entry is [string, PickleValue] => typeof entry[0] === 'string');
    const tensors = new Map(named.filter((entry): entry is [string, TensorView] => entry[1] instanceof TensorView));
    if (tensors.size > 0) found.push({ path, tensors });
    named.forEach(([name, inner]) => visit(inner, [...path, name]));
  };
  visit(root, []);
  return found;
}

const MAX_ENTRIES = 100_000;

/**
 * Tensors can share a storage, a view can show one number a million times, and a packed storage is small:
 * together they may take this many times the file, and a megabyte.
 */
const MAX_UNFOLDING = 4;
const maxUnpackedBytes = (fileSize: number): number => MAX_UNFOLDING * fileSize + 2 ** 20;

interface TorchCheckpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** How many of them are averages (EMA) that the trainer saved beside the weights. */
  readonly averaged: number;
}

/** The tensors alone. @throws FormatError as `openTorchCheckpoint` */
export const readTorchCheckpoint = async (path: string): Promise<ReadonlyMap<string, StoredTensor>> =>
  (await openTorchCheckpoint(path)).tensors;

/**
 * The tensors of a state dictionary by the names they have in the file, zip container or the older one.
 * @throws FormatError for everything else, for what calls anything but the constructors of tensors, and for
 * tensors whose numbers are not there
 */
export async function openTorchCheckpoint(path: string): Promise<TorchCheckpoint> {
  const file = basename(path);
  const fileSize = await expectRegularFile(path);
  const head = await readHead(path);
  if (!isTorch(head)) throw new FormatError(file, 'a PyTorch checkpoint', 'other bytes at its start');
  if (isLegacyCheckpoint(head))
    return namedTensors(legacyContainer(await readRegularFile(path), file), { file, fileSize });
  const limits = { maxEntries: MAX_ENTRIES, maxBytes: maxUnpackedBytes(fileSize) };
  return withZip(path, limits, async (archive) => namedTensors(await zipContainer(archive, file), { file, fileSize }));
}

/** Whether a file starts as a checkpoint of either container does. */
export const isTorch = (head: Uint8Array): boolean => isZip(head) || isLegacyCheckpoint(head);

const isZip = (head: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => head[i] === byte);

/** The first bytes of a file. */
export async function readHead(path: string, length = 16): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

interface FileFacts {
  readonly file: string;
  readonly fileSize: number;
}

async function namedTensors({ value, storage }: Container, { file, fileSize }: FileFacts): Promise<TorchCheckpoint> {
  const { tensors: views, averaged } = stateDictionary(value, file);
  const total = [...views.values()].reduce((sum, view) => sum + view.count * elementTypes[view.storage.type].bytes, 0);
  if (total > maxUnpackedBytes(fileSize))
    throw new FormatError(
      file,
      `tensors of at most ${maxUnpackedBytes(fileSize)} bytes`,
      `views that unfold to ${total}`,
    );
  const read = new Map<string, StoredTensor>();
  // One storage after another, so that only one is in memory beside the tensors.
  for (const shared of byStorage(views)) {
    const bytes = await storage(shared[0]![1].storage);
    for (const [name, view] of shared) read.set(name, readTensor(view, { bytes, where: `${file}, ${name}` }));
  }
  // In the order of the dictionary.
  return { tensors: new Map([...views.keys()].map((name) => [name, read.get(name) as StoredTensor])), averaged };
}

type Named = readonly [name: string, view: TensorView];

function byStorage(views: ReadonlyMap<string, TensorView>): Named[][] {
  const groups = new Map<string, Named[]>();
  const keyOf = ({ key, type, count }: Storage) => `${type} ${count} ${key}`;
  for (const entry of views) {
    const key = keyOf(entry[1].storage);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()];
}

function readTensor(
  view: TensorView,
  { bytes, where }: { readonly bytes: Uint8Array; readonly where: string },
): StoredTensor {
  try {
    return { shape: view.shape, values: decodeElements(view.storage.type, gatherBytes(view, bytes)) };
  } catch (error) {
    throw new FormatError(where, 'whole numbers of at most 53 bits', (error as Error).message);
  }
}
