/** How many evaluated puzzles are in the training data of a model and of its ancestors, up to symmetry. */
import type { Dataset } from '../../../datasets/catalog';
import { openSource } from '../../../datasets/formats/puzzle-source';
import type { Puzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { lastComponent } from '../../../datasets/private-paths';
import type { TrainingOverlap } from '../../../models/evaluate/evaluation';
import { message } from '../../../renderer/messages/message';
import { hashDataset } from '../datasets/dataset-hash';
import type { DatasetLibrary } from '../datasets/library';
import type { Job } from '../job';
import { ignoreMessage, traceLineage, type FindParent, type TrainingRecord } from './training-lineage';

/** The classes of larger training sets are not computed: a class of a 9×9 Sudoku takes 0.25 ms. */
export const MAX_COMPARED = 100_000;

/** Why it is not known which puzzles are in the training data. */
export interface UnknownTraining {
  readonly reason: 'not recorded' | 'not here' | 'too large' | 'other kind' | 'tasks';
  /** Of the dataset, model or run. */
  readonly name: string;
}

export type TrainingClasses = ReadonlySet<string> | UnknownTraining;

export const isKnown = (training: TrainingClasses): training is ReadonlySet<string> => training instanceof Set;

interface TrainingClassesOptions {
  readonly findParent: FindParent;
  /** `resolve` throws for a built-in dataset that is not stored: none is generated for this. */
  readonly datasets: Pick<DatasetLibrary, 'resolve' | 'load'>;
}

interface TrainingQuery {
  /** What the evaluated model records. */
  readonly record: TrainingRecord;
  /** Kind of the evaluated puzzles. */
  readonly kind: PuzzleKind;
  /** The evaluated dataset where it is in memory: it may be the training data. */
  readonly loaded?: Dataset | undefined;
}

/** Computes the symmetry classes of training data; keeps those of the last model. */
export class TrainingClassesReader {
  private last: { readonly key: string; readonly classes: ReadonlySet<string> } | null = null;

  constructor(private readonly options: TrainingClassesOptions) {}

  /** @throws the signal's reason, errors of the disk */
  async read({ record, kind, loaded }: TrainingQuery, job: Job): Promise<TrainingClasses> {
    // The examples of a task are always trained on, also where its test is held out.
    if (kind.augmentation === 'copies') return { reason: 'tasks', name: record.dataset };
    const { records, missing } = await traceLineage(record, this.options.findParent);
    if (missing) return { reason: 'not here', name: missing.id };
    const key = [kind.id, ...new Set(records.map(keyOf))].join('\n');
    if (this.last?.key === key) return this.last.classes;
    this.last = null;
    const classes = new Set<string>();
    const distinct = new Map(records.map((each) => [keyOf(each), each]));
    for (const each of distinct.values()) {
      const dataset = await this.find(each, loaded);
      if ('reason' in dataset) return dataset;
      if (dataset.kind.id !== kind.id) return { reason: 'other kind', name: each.dataset };
      await addClasses(dataset, classes, job);
    }
    this.last = { key, classes };
    return classes;
  }

  private async find(record: TrainingRecord, loaded: Dataset | undefined): Promise<Dataset | UnknownTraining> {
    const name = lastComponent(record.dataset);
    if (record.trainPuzzles === 0) return { reason: 'not recorded', name };
    const isLoaded = loaded && lastComponent(loaded.spec.id) === name && isTrainedOn(record, loaded);
    const dataset = isLoaded ? loaded : await this.load(record.dataset).catch(ignoreMessage);
    if (dataset === 'too large' || (dataset && dataset.train.length > MAX_COMPARED))
      return { reason: 'too large', name };
    return dataset && isTrainedOn(record, dataset) ? dataset : { reason: 'not here', name };
  }

  private async load(id: string): Promise<Dataset | 'too large'> {
    const { datasets } = this.options;
    const { counts } = await openSource(await datasets.resolve(id));
    return (counts.train ?? 0) > MAX_COMPARED ? 'too large' : datasets.load(id);
  }
}

const keyOf = ({ dataset, datasetHash, trainPuzzles }: TrainingRecord): string =>
  datasetHash ?? `${dataset} ${trainPuzzles}`;

/** A dataset may have been replaced by another one of the same name. */
const isTrainedOn = ({ datasetHash, trainPuzzles }: TrainingRecord, dataset: Dataset): boolean =>
  datasetHash === undefined ? dataset.train.length === trainPuzzles : hashDataset(dataset) === datasetHash;

async function addClasses({ kind, train }: Dataset, classes: Set<string>, job: Job): Promise<void> {
  for (const [index, { inputs }] of train.entries()) {
    classes.add(kind.classHash(inputs));
    // Without a total: the evaluation follows, with a progress of its own.
    await job.advance(index + 1, null, (count) => message('datasets.job.classified', { count }));
  }
}

/** Counts the puzzles whose class is in the training data. */
export class OverlapCounter {
  private readonly counts = { seen: 0, of: 0 };

  constructor(
    private readonly kind: PuzzleKind,
    private readonly training: TrainingClasses,
  ) {}

  add({ inputs }: Pick<Puzzle, 'inputs'>): void {
    // Of more puzzles the overlap is not known.
    if (!isKnown(this.training) || this.counts.of > MAX_COMPARED) return;
    this.counts.of++;
    this.counts.seen += +this.training.has(this.kind.classHash(inputs));
  }

  /** Null where it is not known. */
  get result(): TrainingOverlap | null {
    return isKnown(this.training) && this.counts.of <= MAX_COMPARED ? { ...this.counts } : null;
  }
}
