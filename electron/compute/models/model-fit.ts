/** Whether a model can answer the puzzles of a dataset: size of the grid, symbols, rules and puzzle embeddings. */
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { fitEmbeddings } from '../../../models/checkpoint/puzzle-embeddings';
import type { RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { ConfigError, forCells } from '../../../models/family/config';
import { MessageError } from '../../../renderer/messages/message';
import type { EvaluatedPuzzle, EvaluationPlan } from './evaluate';

/** @throws MessageError when answers cannot be picked by rules */
export function requireRules(kind: PuzzleKind, { pick }: RolloutSettings): void {
  if (pick === 'rules' && !kind.hasRules) throw new MessageError('solve.error.noRules', { kind: kind.name });
}

/** @throws ConfigError when the model reads other grids */
export function requireFit({
  model: { config },
  kind,
  dataset,
}: Pick<EvaluationPlan, 'kind' | 'dataset'> & { readonly model: Pick<StoredModel, 'config'> }): void {
  const [cells, tokens] = [kind.rows * kind.columns, kind.symbols.length];
  if (forCells(config, cells).seqLen === cells && config.vocabSize === tokens) return;
  throw new ConfigError('models.fit.wrongGrid', {
    cells: config.seqLen,
    tokens: config.vocabSize,
    dataset,
    foundCells: cells,
    foundTokens: tokens,
  });
}

type Puzzles = readonly EvaluatedPuzzle[];

/** The plan with the embeddings of its puzzles, and a check that throws a ConfigError for puzzles without one. */
export function fitPlan(plan: EvaluationPlan): { plan: EvaluationPlan; requireRows: (puzzles: Puzzles) => void } {
  const { model, names = [], dataset } = plan;
  if (model.config.puzzleEmbNdim === 0) return { plan, requireRows: () => undefined };
  if (!model.identifiers || names.length < 2) return { plan, requireRows: (puzzles) => requireNumbers(plan, puzzles) };
  const { config, state, hasRow, matched } = fitEmbeddings(model, names);
  const requireRows = (puzzles: Puzzles) => {
    const unknown = puzzles.find(({ identifier = 0 }) => !hasRow(identifier))?.identifier;
    if (unknown === undefined) return;
    const name = names[unknown]!;
    throw new ConfigError('models.fit.unmatchedNames', { dataset, name, matched, count: names.length - 1 });
  };
  return { plan: { ...plan, model: { config, state } }, requireRows };
}

/** @throws ConfigError for a puzzle whose embedding was never trained */
function requireNumbers({ model: { config }, dataset }: EvaluationPlan, puzzles: Puzzles): void {
  const { numPuzzleIdentifiers } = config;
  const unknown = puzzles.map(({ identifier = 0 }) => identifier).find((each) => each >= numPuzzleIdentifiers);
  if (unknown !== undefined)
    throw new ConfigError('models.fit.unknownIdentifier', {
      max: numPuzzleIdentifiers - 1,
      dataset,
      identifier: unknown,
    });
}
