/** The model card that an export has written into the config of its weights. */
import { basename, dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseUndamaged } from '../../../datasets/formats/json-checksum';
import { modelCardSchema, type ModelCard } from '../model-card';
import { modelFiles } from '../model-folder';

const exportedSchema = z.object({ card: modelCardSchema.omit({ files: true }) });
const dataSchema = z.object({
  data: z.object({ dataset: z.string().max(200), dataset_hash: z.string().max(64).optional() }),
});

/** What is known about the training of imported weights: the whole card, or only the dataset; empty for weights of other programs. */
export type Provenance = Partial<ModelCard>;

/**
 * Reads the card beside or in a config; without one, the dataset that the config names.
 * @param settingsFile the config of the weights; it must belong to them
 */
export async function readProvenance(settingsFile: string | null): Promise<Provenance> {
  if (settingsFile === null) return {};
  const text = await readFile(settingsFile, 'utf8');
  const card = parseUndamaged(text, exportedSchema)?.card ?? (await readCardBeside(settingsFile));
  if (card) return card;
  const data = parseUndamaged(text, dataSchema)?.data;
  return data
    ? { dataset: data.dataset, ...(data.dataset_hash !== undefined && { datasetHash: data.dataset_hash }) }
    : {};
}

/** The card of a model's folder. */
async function readCardBeside(settingsFile: string): Promise<Provenance | null> {
  if (basename(settingsFile) !== modelFiles.config) return null;
  const text = await readFile(join(dirname(settingsFile), modelFiles.card), 'utf8').catch(() => null);
  return text === null ? null : parseUndamaged(text, modelCardSchema.omit({ files: true }));
}
