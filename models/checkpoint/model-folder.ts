/**
 * The folder of a model: model.safetensors with tensors under the reference's names, config.json with the settings, and card.json;
 * identifiers.json with the names of the puzzles that have embeddings; optimizer.safetensors with the state of the optimiser that weights were
 * imported with. All carry checksums; files of earlier versions have none.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { checksumOf, parseWithChecksum, stringifyWithChecksum } from '../../datasets/formats/json-checksum';
import { findSchemaProblem } from '../../datasets/formats/schema-problem';
import { MessageError, type MessageId } from '../../renderer/messages/message';
import { demosSchema, type Demos } from '../evaluate/demos';
import type { ModelConfig } from '../family/config';
import { checkConfig, ConfigError } from '../family/config';
import type { ModelState } from '../family/weights';
import type { OptimiserState } from '../optim/optimiser';
import { withFileSource } from './byte-source';
import { addChecksum, readChecksum, withChecksum } from './checksum';
import { encodeIdentifiers, identifiersFile, identifiersSchema, MAX_IDENTIFIER_BYTES } from './identifier-names';
import { requireSize } from './regular-file';
import type { ModelCard } from './model-card';
import { describeData, modelCardSchema } from './model-card';
import type { ReferenceArch } from './reference-config';
import { fromReference, referenceSettings } from './reference-config';
import { namedTensors, readStateFrom } from './model-tensors';
import { encodeOptimiserState, optimiserFile, readOptimiserState } from './optimiser-state';
import { encodeSafetensorsParts, SafetensorsError } from './safetensors';

export interface StoredModel {
  readonly config: ModelConfig;
  readonly state: ModelState;
  readonly card: ModelCard;
  /** Names of the puzzles by row of the puzzle embeddings, `<blank>` first; absent in models of earlier versions and of other programs. */
  readonly identifiers?: readonly string[];
}

/** A model to write or export. */
export interface TrainableModel extends StoredModel {
  /** Absent in most models. */
  readonly optimiser?: OptimiserState;
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

/** Writes the files, each atomically; `state` must not change meanwhile. The card is written last: a folder with a card is a model. */
export async function writeModel(folder: string, model: TrainableModel): Promise<void> {
  const { config, state, card, identifiers } = model;
  await mkdir(folder, { recursive: true });
  await writeOrRemove(join(folder, identifiersFile), identifiers && encodeIdentifiers(identifiers));
  const settings = referenceSettings(config, describeData(card));
  await writeAtomically(join(folder, modelFiles.config), stringifyWithChecksum(settings));
  const parts = encodeSafetensorsParts(namedTensors(config, state), withChecksum());
  await writeAtomically(join(folder, modelFiles.weights), await addChecksum(parts));
  const optimizer = await writeOptimiser(folder, model);
  const weights = await readTensorChecksum(folder, modelFiles.weights);
  const files = { config: checksumOf(settings), ...(optimizer !== null && { optimizer }) };
  await writeCard(folder, {
    ...describeOptimiser(card, model.optimiser),
    ...(weights !== null && { files: { ...files, weights } }),
  });
}

async function writeOrRemove(path: string, content: Parameters<typeof writeAtomically>[1] | undefined): Promise<void> {
  await (content === undefined ? rm(path, { force: true }) : writeAtomically(path, content));
}

/** @returns the checksum of the file; null without a state, whose file is removed */
async function writeOptimiser(folder: string, { config, state, optimiser }: TrainableModel): Promise<string | null> {
  const parts = optimiser && (await addChecksum(encodeOptimiserState(config, optimiser, state)));
  await writeOrRemove(join(folder, optimiserFile), parts);
  return parts ? readTensorChecksum(folder, optimiserFile) : null;
}

/** The card with what it says about the state of the optimiser. */
function describeOptimiser(card: ModelCard, optimiser: OptimiserState | undefined): ModelCard {
  const described = { ...card };
  delete described.optimizer;
  return { ...described, ...(optimiser && { optimizer: { step: optimiser.step } }) };
}

/** Null where a file of tensors has no checksum, or cannot be read. */
const readTensorChecksum = (folder: string, file: string): Promise<string | null> =>
  withFileSource(join(folder, file), readChecksum).catch(() => null);

/** @throws ModelFolderError when a file is missing or damaged, or does not match the others */
export async function readModel(folder: string): Promise<StoredModel> {
  const config = await readConfig(folder);
  const card = await readJson(folder, modelFiles.card, modelCardSchema);
  const state = await readFrom(folder, modelFiles.weights, (path) =>
    inFile(modelFiles.weights, () => withFileSource(path, (source) => readStateFrom(source, config))),
  );
  const identifiers = existsSync(join(folder, identifiersFile)) ? await readNames(folder, config) : null;
  return { config, state, card, ...(identifiers && { identifiers }) };
}

/**
 * Reads the state of the optimiser of a model, which `readModel` leaves out.
 * @param model that of the folder
 * @throws ModelFolderError where there is none, it is damaged, or the weights were replaced
 */
export async function readOptimiser(
  folder: string,
  { config, state, card }: Pick<StoredModel, 'config' | 'state' | 'card'>,
): Promise<OptimiserState> {
  if (!card.optimizer) throw new ModelFolderError('checkpoint.folder.noOptimizer', { model: card.name });
  return readFrom(folder, optimiserFile, (path) =>
    inFile(optimiserFile, () => withFileSource(path, (source) => readOptimiserState(source, config, state))),
  );
}

/** A model to fine-tune, with the state of its optimiser where that is kept. @throws as `readModel` and `readOptimiser` */
export async function readStart(
  folder: string,
  optimizerState: 'keep' | 'reset',
): Promise<{ readonly model: StoredModel; readonly optimiser?: OptimiserState }> {
  const model = await readModel(folder);
  return optimizerState === 'keep' ? { model, optimiser: await readOptimiser(folder, model) } : { model };
}

/** A model with the state of its optimiser, if it has one. @throws as `readModel` and `readOptimiser` */
export async function readTrainableModel(folder: string): Promise<TrainableModel> {
  const model = await readModel(folder);
  return model.card.optimizer ? { ...model, optimiser: await readOptimiser(folder, model) } : model;
}

/** @throws ModelFolderError also where there are more or fewer names than rows */
async function readNames(folder: string, { numPuzzleIdentifiers }: ModelConfig): Promise<readonly string[]> {
  const { names } = await readJson(folder, identifiersFile, identifiersSchema, MAX_IDENTIFIER_BYTES);
  if (names.length === numPuzzleIdentifiers) return names;
  throw new ModelFolderError('checkpoint.folder.identifierCount', {
    file: identifiersFile,
    count: numPuzzleIdentifiers,
    found: names.length,
  });
}

/** Reads only the settings. @throws ModelFolderError */
export async function readConfig(folder: string): Promise<ModelConfig> {
  const { arch, data } = await readJson(folder, modelFiles.config, configSchema);
  return inFile(modelFiles.config, () => {
    const { seq_len: seqLen, vocab_size: vocabSize, num_puzzle_identifiers: numPuzzleIdentifiers } = data;
    const config = fromReference(arch as unknown as ReferenceArch, { seqLen, vocabSize, numPuzzleIdentifiers });
    checkConfig(config);
    return config;
  });
}

/** Replaces the card of a model. */
export const writeCard = (folder: string, card: ModelCard): Promise<void> =>
  writeAtomically(join(folder, modelFiles.card), stringifyWithChecksum(card));

/** Reads only the card, which is enough to list a model. @throws ModelFolderError */
export const readCard = (folder: string): Promise<ModelCard> => readJson(folder, modelFiles.card, modelCardSchema);

/**
 * The names of the files where their content does not match their checksum, or they belong to another model: edited, replaced,
 * or damaged in a way that leaves them readable. @throws ModelFolderError
 */
export async function listChangedFiles(folder: string): Promise<string[]> {
  const config = await readWithChecksum(folder, modelFiles.config);
  const card = await readWithChecksum(folder, modelFiles.card);
  const { files } = modelCardSchema.safeParse(card.value).data ?? {};
  const weights = files && (await readTensorChecksum(folder, modelFiles.weights));
  const optimizer = files?.optimizer === undefined ? undefined : await readTensorChecksum(folder, optimiserFile);
  const isOther = {
    config: files !== undefined && config.checksum !== null && config.checksum !== files.config,
    weights: files !== undefined && typeof weights === 'string' && weights !== files.weights,
  };
  // A card that names neither is the one of another model.
  const isOtherCard = isOther.config && isOther.weights;
  return [
    ...(config.isDamaged || (isOther.config && !isOtherCard) ? [modelFiles.config] : []),
    ...(card.isDamaged || isOtherCard ? [modelFiles.card] : []),
    ...(isOther.weights && !isOtherCard ? [modelFiles.weights] : []),
    ...(optimizer !== files?.optimizer && !isOtherCard ? [optimiserFile] : []),
  ];
}

/** Puzzles that show how the model thinks; a model without them has no such file. */
export const demosFile = 'demos.json';

/** @throws ModelFolderError for a folder whose card cannot be read */
export async function writeDemos(folder: string, demos: Demos): Promise<void> {
  const card = await readCard(folder);
  await writeAtomically(join(folder, demosFile), stringifyWithChecksum(demos));
  if (card.files) await writeCard(folder, { ...card, files: { ...card.files, demos: checksumOf(demos) } });
}

/** Whether a model has demos, or should have some. @throws ModelFolderError for a folder whose card cannot be read */
export const hasDemos = async (folder: string): Promise<boolean> =>
  existsSync(join(folder, demosFile)) || (await readCard(folder)).files?.demos !== undefined;

/** @throws ModelFolderError when the file is missing or damaged, or does not match its checksum and that of the card */
export async function readDemos(folder: string): Promise<Demos> {
  const { isDamaged, checksum } = await readWithChecksum(folder, demosFile);
  const demos = await readJson(folder, demosFile, demosSchema);
  const { files } = await readCard(folder);
  if (isDamaged || (files?.demos !== undefined && files.demos !== checksum))
    throw new ModelFolderError('checkpoint.folder.damagedDemos', { file: demosFile });
  return demos;
}

/** Larger than any settings, card or demos: a card has a few kilobytes for each of its evaluations. */
const MAX_JSON_BYTES = 2 ** 24;

/** @throws ModelFolderError for an error of the disk */
async function readFrom<Result>(
  folder: string,
  file: string,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = join(folder, file);
  try {
    // A pipe or a device would be read without end.
    if (!(await stat(path)).isFile()) throw new ModelFolderError('checkpoint.folder.notRegular', { folder, file });
    return await read(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ModelFolderError(
      code === 'ENOENT' ? 'checkpoint.folder.missingFile' : 'checkpoint.folder.unreadableFile',
      { folder, file },
    );
  }
}

async function readJson<Schema extends z.ZodType>(
  folder: string,
  file: string,
  schema: Schema,
  maxBytes = MAX_JSON_BYTES,
): Promise<z.infer<Schema>> {
  const parsed = schema.safeParse((await readWithChecksum(folder, file, maxBytes)).value);
  if (parsed.success) return parsed.data;
  const { place, reason } = findSchemaProblem(parsed.error);
  if (place === '') throw new ModelFolderError('checkpoint.fileError', { file, reason });
  throw new ModelFolderError('checkpoint.folder.invalidValue', { file, path: place, reason });
}

/** @throws ModelFolderError; FormatError for a file that is too large */
async function readWithChecksum(
  folder: string,
  file: string,
  maxBytes = MAX_JSON_BYTES,
): Promise<ReturnType<typeof parseWithChecksum>> {
  return readFrom(folder, file, async (path) => {
    requireSize((await stat(path)).size, maxBytes, file);
    const text = await readFile(path, 'utf8');
    return inFile(file, () => parseWithChecksum(text));
  });
}

/** Adds the name of the file to errors of reading it. */
async function inFile<Result>(file: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof ConfigError)
      throw new ModelFolderError('checkpoint.fileError', { file, reason: error.text });
    if (error instanceof SyntaxError)
      throw new ModelFolderError('checkpoint.folder.notJson', { file, reason: error.message });
    throw error;
  }
}
