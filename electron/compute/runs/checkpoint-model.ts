/** The model of a checkpoint of a run: the weights that the run would save after that step. */
import { withFileSource, type ByteSource } from '../../../models/checkpoint/byte-source';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { ModelState } from '../../../models/family/weights';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { checkTrainingStateHeader, readEvalWeights } from '../../../models/checkpoint/training-state-file';
import type { Dataset } from '../../../datasets/catalog';
import { countTrainingFlop } from '../../contract/run-stages';
import { ifExists } from '../storage/missing-files';
import { parseResumeState } from './resume-state';
import { createModelCard } from './run-plan';
import { planFromRecord, RunFolderError, withRunName, type RunRecord } from './run-record';
import type { TrainingCost } from './run-control';
import type { RunFolder } from './run-store';

interface CheckpointModel extends Pick<StoredModel, 'config' | 'state'>, TrainingCost {
  readonly step: number;
  /** Puzzles seen; null where they were not counted. */
  readonly samples: number | null;
}

/**
 * Reads a checkpoint; the newest valid one by default.
 * @throws RunFolderError where the run has no checkpoint, or none of this step; SafetensorsError for a damaged one
 */
export async function readCheckpointModel(
  { checkpoints }: RunFolder,
  { run, setup }: RunRecord,
  step?: number,
): Promise<CheckpointModel> {
  const parse = (source: ByteSource, expected: number) => parseCheckpoint(source, setup.config, expected);
  if (step !== undefined) {
    const model = await ifExists(withFileSource(checkpoints.file(step), (source) => parse(source, step)));
    if (model) return model;
    throw new RunFolderError('run.noCheckpointAt', { run: run.runId, step });
  }
  const { result, damage } = await checkpoints.readNewestValid(parse);
  if (result) return result;
  throw damage ?? new RunFolderError('run.noCheckpoint', { run: run.runId });
}

export interface LastCheckpoints extends Pick<CheckpointModel, 'config'> {
  /** Ascending. */
  readonly steps: readonly number[];
  /** The weights of each. */
  readonly states: readonly ModelState[];
}

/**
 * Reads the last checkpoints of a run, whose answers are to be voted.
 * @throws RunFolderError where it has fewer; as `readCheckpointModel`
 */
export async function readLastCheckpoints(
  folder: RunFolder,
  record: RunRecord,
  count: number,
): Promise<LastCheckpoints> {
  const known = await folder.checkpoints.steps();
  if (known.length < count)
    throw new RunFolderError('run.tooFewCheckpoints', {
      run: record.run.runId,
      count,
      found: known.length,
      steps: known.map(String),
    });
  const steps = known.slice(-count);
  const states: ModelState[] = [];
  for (const step of steps) states.push((await readCheckpointModel(folder, record, step)).state);
  return { config: record.setup.config.model, steps, states };
}

async function parseCheckpoint(
  source: ByteSource,
  config: RunRecord['setup']['config'],
  step: number,
): Promise<CheckpointModel> {
  const { resumeState } = await checkTrainingStateHeader(source, config);
  const { state, updates, samples } = await readEvalWeights(source, config);
  if (updates !== step) throw new SafetensorsError('run.archive.otherStep', { step, found: updates });
  const { seed = config.seed, seconds, joules = null } = parseResumeState(resumeState);
  if (seed !== config.seed) throw new SafetensorsError('run.otherRun');
  return { step, seconds, joules, samples, config: config.model, state };
}

/**
 * The model of a checkpoint with its card, whose accuracy is not known.
 * @param dataset of the run
 * @throws as `readCheckpointModel`
 */
export async function createCheckpointModel(
  folder: RunFolder,
  {
    record,
    dataset,
    step,
  }: { readonly record: RunRecord; readonly dataset: Dataset; readonly step?: number | undefined },
): Promise<StoredModel> {
  const { run } = record;
  const { config, state, step: steps, ...progress } = await readCheckpointModel(folder, record, step);
  const parent = { kind: 'run' as const, id: run.runId, step: steps };
  const card = createModelCard(
    { ...planFromRecord(record, dataset), parent },
    {
      steps,
      ...progress,
      accuracy: null,
      flop: countTrainingFlop({ ...run, step: steps }),
    },
  );
  // Rows of the puzzle embeddings are found by these names.
  const names = config.puzzleEmbNdim > 0 && dataset.identified ? { identifiers: dataset.identified.names } : {};
  return withRunName({ config, state, card, ...names }, run);
}
