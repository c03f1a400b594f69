/** Everything that decides how a model learns; with the data set it fixes every number of a run. */
import type { EmaConfig } from '../optim/ema';
import type { OptimiserConfig } from '../optim/optimiser';
import type { ScheduleConfig } from '../optim/schedule';
import type { TrmConfig } from '../trm/config';

export interface LearningConfig {
  readonly optimiser: OptimiserConfig;
  readonly schedule: ScheduleConfig;
  /** Null: the weights themselves are evaluated and saved. */
  readonly ema: EmaConfig | null;
  readonly batchSize: number;
}

export interface RunConfig extends LearningConfig {
  readonly model: TrmConfig;
  readonly seed: number;
  /** The run ends at whichever comes first. */
  readonly maxSteps: number;
  readonly maxSeconds: number;
  /** Steps between two looks at held-out puzzles. */
  readonly evaluateEvery: number;
}
