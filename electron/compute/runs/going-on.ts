/** Going on with a run from what lies in its folder. */
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { cutAfter } from './metrics-log';
import type { RunFolder } from './run-folder';
import type { Standing, TrainingRun } from './training-run';

/**
 * Brings a fresh training to the newest sound checkpoint and forgets what was measured after it; without one
 * it stays at the beginning, which the seed makes the same again.
 * @param at a step to go on from in place of the newest
 * @throws SafetensorsError when every checkpoint is damaged, or the one asked for
 */
export async function restoreNewest(training: TrainingRun, folder: RunFolder, at?: number): Promise<Standing> {
  await folder.tidy();
  const steps = at === undefined ? (await folder.checkpoints.steps()).reverse() : [at];
  const standing = await firstSound(steps, async (step) => training.restore(await folder.checkpoints.read(step)));
  await folder.checkpoints.dropAfter(training.updates);
  await cutAfter(folder.metricsFile, { step: training.updates, ...standing });
  return standing;
}

async function firstSound(steps: readonly number[], restore: (step: number) => Promise<Standing>): Promise<Standing> {
  let damage: unknown = null;
  for (const step of steps) {
    try {
      return await restore(step);
    } catch (error) {
      if (!(error instanceof SafetensorsError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      damage ??= error;
    }
  }
  // No checkpoint at all is no damage.
  if (damage !== null) throw damage;
  return { owesLook: false, best: null };
}
