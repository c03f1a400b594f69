/** Evaluations during training: of how many puzzles, how often, and their cost. */
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { estimateCost } from '../../../models/train/cost-estimate';
import type { RunConfig } from '../../../models/train/run-config';

/** Test puzzles of a quick evaluation, always the same, and of the full evaluation at the end. */
const QUICK_EVAL_SIZE = 128;
export const FULL_EVAL_SIZE = 500;

/** At most all test puzzles: padding would be answered too. */
export const quickEvalSize = (test: ArrayLike<unknown>): number => Math.min(QUICK_EVAL_SIZE, test.length);

/** Maximum cost of evaluations, as a share of the operations of the training between them. */
export const EVAL_BUDGET = 0.2;

/** Floating-point operations of one evaluation of so many puzzles, each with all its supervision steps. */
export const evalFlop = (
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  { answerFlop }: Pick<CostEstimate, 'answerFlop'>,
  puzzles: number,
): number => (answerFlop / batchSize) * puzzles * model.haltMaxSteps;

/**
 * Raises `evaluateEvery` to its smallest multiple that keeps the budget.
 * Operations are counted, not timed: the result is the same on every machine.
 * @param puzzles of an evaluation
 * @throws ConfigError for settings of model and training that exclude each other
 */
export function withEvalBudget(config: RunConfig, puzzles: number): RunConfig {
  const costEstimate = estimateCost(config.model, config);
  const between = config.evaluateEvery * costEstimate.stepFlop;
  const times = Math.max(1, Math.ceil(evalFlop(config, costEstimate, puzzles) / (EVAL_BUDGET * between)));
  return { ...config, evaluateEvery: times * config.evaluateEvery };
}
