/** Experiments of the window: those on disk, the one in progress, and those that wait for it or for a run. */
import type { Text } from '../../../renderer/messages/message';
import { MessageError } from '../../../renderer/messages/message';
import { countTrials } from '../../contract/experiment-conclusion';
import type { ExperimentProgress, ExperimentSummary } from '../../contract/experiment-requests';
import type { ComputeEvent, Input, Output } from '../../contract/contract';
import { errorText } from '../../contract/error-message';
import type { ExperimentRecord } from '../../contract/experiments';
import type { RunManager } from '../runs/run-manager';
import { builtInExperiments } from './built-in';
import { requireFittingSettings } from './estimate';
import { createExperiment, formatExperimentCommand } from './experiment-choice';
import type { ExperimentStore } from './experiment-store';
import { createRecord, runExperiment, type ExperimentContext, type TrialProgress } from './run-experiment';
import { makeThorough } from './thorough';
import { estimateSecondsLeft } from './time-left';

interface ManagerOptions {
  readonly store: ExperimentStore;
  /** One trains at a time: a run or an experiment. */
  readonly runs: Pick<RunManager, 'isBusy' | 'reserve'>;
  readonly getContext: () => Promise<ExperimentContext>;
  readonly emit: (event: ComputeEvent) => void;
}

interface Active {
  readonly experimentId: string;
  readonly controller: AbortController;
  progress: ExperimentProgress | null;
  /** Ends when the experiment has released everything. */
  ended: Promise<void>;
}

/** Milliseconds between two reports of progress. */
const REPORT_INTERVAL = 250;

/** Why an experiment stops, which can be resumed. */
class Paused extends Error {}

export class ExperimentManager {
  private active: Active | null = null;
  private readonly waiting: string[] = [];
  private readonly failures = new Map<string, Text>();

  constructor(private readonly options: ManagerOptions) {}

  async list(): Promise<Output<'listExperiments'>> {
    const { experiments, unreadable } = await this.options.store.list();
    return {
      builtIn: builtInExperiments.map((usual) => ({ usual, thorough: makeThorough(usual) })),
      experiments: experiments.map((stored) => this.summarise(stored)),
      unreadable,
    };
  }

  async read(experimentId: string): Promise<Output<'readExperiment'>> {
    const stored = await this.options.store.read(experimentId);
    const progress = this.active?.experimentId === experimentId ? this.active.progress : null;
    return { record: stored.record, summary: this.summarise(stored), progress };
  }

  /** @throws as `createExperiment`, and ConfigError for settings that do not fit together */
  async start({ choice, prediction }: Input<'startExperiment'>): Promise<ExperimentSummary> {
    const experiment = createExperiment(choice);
    const context = await this.options.getContext();
    await requireFittingSettings(experiment, context);
    const command = formatExperimentCommand(choice, experiment);
    const record = await createRecord(experiment, command, context, prediction);
    return this.queue(await this.options.store.create(record));
  }

  /** @throws MessageError for one that is over or runs in another process */
  async resume(experimentId: string): Promise<ExperimentSummary> {
    const { state } = await this.summary(experimentId);
    if (state === 'running' || state === 'waiting') return this.summary(experimentId);
    if (state !== 'paused' && state !== 'failed') throw new MessageError('experiments.cannotResume');
    return this.queue(experimentId);
  }

  /** Returns when the current trial has a checkpoint. */
  async pause(experimentId: string): Promise<ExperimentSummary> {
    await this.interrupt(experimentId);
    return this.reportChange(experimentId);
  }

  async end(experimentId: string): Promise<ExperimentSummary> {
    await this.interrupt(experimentId);
    const folder = this.options.store.open(experimentId);
    const unlock = await folder.lock();
    try {
      await folder.write({ ...(await folder.read()), endedAt: new Date().toISOString() });
    } finally {
      await unlock();
    }
    return this.reportChange(experimentId);
  }

  /** @throws MessageError while it runs */
  async remove(experimentId: string): Promise<string> {
    if (this.active?.experimentId === experimentId) throw new MessageError('experiments.inProgress');
    this.removeWaiting(experimentId);
    this.failures.delete(experimentId);
    return this.options.store.remove(experimentId);
  }

  /** Starts the first experiment that waits, if nothing trains. @returns whether one has started */
  next(): boolean {
    if (this.active !== null || this.options.runs.isBusy) return false;
    const experimentId = this.waiting.shift();
    if (experimentId === undefined) return false;
    this.begin(experimentId);
    return true;
  }

  private queue(experimentId: string): Promise<ExperimentSummary> {
    this.failures.delete(experimentId);
    this.waiting.push(experimentId);
    this.next();
    return this.reportChange(experimentId);
  }

  private begin(experimentId: string): void {
    const controller = new AbortController();
    const active: Active = { experimentId, controller, progress: null, ended: Promise.resolve() };
    this.active = active;
    const work = async (closing: AbortSignal) => {
      const { signal } = controller;
      closing.addEventListener('abort', () => controller.abort(closing.reason), { once: true });
      await this.run(experimentId, signal).catch((error: unknown) => {
        if (!signal.aborted) this.failures.set(experimentId, errorText(error));
      });
      // Before what waits is told that nothing trains.
      this.active = null;
    };
    active.ended = this.options.runs
      .reserve(work)
      .catch((error: unknown) => void this.failures.set(experimentId, errorText(error)))
      .finally(() => {
        if (this.active === active) this.active = null;
        void this.reportChange(experimentId).catch(() => undefined);
      });
  }

  private async run(experimentId: string, signal: AbortSignal): Promise<void> {
    const folder = this.options.store.open(experimentId);
    const context = await this.options.getContext();
    let record = await folder.read();
    let trialStartedAt = performance.now();
    await runExperiment(folder, {
      ...context,
      signal,
      onProgress: throttle(REPORT_INTERVAL, (trial: TrialProgress) => {
        const elapsed = (performance.now() - trialStartedAt) / 1000;
        this.reportProgress(experimentId, trial, estimateSecondsLeft(record, trial, elapsed));
      }),
      onResult: (result) => {
        trialStartedAt = performance.now();
        record = { ...record, results: [...record.results, result] };
        this.emitChange(experimentId, record);
      },
    });
  }

  private reportProgress(
    experimentId: string,
    { condition, seed, done, total, share }: TrialProgress,
    secondsLeft: number | null,
  ): void {
    const progress = { condition: condition.id, seed, done, total, share, secondsLeft };
    if (this.active?.experimentId === experimentId) this.active.progress = progress;
    this.options.emit({ type: 'experiment/progress', experimentId, progress });
  }

  /** Takes an experiment out of the queue, or ends it after a checkpoint. */
  private async interrupt(experimentId: string): Promise<void> {
    this.removeWaiting(experimentId);
    const { active } = this;
    if (active?.experimentId !== experimentId) return;
    active.controller.abort(new Paused());
    await active.ended;
  }

  private removeWaiting(experimentId: string): void {
    const at = this.waiting.indexOf(experimentId);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private async summary(experimentId: string): Promise<ExperimentSummary> {
    return this.summarise(await this.options.store.read(experimentId));
  }

  private async reportChange(experimentId: string): Promise<ExperimentSummary> {
    const summary = await this.summary(experimentId);
    this.options.emit({ type: 'experiment/changed', experimentId, summary });
    return summary;
  }

  private emitChange(experimentId: string, record: ExperimentRecord): void {
    const summary = this.summarise({ experimentId, record, isElsewhere: false });
    this.options.emit({ type: 'experiment/changed', experimentId, summary });
  }

  private summarise({ experimentId, record, isElsewhere }: StoredState): ExperimentSummary {
    const failure = this.failures.get(experimentId) ?? null;
    const state = this.getState({ experimentId, record, isElsewhere });
    return {
      experimentId,
      definition: record.experiment.id,
      question: record.experiment.question,
      state: state === 'paused' && failure !== null ? 'failed' : state,
      done: record.results.length,
      total: countTrials(record),
      startedAt: record.startedAt,
      failure,
    };
  }

  private getState({ experimentId, record, isElsewhere }: StoredState): ExperimentSummary['state'] {
    if (this.active?.experimentId === experimentId) return 'running';
    if (record.results.length >= countTrials(record)) return 'finished';
    if (record.endedAt !== undefined) return 'ended';
    if (this.waiting.includes(experimentId)) return 'waiting';
    return isElsewhere ? 'elsewhere' : 'paused';
  }
}

/** Calls at most once in `interval` milliseconds; calls in between are left out. */
function throttle<Value>(interval: number, call: (value: Value) => void): (value: Value) => void {
  let calledAt = -Infinity;
  return (value) => {
    const now = performance.now();
    if (now - calledAt < interval) return;
    calledAt = now;
    call(value);
  };
}

type StoredState = Awaited<ReturnType<ExperimentStore['read']>>;
