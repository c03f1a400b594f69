/** The datasets that a model was trained on: its own, and those of the models and runs that it started from. */
import type { ModelCard, Parent } from '../../../models/checkpoint/model-card';
import { MessageError } from '../../../renderer/messages/message';
import type { Run } from '../../contract/contract';
import type { RunStore } from '../runs/run-store';
import type { ModelLibrary } from './library';

/** What a model card or a run records of its training data. */
export interface TrainingRecord {
  /** Id or name of the dataset. */
  readonly dataset: string;
  /** Absent in cards of earlier versions. */
  readonly datasetHash?: string | undefined;
  /** Null where the hash identifies the dataset; 0 where nothing is recorded, as for imported models. */
  readonly trainPuzzles: number | null;
  readonly parent: Parent | null;
}

/** Finds the record of the model or run that training started from. @throws MessageError when it is not here */
export type FindParent = (parent: Parent) => Promise<TrainingRecord>;

export const recordOfModel = ({ dataset, datasetHash, data, parent }: ModelCard): TrainingRecord => ({
  dataset,
  datasetHash,
  trainPuzzles: data.trainPuzzles,
  parent,
});

export const recordOfRun = ({ dataset, datasetHash, parent }: Run): TrainingRecord => ({
  dataset,
  datasetHash,
  trainPuzzles: null,
  parent,
});

/** Finds parents in the library and among the runs. */
export const findStoredParent =
  (library: Pick<ModelLibrary, 'describe'>, runs: Pick<RunStore, 'get'>): FindParent =>
  async ({ kind, id }) =>
    kind === 'model' ? recordOfModel(await library.describe(id)) : recordOfRun(await runs.get(id));

interface Lineage {
  /** The model's own record, then those of its ancestors. */
  readonly records: readonly TrainingRecord[];
  /** The ancestor that is not here; null where all are. */
  readonly missing: Parent | null;
}

/** Follows the parents of a model. */
export async function traceLineage(own: TrainingRecord, findParent: FindParent): Promise<Lineage> {
  const records = [own];
  const visited = new Set<string>();
  let { parent } = own;
  while (parent && !visited.has(nameOf(parent))) {
    visited.add(nameOf(parent));
    const record = await findParent(parent).catch(ignoreMessage);
    if (!record) return { records, missing: parent };
    records.push(record);
    ({ parent } = record);
  }
  return { records, missing: null };
}

const nameOf = ({ kind, id }: Parent): string => `${kind} ${id}`;

/** What is not here, or cannot be read, is reported as missing. @throws all other errors */
export function ignoreMessage(error: unknown): null {
  if (error instanceof MessageError) return null;
  throw error;
}
