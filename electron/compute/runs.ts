/** Training runs of the window: those on disk, and the one that is training. */
import { z } from 'zod';
import { preset } from '../../models/training/presets';
import type { Input, Output, Run } from '../contract';
import { evaluationSchema, stepMetricsSchema } from '../contract';
import { failureOf } from '../failure';
import type { Surroundings } from './active-run';
import { ActiveRun } from './active-run';
import type { MetricsLine } from './metrics-log';
import { cutAfter, readLines, thinned } from './metrics-log';
import type { RunPlan } from './run-plan';
import { TrainingRun } from './training-run';

/** How many looks at held-out puzzles a reloaded window is told of. */
const LOOKS = 100;

/** How a run begins: from nothing, or from a checkpoint. */
interface Opening {
  readonly type: 'run/started' | 'run/resumed';
  readonly plan: RunPlan;
  /** Brings the training to where it goes on, and says what run that is. */
  readonly open: (training: TrainingRun) => Promise<Run>;
}

export class Runs {
  private active: ActiveRun | null = null;
  private driven = Promise.resolve();
  private isStarting = false;

  constructor(private readonly around: Surroundings) {}

  /** A run on disk that claims to run, but is not the active one, was interrupted. */
  async list(): Promise<Run[]> {
    const before = this.active;
    const runs = await this.around.store.list();
    return runs.map((run) => {
      // What was read from the disk may be older than what has happened meanwhile.
      const active = [this.active, before].find((candidate) => candidate?.run.runId === run.runId);
      if (active) return active.run;
      return run.state === 'running' || run.state === 'paused' ? { ...run, state: 'interrupted' as const } : run;
    });
  }

  async start({ dataset: id, preset: presetId, seed, maxSeconds }: Input<'startRun'>): Promise<Run> {
    const plan = { dataset: await this.around.datasets.load(id), preset: preset(presetId), seed, maxSeconds };
    const open = async (training: TrainingRun): Promise<Run> => ({
      runId: await this.around.store.create(id), dataset: id, preset: presetId, seed,
      state: 'running', startedAt: new Date().toISOString(),
      step: 0, seconds: 0, maxSeconds, maxSteps: training.config.maxSteps, stepFlop: training.stepFlop, accuracy: null, model: null, failure: null, alert: null, device: training.provider, notice: null,
    });
    return this.begin({ type: 'run/started', plan, open });
  }

  pause = (runId: string): Promise<Run> => this.expectActive(runId).pause();
  stop = (runId: string): Run => this.expectActive(runId).stop();

  /** Ends a pause, or goes on with an interrupted run from its last checkpoint. */
  async resume({ runId, halveRate = false }: Input<'resumeRun'>): Promise<Run> {
    if (this.active?.run.runId === runId && !this.active.isOver) return this.active.resume(halveRate);
    const run = await this.find(runId);
    const checkpoint = await this.around.store.readCheckpoint(runId);
    if (run.state !== 'interrupted') throw new Error(`run "${runId}" is ${run.state}; only an interrupted run can go on`);
    if (!checkpoint) throw new Error(`run "${runId}" has no checkpoint to go on from`);
    const plan = { ...run, dataset: await this.around.datasets.load(run.dataset), preset: preset(run.preset) };
    const open = async (training: TrainingRun): Promise<Run> => {
      training.restore(checkpoint);
      if (halveRate) training.halveRate();
      await this.around.store.tidy(runId);
      await cutAfter(this.around.store.metricsFile(runId), training.updates);
      return { ...run, step: training.updates, seconds: training.control.seconds, alert: null, device: training.provider, notice: null };
    };
    return this.begin({ type: 'run/resumed', plan, open });
  }

  async metrics({ runId, points }: Input<'readMetrics'>): Promise<Output<'readMetrics'>> {
    const run = await this.find(runId);
    const lines = await readLines(this.around.store.metricsFile(runId));
    const of = <Type extends MetricsLine['type']>(type: Type) =>
      lines.filter((line): line is Extract<MetricsLine, { type: Type }> => line.type === type);
    const samples = of('sample').slice(-LOOKS).map(({ step, samples }) => ({ step, samples: [...samples] }));
    const steps = thinned(of('step'), points);
    return { run, steps: z.array(stepMetricsSchema).parse(steps), evaluations: z.array(evaluationSchema).parse(of('evaluated')), samples };
  }

  /** One run at a time: a second would halve the pace of both. */
  private async begin(opening: Opening): Promise<Run> {
    if (this.isStarting || (this.active && !this.active.isOver)) throw new Error('a run is training already; stop it first');
    this.isStarting = true;
    try {
      // One that has told its end may still be writing it.
      await this.driven;
      return await this.drive(await TrainingRun.prepare(opening.plan, await this.around.sessions()), opening);
    } catch (error) {
      throw new Error(failureOf(error), { cause: error });
    } finally {
      this.isStarting = false;
    }
  }

  private async drive(training: TrainingRun, { type, open }: Opening): Promise<Run> {
    try {
      const active = new ActiveRun(training, await open(training), this.around);
      const run = await active.start(type);
      this.active = active;
      this.driven = active.drive().catch(() => undefined).finally(() => (this.active = null));
      return run;
    } catch (error) {
      await training.release();
      throw error;
    }
  }

  private async find(runId: string): Promise<Run> {
    const run = (await this.list()).find((known) => known.runId === runId);
    if (!run) throw new Error(`there is no run "${runId}"`);
    return run;
  }

  private expectActive(runId: string): ActiveRun {
    if (this.active?.run.runId !== runId || this.active.isOver) throw new Error(`run "${runId}" is not training`);
    return this.active;
  }
}
