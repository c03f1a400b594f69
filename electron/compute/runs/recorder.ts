/** Records a training in the folder of its run: metrics at once, checkpoints in the background. */
import type { TrainingEvent } from '../../../models/train/train';
import type { Best } from '../../contract/contract';
import type { MetricsLine } from './metrics-log';
import { toMetricsLines } from './metrics-log';
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
  /** Present where the run continues from a checkpoint. */
  readonly resumePoint?: ResumePoint;
}

export class Recorder {
  best: Best | null;
  private evaluatedAt: number | null;
  private savedSteps: number;
  private savedSeconds: number;
  private saving: Promise<void> | null = null;
  private readonly pending: Recorded[] = [];

  constructor(private readonly options: RecorderOptions) {
    const { training, resumePoint } = options;
    this.best = resumePoint?.best ?? null;
    this.evaluatedAt = resumePoint && !resumePoint.isEvalPending ? training.updates : null;
    this.savedSteps = training.updates;
    this.savedSeconds = training.control.seconds;
  }

  /** Trains to the end. A checkpoint is made after the evaluation of its step, so that none is made twice or left out. */
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
      const lines = toMetricsLines(event, (index) => `${id}/test/${rows[index]}`);
      await folder.append(lines);
      const isBest = event.type === 'evaluated' && this.noteEvaluation(event);
      yield { type: 'lines', event, lines };
      if (
        isBest ||
        (event.type === 'step' && this.isDue() && !training.isEvalDue) ||
        (event.type === 'evaluated' && !event.evaluation.isFinal && this.isDue())
      )
        await this.save();
      yield* this.pending.splice(0);
    }
    await this.saveLast();
    yield* this.pending.splice(0);
  }

  /** Saves the last step if it has no checkpoint yet, and waits until it is written. */
  private async saveLast(): Promise<void> {
    const { training } = this.options;
    if (training.updates > 0 && training.updates !== this.savedSteps) await this.save();
    await this.saving;
  }

  /** Whether it is the best so far: all quick evaluations of a run use the same puzzles. */
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

  /** Training continues while the file is written; a second save waits for the first. */
  private async save(): Promise<void> {
    await this.saving;
    const { training } = this.options;
    const isEvalPending = training.isEvalDue && this.evaluatedAt !== training.updates;
    const { step, parts } = training.snapshot({ isEvalPending, best: this.best });
    [this.savedSteps, this.savedSeconds] = [step, training.control.seconds];
    this.saving = this.write(step, parts).then(
      () => void this.pending.push({ type: 'checkpoint', step }),
      (reason: unknown) => void this.pending.push({ type: 'unsaved', reason }),
    );
  }

  private async write(step: number, parts: readonly Uint8Array[]): Promise<void> {
    const { folder, policy } = this.options;
    await folder.flushMetrics();
    await folder.checkpoints.write(step, parts);
    await folder.checkpoints.retain(policy, this.best?.step ?? null);
  }
}
