/** A model measured on puzzles, few or millions: read and answered a batch at a time. */
import { testBatches } from '../../../datasets/batches';
import type { Puzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { ConfigError } from '../../../models/family/config';
import type { Accuracy, Answer } from '../../../models/evaluate/accuracy';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { Counts } from '../../../models/evaluate/accuracy';
import type { EvalOptions } from '../../../models/train/forward';
import { Job } from '../job';

/** With its identifier where it has one of its own. */
type EvaluatedPuzzle = Puzzle & { readonly identifier?: number };

export interface EvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state'>;
  readonly kind: PuzzleKind;
  readonly puzzles: Iterable<EvaluatedPuzzle> | AsyncIterable<EvaluatedPuzzle>;
  /** How many there are; null where only reading tells. */
  readonly total: number | null;
  /** At most so many of them, the first; all when absent. */
  readonly limit?: number | undefined;
  /** What the set is called. */
  readonly dataset: string;
  /** Told of the answers, in the order of the puzzles. */
  readonly onAnswers?: (answers: readonly Answer[]) => void;
}

const BATCH = 128;

/**
 * Answers every puzzle with all supervision steps.
 * @throws ConfigError when the model reads other grids or does not know a puzzle's identifier; RangeError when there are no puzzles; the signal's reason, between two batches
 */
export async function evaluateModel(plan: EvaluationPlan, answering: EvalOptions, job = new Job()): Promise<Accuracy> {
  const {
    model: { config, state },
    kind,
    total: all,
    limit = Infinity,
    dataset,
  } = plan;
  requireFit(plan);
  const total = all === null ? null : Math.min(all, limit);
  const tally = new Counts((inputs, answer) => kind.check(inputs, answer).legal);
  // Padding would be answered too.
  const batchSize = Math.max(1, Math.min(BATCH, total ?? BATCH));
  const evaluator = await Evaluator.create(config, { batchSize, ...answering });
  try {
    for await (const puzzles of inBatches(plan.puzzles, limit)) {
      requireKnownIdentifiers(plan, puzzles);
      for (const batch of testBatches(puzzles, batchSize)) {
        const answers = await evaluator.answer(state, batch);
        tally.add(answers);
        plan.onAnswers?.(answers);
      }
      await job.did(tally.accuracy.count, total, (done) =>
        total === null ? `${done} puzzles` : `${done} of ${total.toLocaleString('en')} puzzles`,
      );
    }
  } finally {
    await evaluator.release();
  }
  if (tally.accuracy.count === 0) throw new RangeError(`${dataset} has no puzzles to measure on`);
  return tally.accuracy;
}

/** @throws ConfigError */
function requireFit({ model: { config }, kind, dataset }: EvaluationPlan): void {
  if (config.seqLen === kind.rows * kind.columns && config.vocabSize === kind.symbols.length) return;
  throw new ConfigError(
    `this model reads ${config.seqLen} cells of ${config.vocabSize} tokens, which ${dataset} does not have`,
  );
}

/** An embedding that was never learnt says nothing. @throws ConfigError */
function requireKnownIdentifiers(
  { model: { config }, dataset }: EvaluationPlan,
  puzzles: readonly EvaluatedPuzzle[],
): void {
  const { puzzleEmbNdim, numPuzzleIdentifiers } = config;
  const unknown = puzzles.find(({ identifier = 0 }) => identifier >= numPuzzleIdentifiers);
  if (puzzleEmbNdim > 0 && unknown)
    throw new ConfigError(
      `this model knows puzzle identifiers below ${numPuzzleIdentifiers}, ${dataset} has ${unknown.identifier}`,
    );
}

async function* inBatches(puzzles: EvaluationPlan['puzzles'], limit: number): AsyncGenerator<EvaluatedPuzzle[]> {
  let [batch, left]: [EvaluatedPuzzle[], number] = [[], limit];
  for await (const puzzle of puzzles) {
    batch.push(puzzle);
    left--;
    if (left === 0) break;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
