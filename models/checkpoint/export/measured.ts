/** What a run's metrics file holds, as far as it goes to other programs. */
import type { Evaluation, StepMetrics } from '../../train/train';

type StepLine = { readonly type: 'step' } & StepMetrics;
type EvaluatedLine = { readonly type: 'evaluated' } & Pick<
  Evaluation,
  'step' | 'seconds' | 'accuracy' | 'exactAccuracy' | 'ruleAccuracy' | 'count' | 'interval'
>;
type OtherLine = { readonly type: 'diverged' | 'sample'; readonly step: number };

export type MeasuredLine = StepLine | EvaluatedLine | OtherLine;
