/** The model card that an export has written into the config of its weights. */
import { basename, dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseUndamaged } from '../../../datasets/formats/json-checksum';
import { message, type Message } from '../../../renderer/messages/message';
import { portableCardSchema, type ModelCard } from '../model-card';
import { modelFiles } from '../model-folder';

const exportedSchema = z.object({ card: portableCardSchema });
const dataSchema = z.object({
  data: z.object({ dataset: z.string().max(200), dataset_hash: z.string().max(64).optional() }),
});

/** What is known about the training of imported weights: the whole card, or only the dataset; empty for weights of other programs. */
export type Provenance = Partial<ModelCard>;

interface Training {
  readonly provenance: Provenance;
  readonly notes: readonly Message[];
}

/**
 * Reads the card beside or in a config; without one, the dataset that the config names.
 * @param settingsFile the config of the weights, which must belong to them; null for none
 * @param isOtherModel whether the model has other settings: what was measured with those of the config is left out, with a note
 */
export async function readTraining(settingsFile: string | null, isOtherModel: boolean): Promise<Training> {
  if (settingsFile === null) return { provenance: {}, notes: [] };
  const provenance = await readProvenance(settingsFile);
  return isOtherModel ? withoutAccuracy(provenance, basename(settingsFile)) : { provenance, notes: [] };
}

function withoutAccuracy({ accuracy, evaluations = [], ...provenance }: Provenance, file: string): Training {
  const isMeasured = Boolean(accuracy) || evaluations.length > 0;
  return { provenance, notes: isMeasured ? [message('checkpoint.import.accuracyLeftOut', { file })] : [] };
}

async function readProvenance(settingsFile: string): Promise<Provenance> {
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
  return text === null ? null : parseUndamaged(text, portableCardSchema);
}
