/** Implements the contract's requests that run a model. */
import { readIdentifiers, ReferenceSplit } from '../../../datasets/formats/reference-folder';
import { SAMPLE_SEED } from '../../../datasets/sample';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { attemptPerState, singleAttempt, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { MessageError } from '../../../renderer/messages/message';
import type { ComputeEvent, Handlers, Input } from '../../contract/contract';
import type { solveRequests } from '../../contract/models';
import type { DatasetLibrary } from '../datasets/library';
import { createJob } from '../job';
import { readCheckpointModel, readLastCheckpoints, type LastCheckpoints } from '../runs/checkpoint-model';
import type { RunStore } from '../runs/run-store';
import { requireFit } from './model-fit';
import { evaluateSample } from './evaluate-sample';
import type { ModelLibrary } from './library';
import type { Solvers, TraceOptions } from './solvers';
import { StepStream } from './step-stream';
import { findStoredParent, recordOfModel, recordOfRun, type TrainingRecord } from './training-lineage';
import { TrainingClassesReader } from './training-overlap';

export interface SolveServiceOptions {
  readonly library: ModelLibrary;
  readonly solvers: Solvers;
  readonly datasets: DatasetLibrary;
  readonly store: RunStore;
  /** Returns the session options of the chosen device. */
  readonly getSessionOptions: () => Promise<EngineOptions>;
  readonly emit: (event: ComputeEvent) => void;
}

export function solveHandlers({
  library,
  solvers,
  datasets,
  store,
  getSessionOptions,
  emit,
}: SolveServiceOptions): Pick<Handlers, keyof typeof solveRequests> {
  /** Of the evaluations in progress, by the name of their job. */
  const evaluations = new Map<string, AbortController>();
  const trainingClasses = new TrainingClassesReader({ findParent: findStoredParent(library, store), datasets });
  const solveOptions = (
    { job, stream = false }: Pick<Input<'traceSolve'>, 'job' | 'stream'>,
    puzzle: Input<'traceSolve'>['puzzle'],
    signal: AbortSignal,
  ): TraceOptions => ({
    job: createJob(emit, job, signal),
    findIdentifier: (model) => findIdentifier(datasets, model, puzzle),
    ...(stream && job !== undefined && { stream: new StepStream(emit, job) }),
  });
  return {
    traceSolve: ({ puzzle, ...input }, signal) => solvers.trace(input, solveOptions(input, puzzle, signal)),
    solveRollouts: async ({ puzzle, lastCheckpoints, ...input }, signal) => {
      const { rollouts = singleAttempt, checkpoints } = await readAttempts(store, { ...input, lastCheckpoints });
      return solvers.rollouts({ ...input, rollouts }, { ...solveOptions(input, puzzle, signal), checkpoints });
    },
    /** Reads puzzles while it evaluates, so that datasets of any size work. */
    evaluateModel: async ({ dataset, split, limit, job, ...input }, signal) => {
      const model = await readEvaluated(library, store, input);
      const { rollouts, checkpoints } = await readAttempts(store, input);
      const { counts, kind, read, folder } = await datasets.open(dataset);
      if (counts[split] === undefined) throw new MessageError('models.fit.noSplit', { dataset, split });
      // If the device fails, the CPU takes over.
      const options = { ...(await getSessionOptions()), onFallback: () => undefined };
      const config = { ...model.config, ...(input.steps !== undefined && { haltMaxSteps: input.steps }) };
      const sample = { size: limit ?? Infinity, seed: SAMPLE_SEED };
      const puzzles = { kind, read: () => read(split), total: counts[split], dataset, sample };
      const names = folder === undefined || config.puzzleEmbNdim === 0 ? undefined : await readIdentifiers(folder);
      requireFit({ model, kind, dataset });
      const end = followSignal(signal);
      const evaluation = createJob(emit, job, end.signal);
      if (job !== undefined) evaluations.set(job, end);
      try {
        const training = await trainingClasses.read({ record: model.record, kind }, evaluation);
        const evaluated = { model: { ...model, config }, states: checkpoints?.states, rollouts };
        const plan = { ...evaluated, ...puzzles, names, training, keepsPartial: true };
        return await evaluateSample(plan, options, evaluation);
      } finally {
        if (job !== undefined) evaluations.delete(job);
      }
    },
    endEvaluation: ({ job }) => {
      const evaluation = evaluations.get(job);
      evaluation?.abort();
      return { isEnding: evaluation !== undefined };
    },
  };
}

/** A controller that can be aborted by itself and is when the signal is (`AbortSignal.any` requires Node 20.3; the lab also runs on Node 18). */
function followSignal(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}

interface EvaluatedModel extends Pick<StoredModel, 'config' | 'state' | 'identifiers'> {
  readonly record: TrainingRecord;
}

/** The weights of a model, or of a checkpoint of a run. @throws as `ModelLibrary.read` and `readCheckpointModel` */
async function readEvaluated(
  library: ModelLibrary,
  store: RunStore,
  { model: id, checkpoint }: Pick<Input<'evaluateModel'>, 'model' | 'checkpoint'>,
): Promise<EvaluatedModel> {
  if (!checkpoint) {
    const model = await library.read(id ?? '');
    return { ...model, record: recordOfModel(model.card) };
  }
  const folder = store.getFolder(checkpoint.run);
  const record = await folder.read();
  return { ...(await readCheckpointModel(folder, record, checkpoint.step)), record: recordOfRun(record.run) };
}

/** The attempts that a request describes: one of each of the last checkpoints of the model's run, or rollouts. @throws as `readLastCheckpoints` */
async function readAttempts(
  store: RunStore,
  {
    model = '',
    rollouts,
    lastCheckpoints: count,
  }: Pick<Input<'evaluateModel'>, 'model' | 'rollouts' | 'lastCheckpoints'>,
): Promise<{ readonly rollouts?: RolloutSettings | undefined; readonly checkpoints?: LastCheckpoints }> {
  if (count === undefined) return { rollouts };
  const folder = store.getFolder(model);
  const checkpoints = await readLastCheckpoints(folder, await folder.read(), count);
  return { rollouts: attemptPerState(count), checkpoints };
}

/** The blank puzzle identifier, for puzzles that the model was not trained on. */
const BLANK = 0;

/**
 * Returns the model's puzzle identifier of a row of a dataset, and the blank one for puzzles that the model was not trained on.
 * @throws UnknownIdError, FormatError, RangeError if the dataset has no such row
 */
export async function findIdentifier(
  datasets: DatasetLibrary,
  { config, card, identifiers }: StoredModel,
  puzzle: Input<'traceSolve'>['puzzle'],
): Promise<number> {
  if (!puzzle || config.puzzleEmbNdim === 0) return BLANK;
  const path = await datasets.resolve(puzzle.dataset);
  // Built-in datasets have no identifiers. Models of earlier command lines record the folder of a dataset, others its id.
  if (path === puzzle.dataset || (!identifiers && ![puzzle.dataset, path].includes(card.dataset))) return BLANK;
  const split = await ReferenceSplit.open(path, puzzle.split);
  try {
    const [example] = await split.read(puzzle.index, puzzle.index + 1);
    if (identifiers && example) {
      const name = (await readIdentifiers(path))[example.identifier] ?? '';
      return Math.max(BLANK, identifiers.indexOf(name));
    }
    // The dataset may have been replaced by one with more puzzles.
    return example && example.identifier < config.numPuzzleIdentifiers ? example.identifier : BLANK;
  } finally {
    await split.close();
  }
}
