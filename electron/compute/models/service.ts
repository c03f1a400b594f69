/** The part of the contract that is about models. */
import { requireNew } from '../../../datasets/formats/atomic-write';
import { ReferenceSplit } from '../../../datasets/formats/reference-folder';
import { exportModel } from '../../../models/checkpoint/export/export-model';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { SessionOptions } from '../../../models/runtime/session';
import type { Accuracy, Handlers, Input } from '../../contract/contract';
import type { modelRequests } from '../../contract/models';
import type { DatasetLibrary } from '../datasets/library';
import type { Progress } from '../job';
import { Job } from '../job';
import type { Trash } from '../storage/trash';
import { evaluateModel } from './evaluate-model';
import { importInto } from './import-model';
import type { Library } from './library';

type ModelHandlers = Pick<Handlers, keyof typeof modelRequests>;

export function modelHandlers(library: Library, trash: Trash): ModelHandlers {
  return {
    listModels: () => library.list(),
    importModel: (input) => importInto(library, input),
    exportModel: async ({ model, out, format, batchSize }) => {
      await requireNew(out);
      const { files, notes } = await exportModel(await library.read(model), format, out, {
        ...(batchSize && { batchSize }),
      });
      return { files: [...files], notes: [...notes] };
    },
    renameModel: async ({ model, name }) => {
      await library.ownFolder(model);
      const stored = await library.read(model);
      await library.save(model, { ...stored, card: { ...stored.card, name } });
      return library.describe(model);
    },
    deleteModel: async ({ model }) => ({ token: await trash.discard(await library.ownFolder(model)) }),
  };
}

// Evaluations the window asks for.

interface EvaluationsOptions {
  readonly library: Library;
  readonly datasets: DatasetLibrary;
  readonly sessions: () => Promise<SessionOptions>;
  readonly onProgress: (job: string, progress: Progress) => void;
}

export class Evaluations {
  constructor(private readonly options: EvaluationsOptions) {}

  /** Puzzles are read as they are answered, so that it works on sets of any size. @throws as `evaluateModel`, and for what there is not */
  async measure(
    { model: id, dataset, split, limit, job: name }: Input<'evaluateModel'>,
    signal: AbortSignal,
  ): Promise<Accuracy> {
    const { library, datasets, sessions, onProgress } = this.options;
    const model = await library.read(id);
    const source = await datasets.open(dataset);
    const total = source.counts[split];
    if (total === undefined) throw new RangeError(`${dataset} has no ${split} puzzles`);
    const job = new Job((progress) => name !== undefined && onProgress(name, progress), signal);
    // A device that fails is no reason not to answer.
    const answering = { ...(await sessions()), onFallback: () => undefined };
    return evaluateModel(
      { model, kind: source.kind, puzzles: source.read(split), total, limit, dataset },
      answering,
      job,
    );
  }
}

// Under which identifier a model with puzzle embeddings is asked a puzzle.

/** The blank one: what a puzzle has that the model never met. */
const BLANK = 0;

/**
 * That of a row of the very set the model learnt from; of anything else the blank one.
 * @throws UnknownIdError, FormatError, RangeError where the set has no such row
 */
export async function findIdentifier(
  datasets: DatasetLibrary,
  { config, card }: StoredModel,
  puzzle: Input<'traceSolve'>['puzzle'],
): Promise<number> {
  if (!puzzle || config.puzzleEmbNdim === 0) return BLANK;
  const place = await datasets.place(puzzle.dataset);
  // A set of the lab has no identifiers; the command line writes the folder of a set where the window writes its id.
  if (place === puzzle.dataset || ![puzzle.dataset, place].includes(card.dataset)) return BLANK;
  const split = await ReferenceSplit.open(place, puzzle.split);
  try {
    const [example] = await split.read(puzzle.index, puzzle.index + 1);
    // The set may have been made anew since, with more puzzles.
    return example && example.identifier < config.numPuzzleIdentifiers ? example.identifier : BLANK;
  } finally {
    await split.close();
  }
}
