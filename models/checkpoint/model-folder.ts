/** A model on disk: model.safetensors (reference names), config.json (reference settings) and card.json. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelConfig } from '../family/config';
import { checkConfig, ConfigError } from '../family/config';
import type { ModelState } from '../family/weights';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import type { Card } from './model-card';
import { cardSchema } from './model-card';
import { readState, namedTensors } from './model-tensors';
import type { ReferenceArch } from './reference-config';
import { fromReference, referenceSettings } from './reference-config';
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors';

export interface StoredModel {
  readonly config: ModelConfig;
  readonly state: ModelState;
  readonly card: Card;
}

/** A folder that does not hold a sound model; the message is one line and names the file. */
export class ModelFolderError extends Error {
  override readonly name = 'ModelFolderError';
}

export const modelFiles = { weights: 'model.safetensors', config: 'config.json', card: 'card.json' } as const;

const count = z.number().int().positive();

const configSchema = z.object({
  arch: z.looseObject({ name: z.string(), loss: z.object({ loss_type: z.string() }) }),
  data: z.looseObject({ seq_len: count, vocab_size: count, num_puzzle_identifiers: count.default(1) }),
});

/** Writes the three files, each whole or not at all; the card comes last and makes the folder a model. */
export async function writeModel(folder: string, { config, state, card }: StoredModel): Promise<void> {
  await mkdir(folder, { recursive: true });
  const settings = referenceSettings(config, { dataset: card.dataset });
  await writeAtomically(join(folder, modelFiles.config), `${JSON.stringify(settings, null, 2)}\n`);
  await writeAtomically(join(folder, modelFiles.weights), writeSafetensors(namedTensors(config, state)));
  await writeAtomically(join(folder, modelFiles.card), `${JSON.stringify(card, null, 2)}\n`);
}

/** @throws ModelFolderError when a file is missing, damaged, or does not fit the others */
export async function readModel(folder: string): Promise<StoredModel> {
  const { arch, data } = await readJson(folder, modelFiles.config, configSchema);
  const config = inFile(modelFiles.config, () => {
    const { seq_len: seqLen, vocab_size: vocabSize, num_puzzle_identifiers: numPuzzleIdentifiers } = data;
    const config = fromReference(arch as unknown as ReferenceArch, { seqLen, vocabSize, numPuzzleIdentifiers });
    checkConfig(config);
    return config;
  });
  const card = await readJson(folder, modelFiles.card, cardSchema);
  const bytes = await readBytes(folder, modelFiles.weights);
  const state = inFile(modelFiles.weights, () => readState(config, readSafetensors(bytes)));
  return { config, state, card };
}

/** Only the card: enough to list a model. @throws ModelFolderError */
export const readCard = (folder: string): Promise<Card> => readJson(folder, modelFiles.card, cardSchema);

async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, file));
  } catch (error) {
    throw new ModelFolderError(
      `${folder} is not a model: ${file} ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read'}`,
    );
  }
}

async function readJson<Schema extends z.ZodType>(
  folder: string,
  file: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = new TextDecoder().decode(await readBytes(folder, file));
  const parsed = schema.safeParse(inFile(file, () => JSON.parse(text) as unknown));
  if (!parsed.success)
    throw new ModelFolderError(
      `${file}: ${parsed.error.issues[0]!.path.join('.')}: ${parsed.error.issues[0]!.message}`,
    );
  return parsed.data;
}

/** Errors of reading say in which file. */
function inFile<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof ConfigError || error instanceof SyntaxError)
      throw new ModelFolderError(`${file}: ${error.message}`);
    throw error;
  }
}
