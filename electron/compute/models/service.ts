/** Implements the contract's requests about models. */
import { requireNew } from '../../../datasets/formats/atomic-write';
import { ReferenceSplit } from '../../../datasets/formats/reference-folder';
import { exportModel } from '../../../models/checkpoint/export/export-model';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { MessageError } from '../../../renderer/messages/message';
import type { Handlers, Input, ComputeEvent } from '../../contract/contract';
import type { modelRequests, solveRequests } from '../../contract/models';
import type { DatasetLibrary } from '../datasets/library';
import { createJob } from '../job';
import type { Trash } from '../storage/trash';
import { evaluateModel } from './evaluate';
import { importToLibrary } from './import-to-library';
import type { ModelLibrary } from './library';

type ModelHandlers = Pick<Handlers, keyof typeof modelRequests>;

export function modelHandlers(library: ModelLibrary, trash: Trash): ModelHandlers {
  return {
    listModels: () => library.list(),
    importModel: (input) => importToLibrary(library, input),
    exportModel: async ({ model, out, format, batchSize }) => {
      await requireNew(out);
      const { files, notes } = await exportModel(await library.read(model), format, out, {
        ...(batchSize && { batchSize }),
      });
      return { files: [...files], notes: [...notes] };
    },
    renameModel: async ({ model, name }) => {
      await library.getUserFolder(model);
      const stored = await library.read(model);
      await library.save(model, { ...stored, card: { ...stored.card, name } });
      return library.describe(model);
    },
    deleteModel: async ({ model }) => ({ trashId: await trash.discard(await library.getUserFolder(model)) }),
  };
}

export interface SolveServiceOptions {
  readonly library: ModelLibrary;
  readonly datasets: DatasetLibrary;
  /** Returns the session options of the chosen device. */
  readonly getSessionOptions: () => Promise<EngineOptions>;
  readonly emit: (event: ComputeEvent) => void;
}

/** Implements the contract's requests that run a model. */
export function solveHandlers({
  library,
  datasets,
  getSessionOptions,
  emit,
}: SolveServiceOptions): Pick<Handlers, keyof typeof solveRequests> {
  return {
    traceSolve: ({ job, puzzle, ...input }, signal) =>
      library.trace(input, {
        job: createJob(emit, job, signal),
        findIdentifier: (model) => findIdentifier(datasets, model, puzzle),
      }),
    /** Reads puzzles while it evaluates, so that datasets of any size work. */
    evaluateModel: async ({ model: id, dataset, split, limit, job }, signal) => {
      const model = await library.read(id);
      const { counts, kind, read } = await datasets.open(dataset);
      const total = counts[split];
      if (total === undefined) throw new MessageError('models.fit.noSplit', { dataset, split });
      // If the device fails, the CPU takes over.
      const options = { ...(await getSessionOptions()), onFallback: () => undefined };
      const plan = { model, kind, puzzles: read(split), total, limit, dataset };
      return evaluateModel(plan, options, createJob(emit, job, signal));
    },
  };
}

/** The blank puzzle identifier, for puzzles that the model was not trained on. */
const BLANK = 0;

/**
 * Returns the puzzle identifier of a row of the dataset that the model was trained on, and the blank one for other puzzles.
 * @throws UnknownIdError, FormatError, RangeError if the dataset has no such row
 */
export async function findIdentifier(
  datasets: DatasetLibrary,
  { config, card }: StoredModel,
  puzzle: Input<'traceSolve'>['puzzle'],
): Promise<number> {
  if (!puzzle || config.puzzleEmbNdim === 0) return BLANK;
  const path = await datasets.resolve(puzzle.dataset);
  // Built-in datasets have no identifiers. Models of the command line record the folder of a dataset, those of the window its id.
  if (path === puzzle.dataset || ![puzzle.dataset, path].includes(card.dataset)) return BLANK;
  const split = await ReferenceSplit.open(path, puzzle.split);
  try {
    const [example] = await split.read(puzzle.index, puzzle.index + 1);
    // The dataset may have been replaced by one with more puzzles.
    return example && example.identifier < config.numPuzzleIdentifiers ? example.identifier : BLANK;
  } finally {
    await split.close();
  }
}
