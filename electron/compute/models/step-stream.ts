/** Sends the supervision steps of a solve to the window while they are computed, several at a time. */
import type { TracedStep } from '../../../models/solve/solve';
import type { ComputeEvent } from '../../contract/contract';

/** Milliseconds between two events: as often as a view needs, and far less than one for every step of a small model. */
const INTERVAL = 50;

export class StepStream {
  private readonly waiting = new Map<number, TracedStep[]>();
  private sentAt = -Infinity;

  constructor(
    private readonly emit: (event: ComputeEvent) => void,
    private readonly job: string,
  ) {}

  /** @param attempt number of the rollout; 0 for a single solve */
  add(attempt: number, step: TracedStep): void {
    this.waiting.set(attempt, [...(this.waiting.get(attempt) ?? []), step]);
    if (performance.now() - this.sentAt >= INTERVAL) this.flush();
  }

  flush(): void {
    if (this.waiting.size === 0) return;
    const attempts = Array.from(this.waiting, ([attempt, steps]) => ({ attempt, steps }));
    this.waiting.clear();
    this.sentAt = performance.now();
    this.emit({ type: 'solve/steps', job: this.job, attempts });
  }
}
