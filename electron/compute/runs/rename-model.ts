/** The model of a run takes the new name of its run, unless it was renamed by itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles, readCard, writeCard } from '../../../models/checkpoint/model-folder';
import type { ModelCard } from '../../../models/checkpoint/model-card';
import { formatEnglish } from '../../../renderer/messages/english';
import type { RunRecord } from './run-record';

/**
 * Changes the card of the saved model. A run that loses its name leaves its model the last one.
 * @param before the record of the run before it was renamed
 * @param folder of its model; nothing happens where there is no model any more
 * @returns whether the model was renamed
 * @throws ModelFolderError for a damaged card; errors of the disk
 */
export async function renameModelOfRun(before: RunRecord, name: string | null, folder: string): Promise<boolean> {
  if (name === null || name === before.run.name || !existsSync(join(folder, modelFiles.card))) return false;
  const card = await readCard(folder);
  if (!hasNameOfRun(card, before)) return false;
  await writeCard(folder, { ...card, name });
  return true;
}

/** Whether a model has the name that its run gave it: its own, or one that ends with the name of its preset. */
const hasNameOfRun = (card: Pick<ModelCard, 'name'>, { run, setup }: RunRecord): boolean =>
  run.name === null ? card.name.endsWith(` · ${formatEnglish(setup.preset.name)}`) : card.name === run.name;
