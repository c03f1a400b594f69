/** Exports a model to a file for other programs. */
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { message, type Message } from '../../../renderer/messages/message';
import type { ModelConfig } from '../../family/config';
import { requireNew, writeAtomically, writeNewFile } from '../../../datasets/formats/atomic-write';
import { lastComponent, mapStrings, withoutFolders } from '../../../datasets/private-paths';
import { hashFile } from '../../../datasets/formats/hash-file';
import { stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import { addChecksum, withChecksum } from '../checksum';
import type { TrainableModel } from '../model-folder';
import { describeData, portableCardSchema, type ModelCard } from '../model-card';
import { encodeIdentifiers, identifiersFile } from '../identifier-names';
import { namedTensors } from '../model-tensors';
import { encodeOptimiserState, optimiserFile } from '../optimiser-state';
import { REFERENCE_INNER_MULTIPLE, referenceSettings } from '../reference-config';
import { encodeSafetensorsParts } from '../safetensors';
import type { FloatTensor } from '../torch/write-torch';
import { writeTorchCheckpoint } from '../torch/write-torch';
import type { TokenType } from '../../onnx/token-type';
import type { WeightStorage } from '../../onnx/weight-storage';
import type { ExportFormat } from './export-format';
import type { EvaluatedWeights } from './onnx-accuracy';
import { encodeOnnx, solveFile, stepFile, type OnnxExport } from './onnx-files';
import { describeOrigin } from './onnx-metadata';

export interface ExportOptions {
  /** Batch size of an ONNX file; any by default, or 1 for a model that only works with a fixed one. */
  readonly batchSize?: number;
  /** Type of the tokens of an ONNX file; int32 by default. */
  readonly tokenType?: TokenType;
  /** Type of the stored weights of an ONNX file; float32 by default. */
  readonly weights?: WeightStorage;
  /** Evaluates an ONNX file whose weights are not float32, for its metadata. A parameter, so that threads for files load no onnxruntime. */
  readonly evaluateWeights?: (model: ExportedModel, weights: WeightStorage) => Promise<EvaluatedWeights>;
  /** For `pt`: adds the prefix `_orig_mod.` to names, like the reference's trainer for a compiled model. */
  readonly compiledNames?: boolean;
}

export interface Exported {
  /** Paths of all written files: the model, and its config, names of puzzles and state of the optimiser if the format cannot contain them. */
  readonly files: readonly string[];
  /** Sentences about settings that the reference's code does not support. */
  readonly notes: readonly Message[];
}

type ExportedModel = Pick<TrainableModel, 'config' | 'state' | 'identifiers' | 'optimiser'> & {
  readonly card?: ModelCard | Pick<ModelCard, 'dataset' | 'datasetHash'>;
};

/**
 * Writes each file atomically, the model first.
 * @throws ExistsError where a file of the name exists; FormatError for a model that is too large for the format
 */
export async function exportModel(
  model: ExportedModel,
  format: ExportFormat,
  path: string,
  options: ExportOptions = {},
): Promise<Exported> {
  await requireNew(path);
  if (!needsConfigFile[format]) return { files: [path], notes: await writers[format](model, path, options) };
  const config = await findCompanionPath(path, 'config.json');
  const companions = await Promise.all(
    listCompanions(model).map(async ({ ending, write }) => ({ file: await findCompanionPath(path, ending), write })),
  );
  await writers[format](model, path, options);
  const settings = referenceSettings(model.config, model.card && describeData(model.card));
  const exported = { ...settings, ...describeProvenance(model.card), weights_sha256: await hashFile(path) };
  await writeNewFile(config, stringifyWithChecksum(exported));
  for (const { file, write } of companions) await write(file);
  const files = [path, config, ...companions.map(({ file }) => file)];
  return { files, notes: describeUnsupportedByReference(model.config) };
}

interface Companion {
  /** End of the name of the file. */
  readonly ending: string;
  readonly write: (path: string) => Promise<void>;
}

/** The files of a model that the formats of weights cannot contain. */
function listCompanions({ config, state, identifiers, optimiser }: ExportedModel): Companion[] {
  return [
    ...(identifiers
      ? [{ ending: identifiersFile, write: (path: string) => writeNewFile(path, encodeIdentifiers(identifiers)) }]
      : []),
    ...(optimiser
      ? [
          {
            ending: optimiserFile,
            write: async (path: string) =>
              writeNewFile(path, await addChecksum(encodeOptimiserState(config, optimiser, state))),
          },
        ]
      : []),
  ];
}

/**
 * Path of a file beside an exported one, where an import finds it: e.g. `model.config.json`, or `model.pt.config.json` where that is the config of
 * another export. @throws ExistsError where both exist
 */
async function findCompanionPath(path: string, ending: string): Promise<string> {
  const usual = `${path.slice(0, path.length - extname(path).length)}.${ending}`;
  if (!existsSync(usual)) return usual;
  const full = `${path}.${ending}`;
  await requireNew(full);
  return full;
}

/** The model card without the folders that cards of earlier versions name, and without what belongs to the files of the model's folder. */
function describeProvenance(card: ExportedModel['card']): object {
  if (!card || !('name' in card)) return {};
  const kept = portableCardSchema.parse(card);
  return { card: mapStrings({ ...kept, dataset: lastComponent(card.dataset) }, withoutFolders) };
}

/** Whether the format needs a config file next to it. */
const needsConfigFile: Readonly<Record<ExportFormat, boolean>> = {
  safetensors: true,
  pt: true,
  'onnx-step': false,
  'onnx-solve': false,
};

/** Returns sentences about the file. */
type Writer = (model: ExportedModel, path: string, options: ExportOptions) => Promise<Message[]>;

const writers: Readonly<Record<ExportFormat, Writer>> = {
  // Other libraries read the format of the tensors, and use PyTorch's layout of linear weights.
  safetensors: async ({ config, state }, path) => {
    const parts = encodeSafetensorsParts(namedTensors(config, state), withChecksum({ format: 'pt' }));
    await writeAtomically(path, await addChecksum(parts));
    return [];
  },
  pt: async ({ config, state }, path, { compiledNames = false }) => {
    const tensors = [...namedTensors(config, state)] as [string, FloatTensor][];
    await writeTorchCheckpoint(
      path,
      tensors.map(([name, tensor]) => [compiledNames ? `_orig_mod.${name}` : name, tensor]),
    );
    return [];
  },
  'onnx-step': (model, path, options) => writeOnnx(stepFile, model, path, options),
  'onnx-solve': (model, path, options) => writeOnnx(solveFile, model, path, options),
};

/** Limit of protocol buffers, whose lengths have 31 bits, with space for the graph. */
const MAX_ONNX_BYTES = 2 ** 31 - 2 ** 24;

async function writeOnnx(
  kind: OnnxExport,
  model: ExportedModel,
  path: string,
  { batchSize, tokenType, weights = 'float32', evaluateWeights }: ExportOptions,
): Promise<Message[]> {
  const { config, state, card } = model;
  const bytes = Object.values(state).reduce((sum, values: Float32Array) => sum + values.byteLength, 0);
  if (bytes > MAX_ONNX_BYTES)
    throw new FormatError(
      basename(path),
      message('checkpoint.onnx.maxBytes', { count: MAX_ONNX_BYTES }),
      message('checkpoint.bytes', { count: bytes }),
    );
  const evaluated = weights === 'float32' ? undefined : await evaluateWeights?.(model, weights);
  const { bytes: encoded } = encodeOnnx(
    kind,
    { config, state },
    {
      metadata: { ...describeOrigin(card), ...evaluated?.metadata },
      ...(batchSize !== undefined && { batchSize }),
      ...(tokenType && { tokenType }),
      weights,
    },
  );
  await writeAtomically(path, encoded);
  return evaluated ? [evaluated.note] : [];
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
