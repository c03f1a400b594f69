/** Keeps the computer awake while the compute process trains or evaluates, if the user wants it. The screen may turn off. */
import { powerSaveBlocker } from 'electron';

interface Conditions {
  /** The setting. */
  readonly isEnabled: boolean;
  /** Whether a run trains or an evaluation is in progress. */
  readonly isBusy: boolean;
}

export class KeepAwake {
  private conditions: Conditions = { isEnabled: false, isBusy: false };
  private blocker: number | null = null;

  /** Takes effect at once. */
  update(change: Partial<Conditions>): void {
    this.conditions = { ...this.conditions, ...change };
    const { isEnabled, isBusy } = this.conditions;
    if (isEnabled && isBusy) this.blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else this.release();
  }

  private release(): void {
    if (this.blocker === null) return;
    powerSaveBlocker.stop(this.blocker);
    this.blocker = null;
  }
}
