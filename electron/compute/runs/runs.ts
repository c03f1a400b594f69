/** Training runs of the window: those on disk, and the one that is training. */
import { z } from 'zod';
import { preset } from '../../../models/presets/presets';
import type { Input, Output, Run, RunRequest } from '../../contract/contract';
import { evaluationSchema } from '../../../models/train/metrics';
import { failureOf } from '../../contract/error-message';
import type { Trash } from '../storage/trash';
import type { OpenedRun, Surroundings } from './active-run';
import { ActiveRun } from './active-run';
import { branchingStep, branchInto, goOn } from './resume';
import { readHistory } from './metrics-history';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { planOf } from './run-plan';
import type { RunRecord } from './run-record';
import { planAgain, recordOf, requireSameData } from './run-record';
import { TrainingRun } from './training-run';

/** How many looks at held-out puzzles a reloaded window is told of. */
const LOOKS = 100;

/** How a run begins: from nothing, or from a checkpoint. */
interface Opening {
  readonly type: 'run/started' | 'run/resumed';
  readonly plan: RunPlan;
  /** Brings the training to where it goes on, and says what run that is. */
  readonly open: (training: TrainingRun) => Promise<Omit<OpenedRun, 'training'>>;
}

type Limits = Pick<Input<'branchRun'>, 'maxSteps' | 'maxSeconds' | 'learningRate'>;

export class Runs {
  private active: ActiveRun | null = null;
  private driven = Promise.resolve();
  private isStarting = false;

  /** @param onEnd after a run has ended and let go of everything */
  constructor(
    private readonly around: Surroundings,
    private readonly trash: Trash,
    private readonly onEnd: () => void = () => undefined,
  ) {}

  get isBusy(): boolean {
    return this.isStarting || (this.active !== null && !this.active.isOver);
  }

  /** A run on disk that claims to run, but is not the active one, was interrupted. */
  async list(): Promise<Run[]> {
    const before = this.active;
    return (await this.around.store.list()).map((run) => this.asItStands(run, before));
  }

  /** @param before what was active when the run was read: that may be older than what has happened meanwhile */
  private asItStands(run: Run, before: ActiveRun | null): Run {
    const active = [this.active, before].find((candidate) => candidate?.run.runId === run.runId);
    if (active) return active.run;
    return run.state === 'running' || run.state === 'paused' ? { ...run, state: 'interrupted' } : run;
  }

  /** @throws ConfigError, UnknownIdError and others for what cannot be started */
  async plan({
    dataset,
    preset: presetId,
    seed,
    maxSeconds,
    from,
    learns = 'everything',
    maxSteps,
    batchSize,
    learningRate,
    precision,
  }: Omit<RunRequest, 'name'>): Promise<RunPlan> {
    const start =
      from === undefined
        ? {}
        : {
            from: {
              model: await this.around.library.read(from),
              parent: { kind: 'model' as const, id: from, step: null },
              learns,
            },
          };
    return planOf({
      dataset: await this.around.datasets.load(dataset),
      preset: preset(presetId),
      seed,
      maxSeconds,
      override: { maxSteps, batchSize, learningRate, precision },
      ...start,
    });
  }

  async start({ name, ...request }: RunRequest): Promise<Run> {
    const plan = await this.plan(request);
    const { store, policy } = this.around;
    const open = async (training: TrainingRun) => {
      const record = recordOf(plan, {
        runId: await store.newId(request.dataset),
        name,
        policy,
        stepFlop: training.stepFlop,
        device: training.provider,
      });
      const folder = await store.create(record);
      // Weights that the seed does not draw are kept before the first step.
      if (plan.start) await folder.checkpoints.write(0, training.snapshot({ owesLook: false, best: null }).parts);
      return { folder, record, release: await folder.claim() };
    };
    return this.begin({ type: 'run/started', plan, open });
  }

  pause = (runId: string): Promise<Run> => this.expectActive(runId).pause();
  stop = (runId: string): Run => this.expectActive(runId).stop();

  /** Ends a pause, or goes on with a run from its last checkpoint. */
  async resume({ runId, halveRate = false, acceptChangedData, ...limits }: Input<'resumeRun'>): Promise<Run> {
    if (this.active?.run.runId === runId && !this.active.isOver) return this.active.resume(halveRate);
    const folder = await this.folderOf(runId);
    const record = extended(await folder.read(), limits);
    if (record.run.state === 'finished' && record.run.step >= record.setup.config.maxSteps)
      throw new Error(`run "${runId}" has made all its ${record.run.step} steps; give it more to go on`);
    const dataset = await this.around.datasets.load(record.run.dataset);
    requireSameData(record, dataset, acceptChangedData);
    return this.begin({
      type: 'run/resumed',
      plan: planAgain(record, dataset),
      open: (training) => opened(training, { folder, record, halveRate }),
    });
  }

  /** A new run that goes on from a checkpoint of another. */
  async branch({ runId, step: at, name, ...limits }: Input<'branchRun'>): Promise<Run> {
    const { store, datasets } = this.around;
    const source = await this.folderOf(runId);
    const step = await branchingStep(source, at);
    if (step === null)
      throw new Error(`run "${runId}" has no checkpoint ${at === undefined ? 'to branch from' : `of step ${at}`}`);
    const parent = extended(await source.read(), limits);
    const dataset = await datasets.load(parent.run.dataset);
    const plan = { ...planAgain(parent, dataset), parent: { kind: 'run' as const, id: runId, step } };
    const open = async (training: TrainingRun) => {
      const id = await store.newId(parent.run.dataset);
      const folder = await branchInto(store.of(id).path, source, {
        record: { ...parent, run: { ...parent.run, runId: id, name: name ?? null } },
        step,
      });
      return opened(training, { folder, record: await folder.read() });
    };
    return this.begin({ type: 'run/started', plan, open });
  }

  async duplicate({ runId, name }: Input<'duplicateRun'>): Promise<Run> {
    const { store } = this.around;
    const source = await this.find(runId);
    const copy = await store.copy(store.of(runId), await store.newId(source.dataset));
    const record = await copy.read();
    const run = {
      ...record.run,
      name: name ?? record.run.name,
      state: source.state === 'running' || source.state === 'paused' ? ('interrupted' as const) : source.state,
    };
    await copy.write({ ...record, run });
    return run;
  }

  async describe({ runId, ...change }: Input<'updateRun'>): Promise<Run> {
    const { name, tags } = await this.find(runId);
    const described = { name: change.name === undefined ? name : change.name, tags: change.tags ?? tags };
    if (this.active?.run.runId === runId) await this.active.describe(described);
    else {
      const folder = this.around.store.of(runId);
      const record = await folder.read();
      await folder.write({ ...record, run: { ...record.run, ...described } });
    }
    return this.find(runId);
  }

  /** To the trash. */
  async remove(runId: string): Promise<string> {
    if (this.active?.run.runId === runId) throw new Error('the run is training: stop it first');
    await this.find(runId);
    return this.trash.discard(this.around.store.of(runId).path);
  }

  async checkpoints(runId: string): Promise<Output<'listCheckpoints'>> {
    const { best } = await this.find(runId);
    return { steps: await this.around.store.of(runId).checkpoints.steps(), best: best?.step ?? null };
  }

  async metrics({ runId, points, from, to }: Input<'readMetrics'>): Promise<Output<'readMetrics'>> {
    const run = await this.find(runId);
    const { steps, means, evaluations, samples } = await readHistory(this.around.store.of(runId).metricsFile, {
      points,
      looks: LOOKS,
      from,
      to,
    });
    const shown = samples.map(({ step, samples: puzzles }) => ({ step, samples: [...puzzles] }));
    return {
      run,
      steps: [...steps],
      means: [...means],
      evaluations: z.array(evaluationSchema).parse(evaluations),
      samples: shown,
    };
  }

  async setup(runId: string): Promise<Output<'getRunConfig'>> {
    const {
      version,
      setup: {
        command,
        preset: { id, name, family },
        config,
      },
    } = await (await this.folderOf(runId)).read();
    return { version, command, preset: { id, name, family }, config };
  }

  /** The folder of a run there is. */
  async folderOf(runId: string): Promise<RunFolder> {
    await this.find(runId);
    return this.around.store.of(runId);
  }

  /** One run at a time: a second would halve the pace of both. */
  private async begin(opening: Opening): Promise<Run> {
    if (this.isBusy) throw new Error('a run is training already; stop it first');
    this.isStarting = true;
    try {
      // One that has told its end may still be writing it.
      await this.driven;
      await this.around.beforeTraining?.();
      return await this.drive(await TrainingRun.prepare(opening.plan, await this.around.sessions()), opening);
    } catch (error) {
      throw new Error(failureOf(error), { cause: error });
    } finally {
      this.isStarting = false;
    }
  }

  private async drive(training: TrainingRun, { type, open }: Opening): Promise<Run> {
    try {
      const active = new ActiveRun({ training, ...(await open(training)) }, this.around);
      const run = await active.start(type);
      this.active = active;
      this.driven = active
        .drive()
        .catch(() => undefined)
        .finally(() => {
          this.active = null;
          this.onEnd();
        });
      return run;
    } catch (error) {
      await training.release();
      throw error;
    }
  }

  private async find(runId: string): Promise<Run> {
    const before = this.active;
    const run = await this.around.store.find(runId);
    if (!run) throw new Error(`there is no run "${runId}"`);
    return this.asItStands(run, before);
  }

  private expectActive(runId: string): ActiveRun {
    if (this.active?.run.runId !== runId || this.active.isOver) throw new Error(`run "${runId}" is not training`);
    return this.active;
  }
}

/** A run that goes on, in the hands of this process; let go of where that fails. */
async function opened(
  training: TrainingRun,
  {
    folder,
    record,
    halveRate = false,
  }: { readonly folder: RunFolder; readonly record: RunRecord; readonly halveRate?: boolean },
): Promise<Omit<OpenedRun, 'training'>> {
  const release = await folder.claim();
  try {
    const gone = await goOn(training, folder, record);
    if (halveRate) training.halveRate();
    return { folder, release, ...gone };
  } catch (error) {
    await release();
    throw error;
  }
}

/** With other limits where they are given, in the set-up and in what is told of it. */
export function extended(record: RunRecord, { maxSteps, maxSeconds, learningRate }: Limits): RunRecord {
  const { config } = record.setup;
  const limits = { maxSteps: maxSteps ?? config.maxSteps, maxSeconds: maxSeconds ?? config.maxSeconds };
  const schedule = { ...config.schedule, learningRate: learningRate ?? config.schedule.learningRate };
  return {
    ...record,
    run: { ...record.run, ...limits },
    setup: { ...record.setup, config: { ...config, ...limits, schedule } },
  };
}
