/** PyTorch checkpoints, read without running anything that is in them. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import type { StoredTensor } from '../element-types';
import { decodeElements, elementTypes } from '../element-types';
import { expectPlainFile, readPlainFile } from '../plain-file';
import { withZip } from '../zip';
import type { Container } from './container';
import { isLegacy, legacyContainer } from './legacy-container';
import { stateDictionary } from './state-dict';
import type { Storage, TensorView } from './tensor-view';
import { gatherBytes } from './tensor-view';
import { zipContainer } from './zip-container';

const MOST_ENTRIES = 100_000;

/**
 * Tensors can share a storage, a view can show one number a million times, and a packed storage is small:
 * together they may take this many times the file, and a megabyte.
 */
const MOST_UNFOLDING = 4;
const mostBytes = (fileSize: number): number => MOST_UNFOLDING * fileSize + 2 ** 20;

export interface TorchCheckpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** How many of them are averages that the trainer kept beside the model's own. */
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
  const fileSize = await expectPlainFile(path);
  const head = await readHead(path);
  if (!isTorch(head)) throw new FormatError(file, 'a PyTorch checkpoint', 'other bytes at its start');
  if (isLegacy(head)) return tensorsOf(legacyContainer(await readPlainFile(path), file), { file, fileSize });
  const limits = { mostEntries: MOST_ENTRIES, mostBytes: mostBytes(fileSize) };
  return withZip(path, limits, async (archive) => tensorsOf(await zipContainer(archive, file), { file, fileSize }));
}

/** Whether a file starts as a checkpoint of either container does. */
export const isTorch = (head: Uint8Array): boolean => isZip(head) || isLegacy(head);

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

async function tensorsOf({ value, storage }: Container, { file, fileSize }: FileFacts): Promise<TorchCheckpoint> {
  const { tensors: views, averaged } = stateDictionary(value, file);
  const total = [...views.values()].reduce((sum, view) => sum + view.count * elementTypes[view.storage.type].bytes, 0);
  if (total > mostBytes(fileSize))
    throw new FormatError(file, `tensors of at most ${mostBytes(fileSize)} bytes`, `views that unfold to ${total}`);
  const read = new Map<string, StoredTensor>();
  // One storage after another, so that no more than one is held beside what is made of it.
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
