/** The alerts of a run that is recorded: from what it measures, and from the disk its folder lies on. */
import type { Alert } from '../../contract/contract';
import { freeBytes, type FreeBytes } from '../storage/free-bytes';
import { AlertWatch } from './alerts';
import type { Recorded } from './recorder';
import type { RunFolder } from './run-folder';
import type { Standing, TrainingRun } from './training-run';

export interface RunAlertsOptions {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  /** Where the run goes on from a checkpoint. */
  readonly standing?: Standing;
  readonly freeBytes?: FreeBytes;
}

export class RunAlerts {
  private readonly watch: AlertWatch;
  private device: string;
  private isFirst = true;

  constructor(private readonly options: RunAlertsOptions) {
    const { training, standing } = options;
    const {
      schedule: { warmupSteps },
      evaluateEvery,
    } = training.config;
    this.device = training.provider;
    this.watch = new AlertWatch({
      warmupSteps,
      evaluateEvery,
      best: standing?.best?.exactAccuracy ?? 0,
      checkpointBytes: training.checkpointBytes,
    });
  }

  /** What is new with this. The disk is looked at in the beginning and after every checkpoint: nothing else takes much of it. */
  async heed(recorded: Recorded): Promise<Alert[]> {
    this.noteDevice();
    const measured = recorded.type === 'lines' ? this.watch.take(recorded.event) : [];
    if (!this.isFirst && recorded.type !== 'checkpoint') return measured;
    this.isFirst = false;
    const { training, folder, freeBytes: free = freeBytes } = this.options;
    return [...measured, ...this.watch.free(training.updates, await free(folder.path))];
  }

  private noteDevice(): void {
    const { provider } = this.options.training;
    if (provider !== this.device) this.watch.deviceChanged();
    this.device = provider;
  }
}

/** More than anyone reads; each of them may come again and again in a run of days. */
const KEPT = 100;

/** What a run's record tells of its alerts: the latest. */
export const withAlerts = (known: readonly Alert[], fresh: readonly Alert[]): Alert[] =>
  [...known, ...fresh].slice(-KEPT);
