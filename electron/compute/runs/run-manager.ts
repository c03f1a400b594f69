/** Training runs of the window: runs on disk, and the active run. */
import { getPreset } from '../../../models/presets/presets';
import { pickSettings } from '../../../models/train/run-settings';
import { MessageError } from '../../../renderer/messages/message';
import type { Input, Model, Output, Run, RunRequest } from '../../contract/contract';
import type { Trash } from '../storage/trash';
import type { ActiveRunContext } from './active-run';
import { ActiveRun } from './active-run';
import { createBranch, openBranchPoint, requireWhole, withLimits, type BranchPoint } from './resume';
import { createRun, reopenRun, type OpenedRun } from './run-loop';
import { findFineTuning, findRequest, type FineTuning } from './repeat-run';
import type { RunFolder } from './run-store';
import type { RunPlan } from './run-plan';
import { createPlan } from './run-plan';
import { createCheckpointModel } from './checkpoint-model';
import { renameModelOfRun } from './rename-model';
import { planFromRecord, requireSameData, type RunRecord } from './run-record';
import { Trainer } from './trainer';

/** How a run starts: new, or from a checkpoint. */
interface Opening {
  readonly type: 'run/started' | 'run/resumed';
  readonly plan: RunPlan;
  /** Opens the folder of the run, and restores the trainer where the run continues. */
  readonly open: (trainer: Trainer) => Promise<OpenedRun>;
}

export class RunManager {
  private active: ActiveRun | null = null;
  private trained: Promise<unknown> = Promise.resolve();
  private isStarting = false;
  private isClosing = false;
  /** Ends other work that trains, see `reserve`. */
  private reservation: AbortController | null = null;

  /** @param onEnd called after a run has ended and released everything */
  constructor(
    private readonly context: ActiveRunContext,
    private readonly trash: Trash,
    private readonly onEnd: () => void = () => undefined,
  ) {}

  get isBusy(): boolean {
    return this.isClosing || this.isStarting || this.reservation !== null || this.isTraining;
  }

  private get isTraining(): boolean {
    return this.active !== null && !this.active.isOver;
  }

  /** All runs, newest first. */
  async list(): Promise<Run[]> {
    const before = this.active;
    return (await this.context.store.list()).map((run) => this.withCurrentState(run, before));
  }

  /** @param before the active run when the record was read; it may have ended since */
  private withCurrentState(run: Run, before: ActiveRun | null): Run {
    return [this.active, before].find((candidate) => candidate?.run.runId === run.runId)?.run ?? run;
  }

  /** @throws ConfigError, UnknownIdError and others for a request that cannot be started */
  async plan({
    dataset,
    preset: presetId,
    seed,
    maxSeconds,
    from,
    trainable = 'all',
    optimizerState,
    ...settings
  }: Omit<RunRequest, 'name'>): Promise<RunPlan> {
    const start = from === undefined ? {} : await this.readSource({ from, trainable, optimizerState });
    const choice = {
      dataset: await this.context.datasets.load(dataset),
      preset: getPreset(presetId),
      seed,
      maxSeconds,
      settings: pickSettings(settings),
      ...start,
    };
    return createPlan(choice, await this.context.getSessionOptions());
  }

  private async readSource({ from, trainable, optimizerState }: FineTuning) {
    const model = await this.context.library.readStart(from, optimizerState);
    return { from: { ...model, parent: { kind: 'model' as const, id: from, step: null }, trainable } };
  }

  /** The request that starts a recorded run again. @throws as `findRequest`, and for a dataset or model that is gone */
  async findRequest(runId: string): Promise<RunRequest> {
    const record = await (await this.getFolder(runId)).read();
    const fineTuning = findFineTuning(record);
    const start = fineTuning && (await this.readSource(fineTuning));
    return findRequest(record, { dataset: await this.context.datasets.load(record.run.dataset), ...start });
  }

  async start({ name, ...request }: RunRequest): Promise<Run> {
    const plan = await this.plan(request);
    const { store, policy } = this.context;
    const open = async (trainer: Trainer) => {
      const runId = await store.newId(request.dataset);
      return createRun(trainer, store.getFolder(runId).path, { runId, name, policy });
    };
    return this.begin({ type: 'run/started', plan, open });
  }

  pause = (runId: string): Promise<Run> => this.expectActive(runId).pause();
  stop = (runId: string): Run => this.expectActive(runId).stop();

  /** Ends a pause, or resumes a run from its last checkpoint. */
  async resume({ runId, halveLearningRate = false, acceptChangedData, ...limits }: Input<'resumeRun'>): Promise<Run> {
    if (this.active?.run.runId === runId && !this.active.isOver) return this.active.resume(halveLearningRate);
    const folder = await this.getFolder(runId);
    const record = withLimits(await folder.read(), limits);
    if (record.run.state === 'finished' && record.run.step >= record.setup.config.maxSteps)
      throw new MessageError('run.complete', { run: runId, steps: record.run.step });
    const dataset = await this.context.datasets.load(record.run.dataset);
    requireSameData(record, dataset, acceptChangedData);
    return this.begin({
      type: 'run/resumed',
      plan: planFromRecord(record, dataset),
      open: async (trainer) => {
        const opened = await reopenRun(trainer, { folder, record });
        if (halveLearningRate) trainer.halveLearningRate();
        return opened;
      },
    });
  }

  /** Starts a new run from a checkpoint of another. */
  async branch({ runId, step: at, name, ...limits }: Input<'branchRun'>): Promise<Run> {
    const source = await this.getFolder(runId);
    const point = await openBranchPoint(source, at);
    if (point === null)
      throw at === undefined
        ? new MessageError('run.noCheckpoint', { run: runId })
        : new MessageError('run.noCheckpointAt', { run: runId, step: at });
    try {
      return await this.branchAt(point, source, { runId, name, ...limits });
    } finally {
      await point.checkpoint.close();
    }
  }

  private async branchAt(
    point: BranchPoint,
    source: RunFolder,
    { runId, name, ...limits }: Omit<Input<'branchRun'>, 'step'>,
  ): Promise<Run> {
    const { store, datasets } = this.context;
    await requireWhole(source, point);
    const parent = withLimits(await source.read(), limits);
    const dataset = await datasets.load(parent.run.dataset);
    const plan = { ...planFromRecord(parent, dataset), parent: { kind: 'run' as const, id: runId, step: point.step } };
    const open = async (trainer: Trainer) => {
      const id = await store.newId(parent.run.dataset);
      const folder = await createBranch(store.getFolder(id).path, source, {
        record: { ...parent, run: { ...parent.run, runId: id, name: name ?? null } },
        ...point,
      });
      return reopenRun(trainer, { folder, record: await folder.read() });
    };
    return this.begin({ type: 'run/started', plan, open });
  }

  /** Saves the model of a checkpoint in the library. */
  async saveCheckpoint({ runId, step, name }: Input<'saveCheckpoint'>): Promise<Model> {
    const { datasets, library } = this.context;
    const folder = await this.getFolder(runId);
    const record = await folder.read();
    const dataset = await datasets.load(record.run.dataset);
    requireSameData(record, dataset);
    const model = await createCheckpointModel(folder, { record, dataset, step });
    const named = name === undefined ? model : { ...model, card: { ...model.card, name } };
    const id = await library.newId(named.card.name);
    await library.saveNew(id, named);
    return library.describe(id);
  }

  async duplicate({ runId, name }: Input<'duplicateRun'>): Promise<Run> {
    const { store } = this.context;
    const source = await this.find(runId);
    const copy = await store.copy(store.getFolder(runId), await store.newId(source.dataset));
    const record = await copy.read();
    const run = {
      ...record.run,
      name: name ?? record.run.name,
      state: source.state === 'running' || source.state === 'paused' ? ('interrupted' as const) : source.state,
    };
    await copy.write({ ...record, run });
    return run;
  }

  async update({ runId, ...change }: Input<'updateRun'>): Promise<Run> {
    const { name, tags } = await this.find(runId);
    const updated = { name: change.name === undefined ? name : change.name, tags: change.tags ?? tags };
    const folder = this.context.store.getFolder(runId);
    const before = await folder.read();
    if (this.active?.run.runId === runId) await this.active.update(updated);
    else await folder.update((record) => ({ ...record, run: { ...record.run, ...updated } }));
    if (change.name !== undefined) await this.renameModel(before, updated.name);
    return this.find(runId);
  }

  /** A model that is no longer in the library keeps its name, as does one whose card cannot be read. */
  private async renameModel(before: RunRecord, name: string | null): Promise<void> {
    const { model } = before.run;
    const { library } = this.context;
    const found =
      model !== null && (await library.list()).some(({ id, source }) => id === model && source !== 'built-in');
    if (found) await renameModelOfRun(before, name, await library.getUserFolder(model));
  }

  /** Moves a run to the trash. @returns the id that restores it */
  async remove(runId: string): Promise<string> {
    if (this.active?.run.runId === runId) throw new MessageError('run.inProgress');
    await this.find(runId);
    return this.context.store.getFolder(runId).discard(this.trash);
  }

  async checkpoints(runId: string): Promise<Output<'listCheckpoints'>> {
    const { best } = await this.find(runId);
    return { steps: await this.context.store.getFolder(runId).checkpoints.steps(), best: best?.step ?? null };
  }

  async config(runId: string): Promise<Output<'getRunConfig'>> {
    const {
      version,
      setup: {
        command,
        preset: { id, name, family },
        config,
      },
    } = await (await this.getFolder(runId)).read();
    return { version, command, preset: { id, name, family }, config };
  }

  /** The folder of an existing run. */
  async getFolder(runId: string): Promise<RunFolder> {
    await this.find(runId);
    return this.context.store.getFolder(runId);
  }

  /** Ends the active run with a checkpoint from which it can continue. No run starts afterwards: the process is about to end. */
  async suspend(): Promise<void> {
    this.isClosing = true;
    this.active?.suspend();
    this.reservation?.abort(new MessageError('run.closing'));
    await this.trained;
  }

  /**
   * Does other work that trains, during which no run starts.
   * @param work its signal is aborted when the process is about to end
   * @throws MessageError while something trains; errors of the work
   */
  async reserve(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.requireFree();
    const reservation = new AbortController();
    this.reservation = reservation;
    const previous = this.trained;
    const done = (async () => {
      await previous;
      await this.context.beforeTraining?.();
      await work(reservation.signal);
    })().finally(() => {
      this.reservation = null;
      this.onEnd();
    });
    this.trained = done.catch(() => undefined);
    return done;
  }

  private requireFree(): void {
    if (this.isClosing) throw new MessageError('run.closing');
    if (this.reservation) throw new MessageError('experiments.othersWait');
    if (this.isBusy) throw new MessageError('run.otherInProgress');
  }

  /** Starts training. One run trains at a time: a second would halve the pace of both. */
  private async begin(opening: Opening): Promise<Run> {
    this.requireFree();
    this.isStarting = true;
    try {
      // The previous run may still be writing its end.
      await this.trained;
      await this.context.beforeTraining?.();
      return await this.train(await Trainer.prepare(opening.plan, await this.context.getSessionOptions()), opening);
    } finally {
      this.isStarting = false;
    }
  }

  private async train(trainer: Trainer, { type, open }: Opening): Promise<Run> {
    try {
      if (this.isClosing) throw new MessageError('run.closing');
      const active = new ActiveRun(await open(trainer), this.context);
      const run = await active.start(type);
      this.active = active;
      this.trained = active
        .train()
        .catch(() => undefined)
        .finally(() => {
          this.active = null;
          this.onEnd();
        });
      return run;
    } catch (error) {
      await trainer.release();
      throw error;
    }
  }

  /** The run in its current state. @throws MessageError for an unknown run */
  async find(runId: string): Promise<Run> {
    const before = this.active;
    return this.withCurrentState(await this.context.store.get(runId), before);
  }

  private expectActive(runId: string): ActiveRun {
    if (this.active?.run.runId !== runId || this.active.isOver)
      throw new MessageError('run.notInProgress', { run: runId });
    return this.active;
  }
}
