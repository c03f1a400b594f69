/** Evaluates a model on a random sample of a split, or on all of its puzzles, and lists its failures. */
import { samplePuzzles, type SampleOptions } from '../../../datasets/sample';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import type { Answer } from '../../../models/evaluate/accuracy';
import type { ModelEvaluation } from '../../../models/evaluate/evaluation';
import { FailureCollector, type Failures } from '../../../models/evaluate/failures';
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

export interface SampleEvaluation extends ModelEvaluation {
  readonly failures: Failures;
}

/** @throws as `evaluateModel`; errors of reading */
export async function evaluateSample(
  { read, sample: sampleOptions, training, total: known, ...plan }: SampleEvaluationPlan,
  options: EvalOptions,
  job?: Job,
): Promise<SampleEvaluation> {
  const { puzzles, total, sample, rows } = await samplePuzzles(plan.kind, read, {
    ...sampleOptions,
    total: known,
    ...(job && { signal: job.signal }),
  });
  const overlap = new OverlapCounter(plan.kind, training);
  const failures = new FailureCollector(plan.kind);
  let answered = 0;
  const onAnswers = (answers: readonly Answer[]) => {
    for (const answer of answers) {
      overlap.add(answer);
      failures.add(rows?.[answered] ?? answered, answer);
      answered++;
    }
  };
  const evaluation = await evaluateModel({ ...plan, puzzles, total, onAnswers }, options, job);
  return { ...evaluation, ...(sample && { sample }), overlap: overlap.result, failures: failures.result };
}
