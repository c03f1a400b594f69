/** Short forms of the built-in experiments: those that train models, and those that test models that exist. */
import type { RunSettings } from '../../../models/train/run-settings';
import type { Text } from '../../../renderer/messages/message';
import type { Condition, Experiment, ExperimentTest, Published, SplitChoice } from '../../contract/experiments';
import { listSeeds } from '../../contract/own-experiment';
import { trmAblation, type PaperFigure } from './published';

interface Texts {
  readonly id: string;
  readonly question: Text;
  readonly claim: Text;
  /** What the result cannot show at this size. */
  readonly limits?: Text;
}

/** An experiment that trains models. */
interface Training extends Texts {
  readonly base: { readonly preset: string; readonly dataset: string; readonly settings?: RunSettings };
  /** Settings by condition; the first is what the others are compared with. */
  readonly conditions: readonly (readonly [id: string, label: Text, settings: RunSettings, split?: SplitChoice])[];
  readonly seeds?: number;
  readonly test?: ExperimentTest;
  readonly published?: readonly PaperFigure[];
}

const MAX_SECONDS = 600;
const SEEDS = 3;
const FINAL = { type: 'final' } as const;

export function train({
  base,
  conditions,
  seeds = SEEDS,
  test = FINAL,
  published = [],
  limits,
  ...texts
}: Training): Experiment {
  const { preset, dataset, settings } = base;
  return {
    ...texts,
    limits: limits ?? null,
    conditions: conditions.map(([condition, label, own, split]) => ({
      ...{ id: condition, label },
      source: { preset, dataset, settings: { ...settings, ...own }, ...(split && { split }) },
    })),
    seeds: listSeeds(seeds),
    maxSeconds: MAX_SECONDS,
    test,
    published: published.map(trmAblation),
  };
}

/** An experiment with models that exist. */
interface Testing extends Texts {
  readonly models: readonly (readonly [
    id: string,
    label: Text,
    model: string,
    dataset: string,
    change?: Partial<Omit<Extract<Condition['source'], { model: string }>, 'model' | 'dataset'>>,
  ])[];
  readonly seeds?: number;
  readonly test: ExperimentTest;
  readonly published?: readonly Published[];
}

export function testBuiltIn({ models, seeds = 1, test, published = [], limits, ...texts }: Testing): Experiment {
  const toCondition = ([condition, label, model, dataset, change]: Testing['models'][number]): Condition => ({
    ...{ id: condition, label },
    source: { model, dataset, ...change },
  });
  return {
    ...texts,
    limits: limits ?? null,
    conditions: models.map(toCondition),
    seeds: listSeeds(seeds),
    maxSeconds: MAX_SECONDS,
    test,
    published: [...published],
  };
}
