/** Looks at held-out puzzles while a model learns: at how many, how often, and what they take. */
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { estimateCost } from '../../../models/train/cost-estimate';
import type { RunConfig } from '../../../models/train/run-config';

/** Held-out puzzles looked at during training, always the same, and at its end. */
const QUICK_EVAL_SIZE = 128;
export const FULL_EVAL_SIZE = 500;

/** A set with fewer test puzzles is looked at as a whole; padding would be answered too. */
export const quickEvalSize = (test: ArrayLike<unknown>): number => Math.min(QUICK_EVAL_SIZE, test.length);

/** What looks may take at most, as a share of the operations of the training between them. */
export const EVAL_BUDGET = 0.2;

/** Floating-point operations of one look at so many puzzles: each gets all its supervision steps. */
export const evalFlop = (
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  { answerFlop }: Pick<CostEstimate, 'answerFlop'>,
  puzzles: number,
): number => (answerFlop / batchSize) * puzzles * model.haltMaxSteps;

/**
 * The configuration with looks as often as it says, or at the smallest multiple of that which keeps the share.
 * Counted, not timed: the same on every machine.
 * @param puzzles of a look
 * @throws ConfigError when model and learning do not go together
 */
export function withEvalBudget(config: RunConfig, puzzles: number): RunConfig {
  const account = estimateCost(config.model, config);
  const between = config.evaluateEvery * account.stepFlop;
  const times = Math.max(1, Math.ceil(evalFlop(config, account, puzzles) / (EVAL_BUDGET * between)));
  return { ...config, evaluateEvery: times * config.evaluateEvery };
}
