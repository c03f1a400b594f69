/** Implements the contract's requests about models on damaged puzzles. */
import { readIdentifiers } from '../../../datasets/formats/reference-folder';
import { requireDamage } from '../../../datasets/damage/damage';
import { SAMPLE_SEED, samplePuzzles } from '../../../datasets/sample';
import { MessageError } from '../../../renderer/messages/message';
import type { Handlers } from '../../contract/contract';
import type { damageRequests } from '../../contract/damage';
import { createJob } from '../job';
import { evaluateDamaged } from './damage';
import { requireFit } from './model-fit';
import type { SolveServiceOptions } from './solve-service';

export function damageHandlers({
  library,
  datasets,
  getSessionOptions,
  emit,
}: Pick<SolveServiceOptions, 'library' | 'datasets' | 'getSessionOptions' | 'emit'>): Pick<
  Handlers,
  keyof typeof damageRequests
> {
  return {
    evaluateDamaged: async ({ model: id, dataset, split, puzzles: size, steps, job: name, ...damage }, signal) => {
      const model = await library.read(id);
      const { counts, kind, read, folder } = await datasets.open(dataset);
      const total = counts[split];
      if (total === undefined) throw new MessageError('models.fit.noSplit', { dataset, split });
      requireFit({ model, kind, dataset });
      requireDamage(kind, damage.damage);
      // If the device fails, the CPU takes over.
      const options = { ...(await getSessionOptions()), onFallback: () => undefined };
      const config = { ...model.config, ...(steps !== undefined && { haltMaxSteps: steps }) };
      const names = folder === undefined || config.puzzleEmbNdim === 0 ? undefined : await readIdentifiers(folder);
      const sampled = await samplePuzzles(kind, () => read(split), { size, seed: SAMPLE_SEED, total, signal });
      const plan = { model: { ...model, config }, kind, dataset, names, ...damage };
      const { puzzles } = sampled;
      const job = createJob(emit, name, signal);
      const { accuracy, examples } = await evaluateDamaged({ ...plan, puzzles, total: sampled.total }, options, job);
      return { ...accuracy, examples };
    },
  };
}
