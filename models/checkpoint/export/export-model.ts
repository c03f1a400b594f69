/** Exports a model to a file for other programs. */
import { basename, extname } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { message, type Message } from '../../../renderer/messages/message';
import type { ModelConfig } from '../../family/config';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { hashFile } from '../../../datasets/formats/hash-file';
import { stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import { addChecksum, withChecksum } from '../checksum';
import type { StoredModel } from '../model-folder';
import { describeData } from '../model-card';
import { namedTensors } from '../model-tensors';
import { REFERENCE_INNER_MULTIPLE, referenceSettings } from '../reference-config';
import { encodeSafetensorsParts } from '../safetensors';
import type { FloatTensor } from '../torch/write-torch';
import { writeTorchCheckpoint } from '../torch/write-torch';
import { onnxSolve, onnxStep } from './onnx-files';

/** `onnx-step`: one supervision step; `onnx-solve`: all steps. */
export const exportFormats = ['safetensors', 'pt', 'onnx-step', 'onnx-solve'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  /** Batch size of an ONNX file; 1 by default. */
  readonly batchSize?: number;
  /** For `pt`: adds the prefix `_orig_mod.` to names, like the reference's trainer for a compiled model. */
  readonly compiledNames?: boolean;
}

export interface Exported {
  /** Paths of all written files: the model, and its config if the format cannot contain it. */
  readonly files: readonly string[];
  /** Sentences about settings that the reference's code does not support. */
  readonly notes: readonly Message[];
}

type ExportedModel = Pick<StoredModel, 'config' | 'state'> & {
  readonly card?: Pick<StoredModel['card'], 'dataset' | 'datasetHash'>;
};

/** Writes each file atomically, the model first. @throws FormatError for a model that is too large for the format */
export async function exportModel(
  model: ExportedModel,
  format: ExportFormat,
  path: string,
  options: ExportOptions = {},
): Promise<Exported> {
  await writers[format](model, path, options);
  if (!needsConfigFile[format]) return { files: [path], notes: [] };
  const settings = referenceSettings(model.config, model.card && describeData(model.card));
  const exported = { ...settings, weights_sha256: await hashFile(path) };
  await writeAtomically(configPath(path), stringifyWithChecksum(exported));
  return { files: [path, configPath(path)], notes: describeUnsupportedByReference(model.config) };
}

/** Path of the config of an exported file, where an import finds it. */
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
  // Other libraries read the format of the tensors, and use PyTorch's layout of linear weights.
  safetensors: async ({ config, state }, path) =>
    writeAtomically(
      path,
      await addChecksum(encodeSafetensorsParts(namedTensors(config, state), withChecksum({ format: 'pt' }))),
    ),
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

/** Limit of protocol buffers, whose lengths have 31 bits, with space for the graph. */
const MAX_ONNX_BYTES = 2 ** 31 - 2 ** 24;

async function writeOnnx(
  encode: typeof onnxStep,
  { config, state }: ExportedModel,
  path: string,
  { batchSize = 1 }: ExportOptions,
): Promise<void> {
  const bytes = Object.values(state).reduce((sum, values: Float32Array) => sum + values.byteLength, 0);
  if (bytes > MAX_ONNX_BYTES)
    throw new FormatError(
      basename(path),
      message('checkpoint.onnx.maxBytes', { count: MAX_ONNX_BYTES }),
      message('checkpoint.bytes', { count: bytes }),
    );
  await writeAtomically(path, encode(config, state, batchSize));
}

/** Sentences about settings that the reference's code does not support. */
function describeUnsupportedByReference({ innerMultiple, separateNetworks }: ModelConfig): Message[] {
  const settings = [
    ...(innerMultiple === REFERENCE_INNER_MULTIPLE
      ? []
      : [
          message('checkpoint.export.innerMultiple', {
            multiple: innerMultiple,
            reference: REFERENCE_INNER_MULTIPLE,
          }),
        ]),
    ...(separateNetworks ? [message('checkpoint.export.separateNetworks')] : []),
  ];
  return settings.length > 0 ? [message('checkpoint.export.beyondReference', { settings })] : [];
}
