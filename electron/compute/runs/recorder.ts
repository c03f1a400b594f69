/** A training that leaves its marks in a run's folder: what it measures at once, checkpoints while it goes on. */
import type { TrainingEvent } from '../../../models/train/train';
import type { Best } from '../../contract/contract';
import type { MetricsLine } from './metrics-log';
import { linesOfEvent } from './metrics-log';
import type { RunFolder } from './run-folder';
import type { CheckpointPolicy } from './run-record';
import type { ResumePoint, TrainingRun } from './training-run';

export type Recorded =
  /** Already in the folder. */
  | { readonly type: 'lines'; readonly event: TrainingEvent; readonly lines: readonly MetricsLine[] }
  | { readonly type: 'checkpoint'; readonly step: number }
  /** A checkpoint could not be written; those before it are whole. */
  | { readonly type: 'unsaved'; readonly reason: unknown };

export interface RecorderOptions {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  readonly policy: CheckpointPolicy;
  /** Where the run goes on from a checkpoint. */
  readonly resumePoint?: ResumePoint;
}

export class Recorder {
  best: Best | null;
  private evaluatedAt: number | null;
  private savedSteps: number;
  private savedSeconds: number;
  private saving: Promise<void> | null = null;
  private readonly news: Recorded[] = [];

  constructor(private readonly options: RecorderOptions) {
    const { training, resumePoint } = options;
    this.best = resumePoint?.best ?? null;
    this.evaluatedAt = resumePoint && !resumePoint.owesLook ? training.updates : null;
    this.savedSteps = training.updates;
    this.savedSeconds = training.control.seconds;
  }

  /** Trains to the end. A checkpoint is made after the look that belongs to its step, so that nothing is measured twice or never. */
  async *record(): AsyncGenerator<Recorded> {
    const { training, folder } = this.options;
    const {
      heldOutRows: rows,
      plan: {
        dataset: {
          spec: { id },
        },
      },
    } = training;
    for await (const event of training.events()) {
      const lines = linesOfEvent(event, (index) => `${id}/test/${rows[index]}`);
      await folder.append(lines);
      const isBest = event.type === 'evaluated' && this.noteEvaluation(event);
      yield { type: 'lines', event, lines };
      if (
        isBest ||
        (event.type === 'step' && this.isDue() && !training.isEvalDue) ||
        (event.type === 'evaluated' && !event.evaluation.isFinal && this.isDue())
      )
        await this.save();
      yield* this.news.splice(0);
    }
    await this.saveLast();
    yield* this.news.splice(0);
  }

  /** Once more, where the last step has no checkpoint yet; waits until it is written. */
  private async saveLast(): Promise<void> {
    const { training } = this.options;
    if (training.updates > 0 && training.updates !== this.savedSteps) await this.save();
    await this.saving;
  }

  /** Whether it is the best so far: the looks of a run are all at the same puzzles. */
  private noteEvaluation({
    evaluation: { step, exactAccuracy, isFinal },
  }: Extract<TrainingEvent, { type: 'evaluated' }>): boolean {
    if (isFinal) return false;
    this.evaluatedAt = step;
    if (exactAccuracy <= (this.best?.exactAccuracy ?? 0)) return false;
    this.best = { step, exactAccuracy };
    return true;
  }

  private isDue(): boolean {
    const {
      training,
      policy: { everySteps, everySeconds },
    } = this.options;
    return (
      (everySteps !== null && training.updates % everySteps === 0) ||
      (everySeconds !== null && training.control.seconds - this.savedSeconds >= everySeconds)
    );
  }

  /** The training goes on while the file is written; a second one waits for the first. */
  private async save(): Promise<void> {
    await this.saving;
    const { training } = this.options;
    const owesLook = training.isEvalDue && this.evaluatedAt !== training.updates;
    const { step, parts } = training.snapshot({ owesLook, best: this.best });
    [this.savedSteps, this.savedSeconds] = [step, training.control.seconds];
    this.saving = this.write(step, parts).then(
      () => void this.news.push({ type: 'checkpoint', step }),
      (reason: unknown) => void this.news.push({ type: 'unsaved', reason }),
    );
  }

  private async write(step: number, parts: readonly Uint8Array[]): Promise<void> {
    const { folder, policy } = this.options;
    await folder.flushMetrics();
    await folder.checkpoints.write(step, parts);
    await folder.checkpoints.retain(policy, this.best?.step ?? null);
  }
}
