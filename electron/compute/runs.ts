/** Training runs of the window: those on disk, and the one that is training. */
import { loadDataset } from '../../datasets/catalog';
import { preset } from '../../models/training/presets';
import type { Input, Output, Run } from '../contract';
import type { Surroundings } from './active-run';
import { ActiveRun } from './active-run';
import type { MetricsLine } from './metrics-log';
import { cutAfter, readLines, thinned } from './metrics-log';
import { TrainingRun } from './training-run';

/** How many looks at held-out puzzles a reloaded window is told of. */
const LOOKS = 100;

export class Runs {
  private active: ActiveRun | null = null;
  private isStarting = false;

  constructor(private readonly around: Surroundings) {}

  /** A run on disk that claims to run, but is not the active one, was interrupted. */
  async list(): Promise<Run[]> {
    const runs = await this.around.store.list();
    return runs.map((run) => {
      if (run.runId === this.active?.run.runId) return this.active.run;
      return run.state === 'running' || run.state === 'paused' ? { ...run, state: 'interrupted' as const } : run;
    });
  }

  start({ dataset: id, preset: presetId, seed, maxSeconds }: Input<'startRun'>): Promise<Run> {
    const plan = { dataset: loadDataset(id), preset: preset(presetId), seed, maxSeconds };
    return this.begin(async () => {
      const training = await TrainingRun.prepare(plan);
      const run: Run = {
        runId: await this.around.store.create(id), dataset: id, preset: presetId, seed,
        state: 'running', startedAt: new Date().toISOString(),
        step: 0, seconds: 0, maxSeconds, maxSteps: training.config.maxSteps,
        accuracy: null, model: null, failure: null,
      };
      return new ActiveRun(training, run, this.around);
    });
  }

  pause = (runId: string): Promise<Run> => this.expectActive(runId).pause();
  stop = (runId: string): Run => this.expectActive(runId).stop();

  /** Ends a pause, or goes on with an interrupted run from its last checkpoint. */
  resume(runId: string): Promise<Run> {
    return this.active?.run.runId === runId ? this.active.resume() : this.begin(() => this.reopen(runId));
  }

  async metrics({ runId, points }: Input<'readMetrics'>): Promise<Output<'readMetrics'>> {
    const run = await this.find(runId);
    const lines = await readLines(this.around.store.metricsFile(runId));
    const of = <Type extends MetricsLine['type']>(type: Type) =>
      lines.filter((line): line is Extract<MetricsLine, { type: Type }> => line.type === type);
    const samples = of('sample').slice(-LOOKS).map(({ step, samples }) => ({ step, samples: [...samples] }));
    return { run, steps: thinned(of('step'), points), evaluations: of('evaluated'), samples };
  }

  /** One run at a time: a second would halve the pace of both. */
  private async begin(open: () => Promise<ActiveRun>): Promise<Run> {
    if (this.active || this.isStarting) throw new Error('a run is training already; stop it first');
    this.isStarting = true;
    try {
      const active = await open();
      const run = await active.start();
      this.active = active;
      void active.drive().finally(() => (this.active = null));
      return run;
    } finally {
      this.isStarting = false;
    }
  }

  private async reopen(runId: string): Promise<ActiveRun> {
    const run = await this.find(runId);
    const checkpoint = await this.around.store.readCheckpoint(runId);
    if (run.state !== 'interrupted' || !checkpoint) throw new Error(`run "${runId}" has no checkpoint to go on from`);
    const training = await TrainingRun.prepare({ ...run, dataset: loadDataset(run.dataset), preset: preset(run.preset) });
    training.restore(checkpoint);
    await cutAfter(this.around.store.metricsFile(runId), training.updates);
    return new ActiveRun(training, { ...run, step: training.updates, seconds: training.control.seconds }, this.around);
  }

  private async find(runId: string): Promise<Run> {
    const run = (await this.list()).find((known) => known.runId === runId);
    if (!run) throw new Error(`there is no run "${runId}"`);
    return run;
  }

  private expectActive(runId: string): ActiveRun {
    if (this.active?.run.runId !== runId) throw new Error(`run "${runId}" is not training`);
    return this.active;
  }
}
