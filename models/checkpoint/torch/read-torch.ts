/** Reads PyTorch checkpoints without executing code, and finds the tensors of the model in them. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { message, MessageError } from '../../../renderer/messages/message';
import type { StoredTensor } from '../safetensors';
import { decodeElements, elementTypes, formatShape } from '../safetensors';
import { expectRegularFile, readRegularFile } from '../regular-file';
import { withZip } from '../zip';
import type { Container } from './containers';
import { isLegacyCheckpoint, legacyContainer, zipContainer } from './containers';
import { findOptimiser, type OptimiserMoments } from './optimiser-dictionary';
import type { PickleValue } from './pickle-bytes';
import type { Storage } from './tensors';
import { gatherBytes, TensorView } from './tensors';

interface Dictionary {
  /** Keys that lead to it. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorView>;
}

/** Names that trainers give the model's dictionary among several. */
const commonNames = ['state_dict', 'model_state_dict', 'model'];

interface StateDictionary {
  readonly tensors: ReadonlyMap<string, TensorView>;
  /** The tensors of the model, without averages. */
  readonly trained: ReadonlyMap<string, TensorView>;
  /** How many of them are averages (EMA) that the trainer saved beside the weights. */
  readonly averaged: number;
}

/**
 * Finds the only dictionary of tensors, or among several the one with a common name. Averages that the trainer saved
 * replace the averaged weights. Other content (step counts, settings) is ignored.
 * @throws FormatError when there is none or the choice is ambiguous
 */
function stateDictionary(value: PickleValue, file: string): StateDictionary {
  const all = dictionaries(value);
  const isModel = ({ path }: Dictionary) =>
    commonNames.includes(path.at(-1) ?? '') && !path.some((name) => averageName.test(name));
  const found = all.length > 1 ? all.filter(isModel) : all;
  if (found.length === 1) return withAverages(found[0]!, all, file);
  const names = all
    .map(({ path }) => path.join('.') || '/')
    .join(', ')
    .slice(0, 100);
  throw new FormatError(
    file,
    message('checkpoint.torch.dictionary'),
    all.length === 0
      ? message('checkpoint.torch.none')
      : message('checkpoint.torch.dictionaries', { count: all.length, names }),
  );
}

/** Names of the averages that trainers save beside the model, such as `ema_helper` (the reference), `model_ema` or `averaged_model`. */
const averageName = /(?:^|_)(?:ema|avg|averaged?|shadow|swa)(?:_|$)/iu;

/** Names of averages of gradients, such as `exp_avg_sq` of Adam and `square_avg` of RMSprop: state of the optimiser, not of the model. */
const gradientAverageName = /exp_avg|avg_sq|square_avg|grad_avg|momentum|optimi[sz]er/iu;

/** Whether the keys that lead to a dictionary name averages of weights. */
const namesAverages = (path: readonly string[]): boolean =>
  averageName.test(path[0] ?? '') && !path.some((name) => gradientAverageName.test(name));

/** Prefixes that compiling, parallel training and averaging add in front of a model's names. */
const wrappers = /^(?:_orig_mod\.|module\.|ema_model\.)+/u;

const plainName = (name: string): string => name.replace(wrappers, '');

/** The averages of a model's weights by their plain names: the dictionary beside it, or further inside, that has most of them; empty if there is none. */
function findAverages({ path, tensors }: Dictionary, all: readonly Dictionary[]): ReadonlyMap<string, TensorView> {
  const names = new Set([...tensors.keys()].map(plainName));
  const outer = path.slice(0, -1);
  const candidates = all
    .filter(
      (other) => outer.every((name, i) => other.path[i] === name) && namesAverages(other.path.slice(outer.length)),
    )
    .map((other) => new Map([...other.tensors].map(([name, tensor]) => [plainName(name), tensor] as const)));
  const count = (averages: ReadonlyMap<string, unknown>) =>
    [...averages.keys()].filter((name) => names.has(name)).length;
  return candidates.sort((one, other) => count(other) - count(one))[0] ?? new Map<string, TensorView>();
}

/** Replaces weights by their averages. Buffers have no averages, and frozen weights need none. */
function withAverages(model: Dictionary, all: readonly Dictionary[], file: string): StateDictionary {
  const averages = findAverages(model, all);
  const merged = new Map(model.tensors);
  let averaged = 0;
  for (const [name, own] of model.tensors) {
    const average = averages.get(plainName(name));
    if (!average) continue;
    if (average.shape.join() !== own.shape.join())
      throw new FormatError(
        message('checkpoint.torch.averagePlace', { file, name }),
        message('checkpoint.torch.weightsShape', { shape: formatShape(own.shape) }),
        formatShape(average.shape),
      );
    merged.set(name, average);
    averaged++;
  }
  return { tensors: merged, trained: model.tensors, averaged };
}

/** No checkpoint is nested more deeply. */
const MAX_LEVELS = 8;

/** Lists the dictionaries with tensors, each once: a dictionary may occur many times, even in itself. */
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
 * Tensors can share a storage, a view can repeat one number a million times, and a compressed storage is small:
 * in memory, all tensors may take this many times the size of the file, plus a megabyte.
 */
const MAX_UNFOLDING = 4;
const maxUnpackedBytes = (fileSize: number): number => MAX_UNFOLDING * fileSize + 2 ** 20;

interface TorchCheckpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** How many of them are averages (EMA) that the trainer saved beside the weights. */
  readonly averaged: number;
  /** Names of the classes whose objects stand beside the tensors and were passed over. */
  readonly passedOver: readonly string[];
  /** Numbers and texts under `hyper_parameters`, where PyTorch Lightning saves the arguments of a model; empty without them. */
  readonly hyperParameters: HyperParameters;
  /** The state of the optimiser that the trainer has saved, or why it cannot be used; null without one. */
  readonly optimiser: StoredOptimiser | MessageError | null;
}

export interface StoredOptimiser {
  readonly moments: OptimiserMoments<StoredTensor>;
  /** The tensors of the model as they are trained, in the order of the file: without averages. */
  readonly trained: ReadonlyMap<string, StoredTensor>;
}

export type HyperParameters = Readonly<Record<string, PickleValue>>;

function findHyperParameters(value: PickleValue): HyperParameters {
  const found = value instanceof Map ? (value.get('hyper_parameters') as PickleValue | undefined) : undefined;
  return found instanceof Map
    ? Object.fromEntries([...(found as Map<PickleValue, PickleValue>)].filter(([name]) => typeof name === 'string'))
    : {};
}

/** Reads only the tensors. @throws FormatError as `openTorchCheckpoint` */
export const readTorchCheckpoint = async (path: string): Promise<ReadonlyMap<string, StoredTensor>> =>
  (await openTorchCheckpoint(path)).tensors;

/**
 * Reads the tensors of a state dictionary by their names in the file, from a zip container or the older one.
 * @throws FormatError for other files, for pickles that name functions of Python, PyTorch or NumPy other than the constructors of tensors,
 * and for tensors with missing values
 */
export async function openTorchCheckpoint(path: string): Promise<TorchCheckpoint> {
  const file = basename(path);
  const fileSize = await expectRegularFile(path);
  const head = await readHead(path);
  if (!isTorch(head))
    throw new FormatError(file, message('checkpoint.torch.expected'), message('checkpoint.otherStart'));
  if (isLegacyCheckpoint(head))
    return namedTensors(legacyContainer(await readRegularFile(path), file), { file, fileSize });
  const limits = { maxEntries: MAX_ENTRIES, maxBytes: maxUnpackedBytes(fileSize) };
  return withZip(path, limits, async (archive) => namedTensors(await zipContainer(archive, file), { file, fileSize }));
}

/** Whether a file starts like a checkpoint in either container. */
export const isTorch = (head: Uint8Array): boolean => isZip(head) || isLegacyCheckpoint(head);

const isZip = (head: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => head[i] === byte);

/** Reads the first bytes of a file. */
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

async function namedTensors(container: Container, facts: FileFacts): Promise<TorchCheckpoint> {
  const { value, passedOver } = container;
  const { tensors, trained, averaged } = stateDictionary(value, facts.file);
  return {
    tensors: await readNamed(tensors, container, facts),
    averaged,
    passedOver,
    hyperParameters: findHyperParameters(value),
    optimiser: await readOptimiser(trained, container, facts).catch((error: unknown) => {
      if (error instanceof MessageError) return error;
      throw error;
    }),
  };
}

/** Tensors in the order of the dictionary. */
async function readNamed(
  views: ReadonlyMap<string, TensorView>,
  container: Container,
  facts: FileFacts,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const read = await readViews([...views], container, facts);
  return new Map([...views].map(([name, view]) => [name, read.get(view) as StoredTensor]));
}

/** Null for a checkpoint without an optimiser. @throws MessageError for one that cannot be used */
async function readOptimiser(
  trained: ReadonlyMap<string, TensorView>,
  container: Container,
  facts: FileFacts,
): Promise<StoredOptimiser | null> {
  const found = findOptimiser(container.value);
  if (!found) return null;
  const views = [...found].flatMap(([key, moments]) =>
    Object.values(moments).flatMap((view): Named[] => (view instanceof TensorView ? [[`optimizer ${key}`, view]] : [])),
  );
  const read = await readViews(views, container, facts);
  const valuesOf = (view: TensorView) => read.get(view) as StoredTensor;
  const moments = new Map(
    [...found].map(([key, { m, v, step }]) => [
      key,
      { m: valuesOf(m), v: valuesOf(v), step: step instanceof TensorView ? valuesOf(step) : step },
    ]),
  );
  return { moments, trained: await readNamed(trained, container, facts) };
}

/** Reads tensors, one storage at a time, so that only one is in memory beside them. @throws FormatError also where they would take too much memory */
async function readViews(
  views: readonly Named[],
  { storage }: Container,
  { file, fileSize }: FileFacts,
): Promise<ReadonlyMap<TensorView, StoredTensor>> {
  const total = views.reduce((sum, [, view]) => sum + view.count * elementTypes[view.storage.type].bytes, 0);
  if (total > maxUnpackedBytes(fileSize))
    throw new FormatError(
      file,
      message('checkpoint.torch.maxTensorBytes', { count: maxUnpackedBytes(fileSize) }),
      message('checkpoint.torch.viewBytes', { count: total }),
    );
  const read = new Map<TensorView, StoredTensor>();
  for (const shared of byStorage(views)) {
    const bytes = await storage(shared[0]![1].storage);
    for (const [name, view] of shared) read.set(view, readTensor(view, { bytes, where: `${file}, ${name}` }));
  }
  return read;
}

type Named = readonly [name: string, view: TensorView];

function byStorage(views: readonly Named[]): Named[][] {
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
    throw new FormatError(where, message('checkpoint.torch.safeIntegers'), (error as MessageError).text);
  }
}
