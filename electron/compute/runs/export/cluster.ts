/** "Continue on a cluster": a folder with all that the reference's PyTorch code needs to go on with a run. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { requireNew, writeFolder } from '../../../../datasets/formats/atomic';
import { writeAtomically } from '../../../../models/checkpoint/atomic-file';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import type { Run } from '../../../contract/contract';
import type { Job } from '../../datasets/job';
import type { RunFolder } from '../run-folder';
import { requireSameData } from '../run-start';
import { writeClusterDataset, type PlacedDataset } from './cluster-dataset';
import { clusterReadme, firstOfAll } from './cluster-readme';
import { referenceLimits } from './reference-limits';
import { referenceOverrides } from './reference-overrides';
import { scheduleOf } from './reference-schedule';
import { weightsOfRun } from './run-weights';
import { trainScript } from './train-script';

/** A run, and where the parts of it are that lie outside of its folder. */
export interface RunParts {
  readonly folder: RunFolder;
  readonly dataset: (name: string) => Promise<PlacedDataset>;
  /** The model that it has saved; null where there is none. */
  readonly savedModel: (run: Run) => Promise<StoredModel | null>;
}

export interface ClusterOptions {
  readonly out: string;
  /** Symmetric copies of each puzzle to learn from. */
  readonly augment?: number;
  readonly job: Job;
}

const USUAL_COPIES = 100;

/**
 * The folder appears whole or not at all.
 * @returns sentences: why the reference cannot go on with these weights, where it cannot, and why no copies were made that were asked for
 * @throws ExistsError, RunFolderError, ChangedDataError, the job's reason when it was cancelled
 */
export async function writeCluster(
  { folder, dataset: placeOf, savedModel }: RunParts,
  { out, augment, job }: ClusterOptions,
): Promise<string[]> {
  await requireNew(out);
  const record = await folder.read();
  const {
    run,
    setup: { config },
  } = record;
  const weights = await weightsOfRun(folder, record, () => savedModel(run));
  const placed = await placeOf(run.dataset);
  requireSameData(record, placed.dataset);
  const limits = referenceLimits(config);
  await writeFolder(out, async (temporary) => {
    const dataset = await writeClusterDataset(
      join(temporary, 'dataset'),
      placed,
      { copies: augment ?? USUAL_COPIES, seed: config.seed },
      job,
    );
    await exportModel(
      { config: config.model, state: weights.state, card: { dataset: run.dataset } },
      'pt',
      join(temporary, 'model.pt'),
      { compiledNames: true },
    );
    const schedule = scheduleOf({ steps: stepsLeft(run, weights.updates), batchSize: config.batchSize }, dataset);
    const overrides = referenceOverrides({ config, schedule, rateFactor: weights.rateFactor, runName: run.runId });
    const script = trainScript({
      overrides,
      batchSize: config.batchSize,
      noLoading: joined(limits.loading),
      noTraining: joined(limits.training),
    });
    await writeAtomically(join(temporary, 'train.sh'), script);
    await chmod(join(temporary, 'train.sh'), 0o755);
    await writeAtomically(
      join(temporary, 'README.txt'),
      clusterReadme({ record, step: weights.updates, dataset, schedule, limits }),
    );
    job.signal.throwIfAborted();
  });
  const asItIs = augment !== undefined && placed.dataset.identified !== null;
  return [
    ...firstOfAll(limits).map((lines) => lines.join(' ')),
    ...(asItIs ? ['No copies were made: each puzzle has an identifier of its own, and a row in the model.'] : []),
  ];
}

/** A run that has made all its steps is given as many again. */
const stepsLeft = ({ maxSteps }: Pick<Run, 'maxSteps'>, made: number): number =>
  made < maxSteps ? maxSteps - made : maxSteps;

const joined = (sentences: readonly string[]): string | null => (sentences.length === 0 ? null : sentences.join('; '));
