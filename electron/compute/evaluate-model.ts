/** A model measured on puzzles, few or millions: read and answered a batch at a time. */
import { testBatches } from '../../datasets/batches';
import type { Puzzle, PuzzleKind } from '../../datasets/puzzle';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { ConfigError } from '../../models/family/config';
import type { Accuracy } from '../../models/training/evaluate';
import { Examiner, Tally } from '../../models/training/evaluate';
import type { AnsweringOptions } from '../../models/training/forward';
import { Job } from './datasets/job';

export interface EvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state'>;
  readonly kind: PuzzleKind;
  readonly puzzles: Iterable<Puzzle> | AsyncIterable<Puzzle>;
  /** How many there are; null where only reading tells. */
  readonly total: number | null;
  /** At most so many of them, the first; all when absent. */
  readonly limit?: number | undefined;
  /** What the set is called. */
  readonly dataset: string;
}

const BATCH = 128;

/**
 * Answers every puzzle with all supervision steps.
 * @throws ConfigError when the model reads other grids; RangeError when there are no puzzles; the signal's reason, between two batches
 */
export async function evaluateModel(plan: EvaluationPlan, answering: AnsweringOptions, job = new Job()): Promise<Accuracy> {
  const { model: { config, state }, kind, total: all, limit = Infinity, dataset } = plan;
  requireFit(plan);
  const total = all === null ? null : Math.min(all, limit);
  const tally = new Tally((inputs, answer) => kind.check(inputs, answer).legal);
  const examiner = await Examiner.create(config, { batchSize: BATCH, ...answering });
  try {
    for await (const puzzles of inBatches(plan.puzzles, limit)) {
      for (const batch of testBatches(puzzles, BATCH)) tally.add(await examiner.answer(state, batch));
      await job.did(tally.accuracy.count, total, (done) => (total === null ? `${done} puzzles` : `${done} of ${total.toLocaleString('en')} puzzles`));
    }
  } finally {
    await examiner.release();
  }
  if (tally.accuracy.count === 0) throw new RangeError(`${dataset} has no puzzles to measure on`);
  return tally.accuracy;
}

/** @throws ConfigError */
function requireFit({ model: { config }, kind, dataset }: EvaluationPlan): void {
  if (config.seqLen === kind.rows * kind.columns && config.vocabSize === kind.symbols.length) return;
  throw new ConfigError(`this model reads ${config.seqLen} cells of ${config.vocabSize} tokens, which ${dataset} does not have`);
}

async function* inBatches(puzzles: EvaluationPlan['puzzles'], limit: number): AsyncGenerator<Puzzle[]> {
  let [batch, left]: [Puzzle[], number] = [[], limit];
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
