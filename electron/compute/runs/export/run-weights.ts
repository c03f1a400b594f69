/** The model of a run as it is now, without training on. */
import type { Answering } from '../../../../models/checkpoint/training-state-file';
import { readAnswering } from '../../../../models/checkpoint/training-state-file';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { SafetensorsError } from '../../../../models/checkpoint/safetensors';
import type { RunFolder } from '../run-folder';
import type { RunRecord } from '../run-record';
import { RunFolderError } from '../run-record';

/**
 * Of the newest sound checkpoint; where there is none, what the run has saved.
 * @throws RunFolderError when there is neither, SafetensorsError when all that there is is damaged
 */
export async function weightsOfRun(
  folder: RunFolder,
  record: RunRecord,
  savedModel: () => Promise<StoredModel | null>,
): Promise<Answering> {
  let damage: unknown = null;
  for (const step of (await folder.checkpoints.steps()).reverse()) {
    try {
      return readAnswering(await folder.checkpoints.read(step), record.setup.config);
    } catch (error) {
      // A run that is training may have dropped it meanwhile.
      if (!(error instanceof SafetensorsError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      damage ??= error;
    }
  }
  const saved = await savedModel();
  if (saved) return { state: saved.state, updates: saved.card.training.steps, rateFactor: 1 };
  throw (
    damage ??
    new RunFolderError(
      `run "${record.run.runId}" has no checkpoint yet and no model: there are no weights to take along`,
    )
  );
}
