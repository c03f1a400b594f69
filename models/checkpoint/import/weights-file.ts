/** Finds and reads the file with a model's tensors, and normalises the names of the tensors. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { message, type Message, type MessageError } from '../../../renderer/messages/message';
import type { StoredTensor } from '../safetensors';
import { expectRegularFile, readRegularFile } from '../regular-file';
import { optimiserFile } from '../optimiser-state';
import { readSafetensors, SafetensorsError } from '../safetensors';
import {
  isTorch,
  openTorchCheckpoint,
  readHead,
  type HyperParameters,
  type StoredOptimiser,
} from '../torch/read-torch';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** Prefixes added by compiling, by training on several devices, by the loss around the model, and by the model around its network. */
const prefixes = /^(?:_orig_mod\.|module\.|model\.|inner\.)*/u;

/** Replaces the prefixes of tensor names by the reference's. @throws FormatError when two tensors would get the same name */
export function stripPrefixes(tensors: Tensors, file: string): Tensors {
  const plain = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const own = name.replace(prefixes, 'model.inner.');
    if (plain.has(own))
      throw new FormatError(
        file,
        message('checkpoint.weights.oneTensor', { name: own }),
        message('checkpoint.weights.secondTensor', { name }),
      );
    plain.set(own, tensor);
  }
  return plain;
}

interface WeightsFile {
  readonly path: string;
  /** Name of the model: that of the file, or of its folder if the file has a generic name. */
  readonly name: string;
  /** A sentence if there was a choice. */
  readonly notes: readonly Message[];
}

/** The reference's trainer names its checkpoints by the step, without an extension. */
export const stepName = /^step_(\d{1,15})$/u;
/** The training state in a cluster job, which has no config of its own; without an extension of weights: an import of the folder takes model.pt. */
export const trainingStateFile = 'training_state.torch';
const weightsExtension = /\.(?:safetensors|pt|pth|ckpt|bin)$/iu;

/** The state of an optimiser is a file beside its weights. */
const isWeights = (file: string): boolean => weightsExtension.test(file) && !file.endsWith(optimiserFile);

/** Finds the file of weights: the path itself, or in a folder model.safetensors, else the last checkpoint, else the only file of weights. @throws FormatError */
export async function findWeights(path: string): Promise<WeightsFile> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return { path, name: parseName(path), notes: [] };
  const { file, notes } = chooseWeights(await readdir(path), basename(resolve(path)));
  return { path: join(path, file), name: parseName(join(path, file)), notes };
}

function chooseWeights(files: readonly string[], folder: string): { readonly file: string; readonly notes: Message[] } {
  if (files.includes('model.safetensors')) return { file: 'model.safetensors', notes: [] };
  const parseStep = (file: string) => Number(stepName.exec(file)?.[1] ?? -1);
  const steps = files.filter((file) => parseStep(file) >= 0).sort((a, b) => parseStep(b) - parseStep(a));
  const candidates = steps.length > 0 ? steps : files.filter(isWeights).sort();
  if (candidates.length === 0)
    throw new FormatError(folder, message('checkpoint.weights.folder'), message('checkpoint.weights.noCheckpoint'));
  if (steps.length === 0 && candidates.length > 1)
    throw new FormatError(folder, message('checkpoint.weights.one'), candidates.slice(0, 4).join(', '));
  const [file = ''] = candidates;
  return {
    file,
    notes: candidates.length > 1 ? [message('checkpoint.import.lastOf', { count: candidates.length, file })] : [],
  };
}

function parseName(path: string): string {
  const file = basename(path);
  const isGeneric = stepName.test(file) || file === 'model.safetensors';
  return isGeneric ? basename(dirname(resolve(path))) : file.replace(weightsExtension, '');
}

export interface TensorFile {
  readonly tensors: Tensors;
  /** Number of tensors that are averages (EMA), which the trainer saved beside the weights. */
  readonly averaged: number;
  /** Names of the classes whose objects stand beside the tensors and were passed over. */
  readonly passedOver: readonly string[];
  /** Arguments of the model that PyTorch Lightning has saved with it. */
  readonly hyperParameters: HyperParameters;
  /** The state of the optimiser that the trainer has saved in the file, or why it cannot be used; null without one. */
  readonly optimiser: StoredOptimiser | MessageError | null;
}

/** Detects the format by content. @throws FormatError unless the file is a valid file of tensors */
export async function readWeights(path: string): Promise<TensorFile> {
  const file = basename(path);
  await expectRegularFile(path);
  const head = await readHead(path);
  if (isTorch(head)) return openTorchCheckpoint(path);
  if (head[8] !== '{'.charCodeAt(0))
    throw new FormatError(file, message('checkpoint.weights.expected'), message('checkpoint.otherStart'));
  try {
    return {
      tensors: readSafetensors(await readRegularFile(path)).tensors,
      averaged: 0,
      passedOver: [],
      hyperParameters: {},
      optimiser: null,
    };
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new FormatError(
        file,
        message('checkpoint.weights.safetensors'),
        message('checkpoint.damaged', { reason: error.text }),
      );
    throw error;
  }
}
