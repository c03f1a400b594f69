/** The folder of a model: model.safetensors with tensors under the reference's names, config.json with the settings, and card.json. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { MessageError, type MessageId } from '../../renderer/messages/message';
import type { ModelConfig } from '../family/config';
import { checkConfig, ConfigError } from '../family/config';
import type { Buffers, ModelState } from '../family/weights';
import { bufferSizes, weightNames, weightLayout } from '../family/weights';
import type { ParameterSpec } from '../nn/parameters';
import type { ModelCard } from './model-card';
import { modelCardSchema } from './model-card';
import type { ReferenceArch } from './reference-config';
import { fromReference, referenceSettings } from './reference-config';
import type { SafetensorsFile, StoredTensor } from './safetensors';
import { formatShape, readSafetensors, SafetensorsError, writeSafetensors } from './safetensors';

interface StoredBuffer {
  readonly field: keyof Buffers;
  readonly name: string;
  readonly shape: readonly number[];
}

/** Returns the buffers of a model. */
function storedBuffers(config: ModelConfig): StoredBuffer[] {
  const sizes = bufferSizes(config);
  const all: StoredBuffer[] = [
    { field: 'hInit', name: weightNames.hInit, shape: [config.hiddenSize] },
    { field: 'lInit', name: weightNames.lInit, shape: [config.hiddenSize] },
    { field: 'puzzleTable', name: weightNames.puzzleTable, shape: [config.numPuzzleIdentifiers, config.puzzleEmbNdim] },
  ];
  return all.filter(({ field }) => sizes[field] > 0);
}

/** Names and shapes of all stored tensors of a model. */
export const tensorSpecs = (config: ModelConfig): Pick<ParameterSpec, 'name' | 'shape'>[] => [
  ...weightLayout(config).specs,
  ...storedBuffers(config),
];

export function* namedTensors(config: ModelConfig, state: ModelState): Generator<[string, StoredTensor]> {
  const layout = weightLayout(config);
  for (const { name, shape } of layout.specs) yield [name, { shape, values: layout.values(state.params, name) }];
  for (const { name, shape, field } of storedBuffers(config)) yield [name, { shape, values: state[field] }];
}

/** @throws SafetensorsError when a tensor is missing, has another shape or type, or is not finite */
export function readState(config: ModelConfig, { tensors }: SafetensorsFile): ModelState {
  const layout = weightLayout(config);
  const buffers = storedBuffers(config).map(({ field, ...spec }) => [field, expectTensor(tensors, spec)] as const);
  // All are checked before memory is allocated: a config can contain huge sizes.
  const found = layout.specs.map((spec) => [spec.name, expectTensor(tensors, spec)] as const);
  const params = new Float32Array(layout.size);
  for (const [name, values] of found) layout.values(params, name).set(values);
  const none = new Float32Array(0);
  return { hInit: none, lInit: none, puzzleTable: none, ...Object.fromEntries(buffers), params };
}

function expectTensor(
  tensors: SafetensorsFile['tensors'],
  { name, shape }: Pick<ParameterSpec, 'name' | 'shape'>,
): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new SafetensorsError('safetensors.tensorMissing', { name });
  if (tensor.shape.join() !== shape.join())
    throw new SafetensorsError('safetensors.wrongShape', {
      name,
      expected: formatShape(shape),
      found: formatShape(tensor.shape),
    });
  if (!(tensor.values instanceof Float32Array)) throw new SafetensorsError('safetensors.notFloat32', { name });
  if (!tensor.values.every(Number.isFinite)) throw new SafetensorsError('safetensors.nonFinite', { name });
  return tensor.values;
}

export interface StoredModel {
  readonly config: ModelConfig;
  readonly state: ModelState;
  readonly card: ModelCard;
}

/** A folder without a valid model; the message is one line and names the file. */
export class ModelFolderError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'ModelFolderError';
}

export const modelFiles = { weights: 'model.safetensors', config: 'config.json', card: 'card.json' } as const;

const count = z.number().int().positive();

const configSchema = z.object({
  arch: z.looseObject({ name: z.string(), loss: z.object({ loss_type: z.string() }) }),
  data: z.looseObject({ seq_len: count, vocab_size: count, num_puzzle_identifiers: count.default(1) }),
});

/** Writes the three files, each atomically. The card is written last: a folder with a card is a model. */
export async function writeModel(folder: string, { config, state, card }: StoredModel): Promise<void> {
  await mkdir(folder, { recursive: true });
  const settings = referenceSettings(config, { dataset: card.dataset });
  await writeAtomically(join(folder, modelFiles.config), `${JSON.stringify(settings, null, 2)}\n`);
  await writeAtomically(join(folder, modelFiles.weights), writeSafetensors(namedTensors(config, state)));
  await writeAtomically(join(folder, modelFiles.card), `${JSON.stringify(card, null, 2)}\n`);
}

/** @throws ModelFolderError when a file is missing or damaged, or does not match the others */
export async function readModel(folder: string): Promise<StoredModel> {
  const { arch, data } = await readJson(folder, modelFiles.config, configSchema);
  const config = inFile(modelFiles.config, () => {
    const { seq_len: seqLen, vocab_size: vocabSize, num_puzzle_identifiers: numPuzzleIdentifiers } = data;
    const config = fromReference(arch as unknown as ReferenceArch, { seqLen, vocabSize, numPuzzleIdentifiers });
    checkConfig(config);
    return config;
  });
  const card = await readJson(folder, modelFiles.card, modelCardSchema);
  const bytes = await readBytes(folder, modelFiles.weights);
  const state = inFile(modelFiles.weights, () => readState(config, readSafetensors(bytes)));
  return { config, state, card };
}

/** Reads only the card, which is enough to list a model. @throws ModelFolderError */
export const readCard = (folder: string): Promise<ModelCard> => readJson(folder, modelFiles.card, modelCardSchema);

async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, file));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ModelFolderError(isMissing ? 'checkpoint.folder.missingFile' : 'checkpoint.folder.unreadableFile', {
      folder,
      file,
    });
  }
}

async function readJson<Schema extends z.ZodType>(
  folder: string,
  file: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = new TextDecoder().decode(await readBytes(folder, file));
  const parsed = schema.safeParse(inFile(file, () => JSON.parse(text) as unknown));
  if (parsed.success) return parsed.data;
  const { path, message: reason } = parsed.error.issues[0]!;
  if (path.length === 0) throw new ModelFolderError('checkpoint.fileError', { file, reason });
  throw new ModelFolderError('checkpoint.folder.invalidValue', { file, path: path.join('.'), reason });
}

/** Adds the name of the file to errors of reading it. */
function inFile<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof ConfigError)
      throw new ModelFolderError('checkpoint.fileError', { file, reason: error.text });
    if (error instanceof SyntaxError)
      throw new ModelFolderError('checkpoint.folder.notJson', { file, reason: error.message });
    throw error;
  }
}
