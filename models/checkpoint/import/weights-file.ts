/** The file with a model's tensors: finding it, reading it, and the names of its tensors. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import type { StoredTensor } from '../safetensors';
import { expectRegularFile, readRegularFile } from '../regular-file';
import { readSafetensors, SafetensorsError } from '../safetensors';
import { isTorch, openTorchCheckpoint, readHead } from '../torch/read-torch';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** Of compiling, of training on several devices, of the loss around the model, and of the model around its network. */
const prefixes = /^(?:_orig_mod\.|module\.|model\.|inner\.)*/u;

/** Names without the prefixes that saving added. @throws FormatError when two tensors would get one name */
export function stripPrefixes(tensors: Tensors, file: string): Tensors {
  const plain = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const own = name.replace(prefixes, 'model.inner.');
    if (plain.has(own)) throw new FormatError(file, `one tensor ${own}`, `a second (${name})`);
    plain.set(own, tensor);
  }
  return plain;
}

interface WeightsFile {
  readonly path: string;
  /** A name for the model: the file's, or its folder's where the file's says nothing. */
  readonly name: string;
  /** One sentence where there was a choice. */
  readonly notes: readonly string[];
}

/** The reference's trainer names its checkpoints by the step, without an ending. */
const stepName = /^step_(\d{1,15})$/u;
const ofWeights = /\.(?:safetensors|pt|pth|ckpt|bin)$/iu;

/** A file itself; in a folder model.safetensors, else the last checkpoint, else the only file of weights. @throws FormatError */
export async function findWeights(path: string): Promise<WeightsFile> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return { path, name: parseName(path), notes: [] };
  const { file, notes } = chooseWeights(await readdir(path), basename(resolve(path)));
  return { path: join(path, file), name: parseName(join(path, file)), notes };
}

function chooseWeights(files: readonly string[], folder: string): { readonly file: string; readonly notes: string[] } {
  if (files.includes('model.safetensors')) return { file: 'model.safetensors', notes: [] };
  const parseStep = (file: string) => Number(stepName.exec(file)?.[1] ?? -1);
  const steps = files.filter((file) => parseStep(file) >= 0).sort((a, b) => parseStep(b) - parseStep(a));
  const candidates = steps.length > 0 ? steps : files.filter((file) => ofWeights.test(file)).sort();
  if (candidates.length === 0) throw new FormatError(folder, 'a folder with a checkpoint', 'none in it');
  if (steps.length === 0 && candidates.length > 1)
    throw new FormatError(folder, 'one checkpoint, or a file to be named', candidates.slice(0, 4).join(', '));
  return {
    file: candidates[0]!,
    notes: candidates.length > 1 ? [`Of ${candidates.length} checkpoints the last was taken, ${candidates[0]}.`] : [],
  };
}

function parseName(path: string): string {
  const file = basename(path);
  const saysNothing = stepName.test(file) || file === 'model.safetensors';
  return saysNothing ? basename(dirname(resolve(path))) : file.replace(ofWeights, '');
}

export interface TensorFile {
  readonly tensors: Tensors;
  /** How many of them are averages (EMA) that the trainer saved beside the weights. */
  readonly averaged: number;
}

/** Detects the format by content. @throws FormatError unless the file is a valid file of tensors */
export async function readWeights(path: string): Promise<TensorFile> {
  const file = basename(path);
  await expectRegularFile(path);
  const head = await readHead(path);
  if (isTorch(head)) return openTorchCheckpoint(path);
  if (head[8] !== '{'.charCodeAt(0))
    throw new FormatError(file, 'a PyTorch checkpoint or a safetensors file', 'other bytes at its start');
  try {
    return { tensors: readSafetensors(await readRegularFile(path)).tensors, averaged: 0 };
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new FormatError(file, 'a sound safetensors file', `a flaw (${error.message})`);
    throw error;
  }
}
