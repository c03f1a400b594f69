/** Notices when the process begins to train or evaluate and when it has ended: meanwhile the computer should stay awake. */
import type { ComputeEvent, Handlers } from '../contract/contract';

export class BusyMonitor {
  private readonly work = new Set<unknown>();

  /**
   * @param onChange called when the first work begins and when the last has ended
   * @param onPaused called when a run has paused itself
   */
  constructor(
    private readonly onChange: (isBusy: boolean) => void,
    private readonly onPaused: () => void = () => undefined,
  ) {}

  /** Follows the events of runs and experiments: a paused run is no work, the full evaluation after it is. */
  observe(event: ComputeEvent): void {
    if (event.type === 'run/paused' && event.run.pauseReason !== null) this.onPaused();
    switch (event.type) {
      case 'run/started':
      case 'run/resumed':
      case 'run/evaluating':
        return this.begin(event.runId);
      case 'run/paused':
      case 'run/finished':
      case 'run/stopped':
      case 'run/failed':
        return this.end(event.runId);
      case 'experiment/changed':
        return event.summary.state === 'running' ? this.begin(event.experimentId) : this.end(event.experimentId);
    }
  }

  /** Returns the handlers; evaluations that they make count as work. */
  watch(handlers: Handlers): Handlers {
    return {
      ...handlers,
      evaluateModel: (input, signal) => this.track(() => handlers.evaluateModel(input, signal)),
      evaluateDamaged: (input, signal) => this.track(() => handlers.evaluateDamaged(input, signal)),
    };
  }

  private async track<Result>(evaluate: () => Result | Promise<Result>): Promise<Result> {
    const evaluation = Symbol('evaluation');
    this.begin(evaluation);
    try {
      return await evaluate();
    } finally {
      this.end(evaluation);
    }
  }

  private begin(work: unknown): void {
    const wasBusy = this.work.size > 0;
    this.work.add(work);
    if (!wasBusy) this.onChange(true);
  }

  private end(work: unknown): void {
    if (this.work.delete(work) && this.work.size === 0) this.onChange(false);
  }
}
