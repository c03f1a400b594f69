/** Pre-flights the window asks for: counted at once, measured one at a time and never beside a run. */
import { ConfigError } from '../../../models/family/config';
import { DivergedError } from '../../../models/train/diverged';
import type { SessionOptions } from '../../../models/runtime/session';
import type { Input, Output, RunRequest } from '../../contract/contract';
import { failureOf } from '../../contract/error-message';
import type { FreeBytes } from '../storage/free-bytes';
import { measuredPreflight } from './measured-preflight';
import { preflight } from './preflight';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy } from './run-record';

export interface PreflightsOptions {
  readonly plan: (request: RunRequest) => Promise<RunPlan>;
  readonly sessions: () => Promise<SessionOptions>;
  readonly policy: CheckpointPolicy;
  /** Of all runs. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  /** Whether a run trains or is about to. */
  readonly isBusy: () => boolean;
}

/** Where the request says nothing the steps alone end the run. */
const LONGEST_SECONDS = 7 * 24 * 3600;

export class Preflights {
  private readonly measuring = new Set<AbortController>();
  private done: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PreflightsOptions) {}

  /** @throws UnknownIdError and others for what there is not; Error while a run trains; the signal's reason */
  async tell(
    { measure = false, seed = 1, maxSeconds = LONGEST_SECONDS, ...request }: Input<'preflight'>,
    signal: AbortSignal,
  ): Promise<Output<'preflight'>> {
    try {
      const plan = await this.options.plan({ ...request, seed, maxSeconds });
      if (measure) return await this.measure(plan, signal);
      return { account: preflight(plan.config), measured: null, problem: null };
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof DivergedError)) throw error;
      return { account: null, measured: null, problem: failureOf(error) };
    }
  }

  /** Before a run begins: resolves when nothing is measured any more. */
  async end(): Promise<void> {
    for (const controller of this.measuring) controller.abort(refusal());
    await this.done;
  }

  private async measure(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    this.measuring.add(controller);
    try {
      return await this.alone(() => this.try(plan, controller.signal));
    } finally {
      this.measuring.delete(controller);
      signal.removeEventListener('abort', cancel);
    }
  }

  private async try(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    signal.throwIfAborted();
    const { sessions, policy, folder, freeBytes, isBusy } = this.options;
    if (isBusy()) throw refusal();
    return measuredPreflight(plan, {
      sessions: await sessions(),
      policy,
      folder,
      signal,
      ...(freeBytes && { freeBytes }),
    });
  }

  /** One after the other: two at once would take each other's time. */
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.done.then(work);
    this.done = done.catch(() => undefined);
    return done;
  }
}

const refusal = () =>
  new Error('a run is training, and steps measured beside it would seem slow: ask again when it has ended');
