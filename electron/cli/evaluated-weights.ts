/** What `evaluate` evaluates: a saved model, a checkpoint or several, with the puzzle embeddings of the flags. */
import { countIdentifiers, type Dataset } from '../../datasets/catalog';
import { withBlankEmbeddings } from '../../models/checkpoint/puzzle-embeddings';
import { attemptPerState, type RolloutSettings } from '../../models/evaluate/pick-rollout';
import type { ModelState } from '../../models/family/weights';
import { getRollouts, type CheckpointsFlag, type RolloutFlags } from './args';
import {
  findEvaluatedModel,
  findLastCheckpoints,
  type EvaluatedCheckpoints,
  type EvaluatedModel,
} from './evaluated-model';
import { requireOwnModel } from './evaluation-report';
import { UsageError } from './exit';
import { printNotice } from './output';

export interface WeightFlags extends RolloutFlags, CheckpointsFlag {
  readonly model: string;
  /** Step of the checkpoint of a run. */
  readonly checkpoint?: number;
  /** `none`: every puzzle with the blank embedding. */
  readonly puzzleEmbeddings: 'own' | 'none';
  /** Supervision steps of each puzzle. */
  readonly steps?: number;
}

/** @throws UsageError where the result would not be of the saved model as it is */
export async function requireSaving({ model, checkpoint, checkpoints, puzzleEmbeddings }: WeightFlags): Promise<void> {
  if (checkpoint !== undefined || checkpoints !== undefined)
    throw new UsageError('--save requires a saved model, not a checkpoint');
  if (puzzleEmbeddings === 'none') throw new UsageError('--save requires --puzzle-embeddings own');
  await requireOwnModel(model);
}

/** @throws UsageError for flags that exclude each other */
export function requireOneChoice(flags: WeightFlags): void {
  const { checkpoint, checkpoints } = flags;
  if (checkpoints !== undefined && checkpoint !== undefined)
    throw new UsageError('--checkpoints and --checkpoint exclude each other');
  requireNoRollouts(flags);
}

/** @throws UsageError for rollouts of checkpoints that vote */
export function requireNoRollouts({
  checkpoints,
  rollouts,
  noise,
}: CheckpointsFlag & Pick<RolloutFlags, 'rollouts' | 'noise'>): void {
  if (checkpoints !== undefined && (rollouts !== undefined || noise !== undefined))
    throw new UsageError('--checkpoints takes one answer of each checkpoint; omit --rollouts and --noise');
}

export type Weights = EvaluatedModel & Partial<Pick<EvaluatedCheckpoints, 'states' | 'checkpoints'>>;

export const findWeights = ({ model, checkpoints, ...flags }: WeightFlags): Promise<Weights> =>
  checkpoints === undefined
    ? findEvaluatedModel({ model, ...flags })
    : findLastCheckpoints(model, checkpoints, flags.steps);

/** @throws UsageError for a model without puzzle embeddings */
export function chooseEmbeddings(found: Weights, dataset: Dataset, { puzzleEmbeddings }: WeightFlags): Weights {
  if (puzzleEmbeddings === 'own') {
    warnOfUnnamed(found, dataset);
    return found;
  }
  if (found.config.puzzleEmbNdim === 0)
    throw new UsageError('--puzzle-embeddings none: the model has no puzzle embeddings');
  const { config, record, states, checkpoints } = found;
  const blank = (state: ModelState) => withBlankEmbeddings({ config, state }, countIdentifiers(dataset));
  return {
    record,
    ...blank(found.state),
    ...(states && { states: states.map((state) => blank(state).state) }),
    ...(checkpoints && { checkpoints }),
  };
}

/** The attempts of the flags: one of each checkpoint, which vote unless another rule is chosen, or rollouts. */
export const getAttempts = (checkpoints: readonly number[] | undefined, flags: RolloutFlags): RolloutSettings =>
  checkpoints ? attemptPerState(checkpoints.length, flags.pick) : getRollouts(flags);

/** Which weights and embeddings were evaluated, where they are not those of the saved model. */
export const describeWeights = ({ checkpoints }: Weights, { puzzleEmbeddings }: WeightFlags): string[] => [
  ...(checkpoints ? [`one answer of each of the checkpoints of steps ${checkpoints.join(', ')}`] : []),
  ...(puzzleEmbeddings === 'none' ? ['every puzzle with the blank embedding instead of its own'] : []),
];

/** As `describeWeights`. */
export const listWeights = ({ checkpoints }: Weights, { puzzleEmbeddings }: WeightFlags): object => ({
  ...(checkpoints && { checkpoints }),
  ...(puzzleEmbeddings === 'none' && { puzzleEmbeddings }),
});

/** Says that embeddings are matched by number where the model does not record the names of its puzzles. */
function warnOfUnnamed({ config, identifiers }: Weights, { identified }: Dataset): void {
  if (!identifiers && config.puzzleEmbNdim > 0 && identified)
    printNotice('warning: the model does not record the names of its puzzles; embeddings are matched by number');
}
