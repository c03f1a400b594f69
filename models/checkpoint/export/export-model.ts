/** A model as a file for other programs. */
import { basename, extname } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import type { ModelConfig } from '../../family/config';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import type { StoredModel } from '../model-folder';
import { namedTensors } from '../model-folder';
import { REFERENCE_INNER_MULTIPLE, referenceSettings } from '../reference-config';
import { encodeSafetensorsParts } from '../safetensors';
import type { FloatTensor } from '../torch/write-torch';
import { writeTorchCheckpoint } from '../torch/write-torch';
import { onnxSolve, onnxStep } from './onnx-files';

/** `onnx-step`: one supervision step; `onnx-solve`: all of them. */
export const exportFormats = ['safetensors', 'pt', 'onnx-step', 'onnx-solve'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  /** Puzzles that an ONNX file answers at once; 1 when absent. */
  readonly batchSize?: number;
  /** Names as the reference's trainer gives them to a compiled model, which begin with `_orig_mod.`; for `pt`. */
  readonly compiledNames?: boolean;
}

export interface Exported {
  /** Paths of all files written: the model, and its config where the format has no place for it. */
  readonly files: readonly string[];
  /** Sentences on settings that the reference's code does not support. */
  readonly notes: readonly string[];
}

type ExportedModel = Pick<StoredModel, 'config' | 'state'> & { readonly card?: Pick<StoredModel['card'], 'dataset'> };

/** Each file is written whole or not at all, the model first. @throws FormatError for a model too large for the format */
export async function exportModel(
  model: ExportedModel,
  format: ExportFormat,
  path: string,
  options: ExportOptions = {},
): Promise<Exported> {
  await writers[format](model, path, options);
  if (!needsConfigFile[format]) return { files: [path], notes: [] };
  const settings = referenceSettings(model.config, model.card && { dataset: model.card.dataset });
  await writeAtomically(configPath(path), `${JSON.stringify(settings, null, 2)}\n`);
  return { files: [path, configPath(path)], notes: beyondReference(model.config) };
}

/** Path of the config of an exported file; an import looks for it there. */
const configPath = (path: string): string => `${path.slice(0, path.length - extname(path).length)}.config.json`;

/** Whether the format needs a config file next to it. */
const needsConfigFile: Readonly<Record<ExportFormat, boolean>> = {
  safetensors: true,
  pt: true,
  'onnx-step': false,
  'onnx-solve': false,
};

type Writer = (model: ExportedModel, path: string, options: ExportOptions) => Promise<void>;

const writers: Readonly<Record<ExportFormat, Writer>> = {
  // Other libraries ask who wrote the tensors, and take PyTorch's layout of linear weights.
  safetensors: ({ config, state }, path) =>
    writeAtomically(path, encodeSafetensorsParts(namedTensors(config, state), { format: 'pt' })),
  pt: ({ config, state }, path, { compiledNames = false }) => {
    const tensors = [...namedTensors(config, state)] as [string, FloatTensor][];
    return writeTorchCheckpoint(
      path,
      tensors.map(([name, tensor]) => [compiledNames ? `_orig_mod.${name}` : name, tensor]),
    );
  },
  'onnx-step': (model, path, options) => writeOnnx(onnxStep, model, path, options),
  'onnx-solve': (model, path, options) => writeOnnx(onnxSolve, model, path, options),
};

/** Protocol buffers are read in one piece, and their lengths are numbers of 31 bits. */
const MAX_ONNX_BYTES = 2 ** 31 - 2 ** 24;

async function writeOnnx(
  encode: typeof onnxStep,
  { config, state }: ExportedModel,
  path: string,
  { batchSize = 1 }: ExportOptions,
): Promise<void> {
  const bytes = Object.values(state).reduce((sum, values: Float32Array) => sum + values.byteLength, 0);
  if (bytes > MAX_ONNX_BYTES)
    throw new FormatError(basename(path), `a model of at most ${MAX_ONNX_BYTES} bytes, as ONNX files hold`, `${bytes}`);
  await writeAtomically(path, encode(config, state, batchSize));
}

/** Sentences on settings that the reference's code does not support. */
function beyondReference(config: ModelConfig): string[] {
  const own = [
    config.innerMultiple !== REFERENCE_INNER_MULTIPLE &&
      `inner widths in multiples of ${config.innerMultiple} instead of ${REFERENCE_INNER_MULTIPLE}`,
    config.separateNetworks && 'separate networks for zH and zL',
  ].filter((reason) => reason !== false);
  return own.length > 0
    ? [`The reference's own code does not build this model, which has ${own.join(' and ')}; the lab does.`]
    : [];
}
