/** Serves the `preflight` request: a cost estimate, or one benchmark at a time, which ends when a run starts. */
import { ConfigError } from '../../../models/family/config';
import type { EngineOptions } from '../../../models/engine/engine';
import { OutOfMemoryError } from '../../../models/engine/out-of-memory';
import { DivergedError } from '../../../models/train/divergence';
import { MessageError } from '../../../renderer/messages/message';
import type { Input, Output, RunRequest } from '../../contract/contract';
import { MAX_RUN_SECONDS } from '../../contract/limits';
import type { FreeBytes } from '../storage/disk-usage';
import { benchmarkRun } from './benchmark';
import { estimateRunCost } from './preflight';
import type { RunPlan } from './run-plan';
import type { CheckpointPolicy } from './run-record';

interface PreflightServiceOptions {
  readonly plan: (request: RunRequest) => Promise<RunPlan>;
  /** Returns the session options of the chosen device. */
  readonly getSessionOptions: () => Promise<EngineOptions>;
  readonly policy: CheckpointPolicy;
  /** Folder of all runs. */
  readonly folder: string;
  readonly freeBytes?: FreeBytes;
  /** Whether a run trains or is about to. */
  readonly isBusy: () => boolean;
}

/** Reasons why a run cannot train, which the window shows beside the settings. */
const expectedErrors = [ConfigError, DivergedError, OutOfMemoryError];

export class PreflightService {
  private readonly benchmarks = new Set<AbortController>();
  private lastBenchmark: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PreflightServiceOptions) {}

  /** @throws UnknownIdError for unknown ids; MessageError while a run trains; the signal's reason */
  async run(
    { benchmark = false, seed = 1, maxSeconds = MAX_RUN_SECONDS, ...request }: Input<'preflight'>,
    signal: AbortSignal,
  ): Promise<Output<'preflight'>> {
    try {
      const plan = await this.options.plan({ ...request, seed, maxSeconds });
      if (benchmark) return await this.benchmark(plan, signal);
      const costEstimate = await estimateRunCost(plan.config, await this.options.getSessionOptions());
      return { costEstimate, benchmark: null, reason: null };
    } catch (error) {
      if (!expectedErrors.some((kind) => error instanceof kind)) throw error;
      return { costEstimate: null, benchmark: null, reason: (error as MessageError).text };
    }
  }

  /** Ends all benchmarks before a run starts. */
  async end(): Promise<void> {
    for (const controller of this.benchmarks) controller.abort(busyError());
    await this.lastBenchmark;
  }

  private benchmark(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    return this.whileIdle((ending) => this.runBenchmark(plan, ending), signal);
  }

  /**
   * Benchmarks while nothing trains, one at a time: two at once would slow each other down.
   * @param work its signal is aborted when a run starts
   * @throws MessageError while a run trains; the signal's reason
   */
  async whileIdle<Result>(work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    this.benchmarks.add(controller);
    try {
      return await this.serialise(() => {
        controller.signal.throwIfAborted();
        if (this.options.isBusy()) throw busyError();
        return work(controller.signal);
      });
    } finally {
      this.benchmarks.delete(controller);
      signal.removeEventListener('abort', cancel);
    }
  }

  private async runBenchmark(plan: RunPlan, signal: AbortSignal): Promise<Output<'preflight'>> {
    const { getSessionOptions, policy, folder, freeBytes } = this.options;
    return benchmarkRun(plan, {
      sessionOptions: await getSessionOptions(),
      policy,
      folder,
      signal,
      ...(freeBytes && { freeBytes }),
    });
  }

  private serialise<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.lastBenchmark.then(work);
    this.lastBenchmark = done.catch(() => undefined);
    return done;
  }
}

const busyError = () => new MessageError('run.benchmarkRefused');
