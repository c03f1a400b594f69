/** Evaluates a model on a random sample of a split, or on all of its puzzles. */
import { samplePuzzles, type SampleOptions } from '../../../datasets/sample';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import type { ModelEvaluation } from '../../../models/evaluate/evaluation';
import type { EvalOptions } from '../../../models/train/forward';
import type { Job } from '../job';
import { evaluateModel, type EvaluationPlan } from './evaluate';
import { OverlapCounter, type TrainingClasses } from './training-overlap';

export interface SampleEvaluationPlan extends Omit<EvaluationPlan, 'puzzles' | 'onAnswers'> {
  /** Starts to read the split from its first puzzle. */
  readonly read: () => AsyncIterable<RatedPuzzle & { readonly identifier?: number }>;
  readonly sample: SampleOptions;
  readonly training: TrainingClasses;
}

/** @throws as `evaluateModel`; errors of reading */
export async function evaluateSample(
  { read, sample: sampleOptions, training, total: known, ...plan }: SampleEvaluationPlan,
  options: EvalOptions,
  job?: Job,
): Promise<ModelEvaluation> {
  const { puzzles, total, sample } = await samplePuzzles(plan.kind, read, {
    ...sampleOptions,
    total: known,
    ...(job && { signal: job.signal }),
  });
  const overlap = new OverlapCounter(plan.kind, training);
  const evaluation = await evaluateModel({ ...plan, puzzles: overlap.watch(puzzles), total }, options, job);
  return { ...evaluation, ...(sample && { sample }), overlap: overlap.result };
}
