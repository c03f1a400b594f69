/** What an answer of a network costs, for its compute receipt. */
import { blocksPerStep, type ModelConfig } from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';
import { countAnswerFlop } from '../../../models/train/cost-estimate';
import type { AnswerCosts } from '../../contract/receipt';

export const countAnswerCosts = (config: ModelConfig): AnswerCosts => ({
  parameters: weightLayout(config).size,
  embeddingNumbers: config.puzzleEmbNdim * config.numPuzzleIdentifiers,
  blocksPerStep: blocksPerStep(config),
  steps: config.haltMaxSteps,
  stepFlop: countAnswerFlop(config),
});
