/** The model that `solve` names: a saved one, or the last checkpoints of a run. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { getKind } from '../../datasets/kinds/registry';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { readLastCheckpoints, type LastCheckpoints } from '../compute/runs/checkpoint-model';
import type { CheckpointsFlag } from './args';
import { findModelWithKind, findReadableRun, getExportSource } from './resolve-names';

export interface SolvedModel extends Pick<StoredModel, 'config' | 'identifiers'> {
  /** The weights that each give an attempt: those of the saved model, or of each checkpoint. */
  readonly states: LastCheckpoints['states'];
  /** Steps of the checkpoints; absent for a saved model. */
  readonly checkpoints?: LastCheckpoints['steps'];
}

interface SolvedModelName extends CheckpointsFlag {
  /** Folder or id of a model, or of a run with `checkpoints`. */
  readonly model: string;
}

/** @throws as `findModel`; with `checkpoints` UsageError for a name of no run, and as `readLastCheckpoints` */
export async function findSolvedModel({
  model: name,
  checkpoints,
}: SolvedModelName): Promise<{ readonly model: SolvedModel; readonly kind: PuzzleKind }> {
  if (checkpoints !== undefined) return findCheckpoints(name, checkpoints);
  const { model, kind } = await findModelWithKind(name);
  const { config, identifiers, state } = model;
  return { model: { config, states: [state], ...(identifiers && { identifiers }) }, kind };
}

async function findCheckpoints(name: string, count: number): ReturnType<typeof findSolvedModel> {
  const run = findReadableRun(name);
  const record = await run.folder.read();
  const { config, states, steps } = await readLastCheckpoints(run.folder, record, count);
  // Checkpoints do not record the names of the puzzles.
  const saved = config.puzzleEmbNdim > 0 ? await getExportSource(run).savedModel(record.run) : null;
  const names = saved?.identifiers && { identifiers: saved.identifiers };
  return { model: { config, states, checkpoints: steps, ...names }, kind: getKind(record.run.kind) };
}
