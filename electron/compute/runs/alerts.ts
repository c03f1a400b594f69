/** What a person should look at while a run trains, told from what it measures; the run itself takes no notice. */
import type { Evaluation, StepMetrics, TrainingEvent } from '../../../models/train/train';
import type { Alert } from '../../contract/contract';
import { Disk } from './alerts/disk';
import { Gap } from './alerts/gap';
import type { PlateauOptions } from './alerts/plateau';
import { Plateau } from './alerts/plateau';
import { Slow } from './alerts/slow';

export interface AlertWatchOptions extends PlateauOptions {
  readonly checkpointBytes: number;
}

/** Each kind comes once, and again only after it has ceased. */
export class AlertWatch {
  private readonly plateau: Plateau;
  private readonly gap = new Gap();
  private readonly slow = new Slow();
  private readonly disk: Disk;
  /** The event before, where it was a step: a look and what diverged take time of their own. */
  private before: StepMetrics | null = null;

  constructor(options: AlertWatchOptions) {
    this.plateau = new Plateau(options);
    this.disk = new Disk(options.checkpointBytes);
  }

  /** @returns what is new with this event */
  take(event: TrainingEvent): Alert[] {
    if (event.type === 'step') return this.step(event.metrics);
    this.before = null;
    // The last look is at other puzzles, and nothing comes after it.
    return event.type === 'evaluated' && !event.evaluation.isFinal ? this.look(event.evaluation) : [];
  }

  /** @param bytes null where the disk does not tell */
  free(step: number, bytes: number | null): Alert[] {
    return bytes === null ? [] : told(step, { disk: this.disk.look(bytes) });
  }

  /** Another device computes: its steps take another time. */
  deviceChanged(): void {
    this.before = null;
    this.slow.restart();
  }

  private step(metrics: StepMetrics): Alert[] {
    const { step, seconds, lmLoss, exactAccuracy } = metrics;
    this.plateau.step(step, lmLoss);
    this.gap.step(exactAccuracy);
    const slow = this.before && this.slow.step(seconds - this.before.seconds);
    this.before = metrics;
    return told(step, { slow });
  }

  private look({ step, exactAccuracy, interval }: Evaluation): Alert[] {
    return told(step, {
      plateau: this.plateau.look(step, exactAccuracy),
      gap: this.gap.look({ exactAccuracy, interval }),
    });
  }
}

function told(step: number, sentences: Partial<Record<Alert['kind'], string | null>>): Alert[] {
  return Object.entries(sentences).flatMap(([kind, sentence]) =>
    sentence === null ? [] : [{ kind: kind as Alert['kind'], step, sentence }],
  );
}
