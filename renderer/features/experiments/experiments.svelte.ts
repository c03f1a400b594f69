/** State of the Experiments view: the list, the chosen experiment, its plan and its results, and the actions on them. */
import type { Input, Output } from '../../../electron/contract/contract';
import type {
  ExperimentChoice,
  ExperimentExport,
  ExperimentProgress,
  ExperimentSummary,
} from '../../../electron/contract/experiment-requests';
import type { Experiment, Prediction } from '../../../electron/contract/experiments';
import { readOwnExperiment } from '../../../electron/contract/own-experiment';
import type { MainApi } from '../../../electron/contract/main-api';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import type { Compute, Loaded } from '../../app/compute.svelte';
import { failed, loadedValue, loading, ready } from '../../app/compute.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import { TaskRunner } from '../../app/task-runner.svelte';
import { formatText, t } from '../../messages/language.svelte';
import type { MessageId } from '../../messages/message';
import { isFirstSeed, OwnExperimentForm } from './own-experiment.svelte';

type OpenedExperiment = Output<'readExperiment'>;
export type ExperimentEstimate = Output<'estimateExperiment'>;
type FileDialogs = Pick<MainApi, 'showSaveDialog' | 'saveFile' | 'openFolder'>;

/** Address of the form for an experiment of one's own, and of the plan of a built-in one. */
const OWN = 'own';
const PLAN = 'new/';

/** The part of Web Storage that is used. */
type EstimateStorage = Pick<Storage, 'getItem' | 'setItem'>;
const STORAGE_KEY = 'experiments/seconds';

export class ExperimentsState extends TaskRunner {
  list = $state.raw<Loaded<Output<'listExperiments'>>>(loading);
  /** The experiment that is shown with its results. */
  opened = $state.raw<Loaded<OpenedExperiment>>(loading);
  /** The last reported progress of the experiment that is shown. */
  progress = $state.raw<ExperimentProgress | null>(null);
  /** Of the plan that is shown. */
  estimate = $state.raw<ExperimentEstimate | null>(null);
  prediction = $state.raw<Prediction | null>(null);
  /** Null: those of the experiment. */
  seeds = $state<number | null>(null);
  /** Null for 1. */
  firstSeed = $state<number | null>(null);
  /** Whether the plan has the size for a night. */
  isThorough = $state(false);
  readonly own = new OwnExperimentForm();
  /** Expected training time by built-in experiment, as estimated on this computer. */
  expectedSeconds = $state.raw<Readonly<Record<string, number>>>({});

  #subpath = $state('');

  readonly mine = $derived(loadedValue(this.list)?.experiments ?? []);
  readonly builtIn = $derived(loadedValue(this.list)?.builtIn ?? []);
  /** The built-in experiment whose plan is shown; null for another page. */
  readonly plan = $derived.by((): Experiment | null => {
    if (!this.#subpath.startsWith(PLAN)) return null;
    const found = this.builtIn.find(({ usual }) => usual.id === this.#subpath.slice(PLAN.length));
    return (this.isThorough ? found?.thorough : found?.usual) ?? null;
  });
  readonly isOwn = $derived(this.#subpath === OWN);
  readonly openedId = $derived(this.#subpath === OWN || this.#subpath.startsWith(PLAN) ? null : this.#subpath || null);

  constructor(
    compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly mainApi: FileDialogs,
    notifications: Pick<Notifications, 'show'>,
    private readonly storage: EstimateStorage,
  ) {
    super(compute, notifications);
    this.expectedSeconds = readSeconds(storage);
    compute.onEvent((event) => {
      if (event.type === 'experiment/changed') this.#receiveChange(event.summary);
      if (event.type === 'experiment/progress' && event.experimentId === this.openedId) this.progress = event.progress;
    });
  }

  /** For the window's address. */
  get subpath(): string {
    return this.#subpath;
  }

  /** To be called after every connection. */
  async read(): Promise<void> {
    this.list = await this.compute.request('listExperiments', {}).then(ready, failed);
    if (this.#subpath === '') this.visit(this.mine[0]?.experimentId ?? PLAN + (this.builtIn[0]?.usual.id ?? ''));
    else if (this.openedId !== null) await this.#readOpened();
  }

  visit(subpath: string): void {
    if (subpath === this.#subpath) return;
    this.#subpath = subpath;
    [this.estimate, this.prediction, this.isThorough] = [null, null, false];
    [this.seeds, this.firstSeed] = [null, null];
    [this.opened, this.progress] = [loading, null];
    if (this.openedId !== null) void this.#readOpened();
  }

  showPlan(id: string): void {
    this.visit(PLAN + id);
  }

  showOwn(): void {
    this.visit(OWN);
    this.own.dataset ??= loadedValue(this.catalog.datasets)?.[0]?.id ?? null;
    this.own.preset ??= loadedValue(this.catalog.appInfo)?.presets[0]?.id ?? null;
  }

  chooseSize(isThorough: boolean): void {
    [this.isThorough, this.estimate] = [isThorough, null];
  }

  /** The experiment that the page describes; null while the form is incomplete or wrong. */
  get choice(): ExperimentChoice | null {
    if (this.isOwn) return this.own.request && { own: this.own.request };
    const { plan, seeds, firstSeed, isThorough } = this;
    if (!isFirstSeed(firstSeed)) return null;
    const repeated = { ...(seeds !== null && { seeds }), ...(firstSeed !== null && { firstSeed }) };
    return plan && { builtIn: plan.id, ...repeated, ...(isThorough && { isThorough }) };
  }

  /** Measures the first steps of each condition on this computer. */
  async estimateTime(): Promise<void> {
    const { choice } = this;
    if (choice === null || !(await this.#prepare(choice))) return;
    this.failure = null;
    const estimate = await this.job.run(t('experiments.estimating'), 'estimateExperiment', { choice });
    if (this.job.failure !== null) this.failure = { title: t('experiments.estimateFailed'), details: this.job.failure };
    if (estimate === null) return;
    this.estimate = estimate;
    if (!('builtIn' in choice) || choice.isThorough) return;
    if (choice.seeds !== undefined && choice.seeds !== this.plan?.seeds.length) return;
    this.expectedSeconds = { ...this.expectedSeconds, [choice.builtIn]: estimate.seconds };
    this.storage.setItem(STORAGE_KEY, JSON.stringify(this.expectedSeconds));
  }

  async start(): Promise<void> {
    const { choice, prediction } = this;
    if (choice === null || !(await this.#prepare(choice))) return;
    const started = await this.runTask(t('experiments.starting'), t('experiments.startFailed'), () =>
      this.compute.request('startExperiment', { choice, prediction }),
    );
    if (!started) return;
    await this.read();
    this.visit(started.experimentId);
  }

  pause = (): Promise<void> => this.#change('pauseExperiment', 'experiments.pausing', 'experiments.pauseFailed');
  resume = (): Promise<void> => this.#change('resumeExperiment', 'experiments.resuming', 'experiments.resumeFailed');
  end = (): Promise<void> => this.#change('endExperiment', 'experiments.ending', 'experiments.endFailed');

  async #change(
    request: 'pauseExperiment' | 'resumeExperiment' | 'endExperiment',
    activeTask: MessageId & `experiments.${string}ing`,
    errorTitle: MessageId & `experiments.${string}Failed`,
  ): Promise<void> {
    const experimentId = this.openedId;
    if (experimentId === null) return;
    const summary = await this.runTask(t(activeTask), t(errorTitle), () =>
      this.compute.request(request, { experimentId }),
    );
    if (summary) this.#receiveChange(summary);
  }

  async remove({ experimentId, question }: ExperimentSummary): Promise<void> {
    const name = formatText(question);
    const gone = await this.runTask(t('common.deleting', { name }), t('experiments.deleteFailed'), () =>
      this.compute.request('deleteExperiment', { experimentId }),
    );
    if (!gone) return;
    this.#subpath = '';
    await this.read();
    this.notifications.show({
      text: t('common.movedToTrash', { name }),
      undo: async () => {
        await this.compute.request('restoreFromTrash', { trashId: gone.trashId });
        await this.read();
        this.visit(experimentId);
        this.notifications.show({ text: t('common.restored', { name }) });
      },
    });
  }

  async export(format: ExperimentExport): Promise<void> {
    const experimentId = this.openedId;
    if (experimentId === null) return;
    const extension = format === 'report' ? 'html' : 'csv';
    const title = t(format === 'report' ? 'experiments.export.report' : 'experiments.export.csv');
    const file = await this.mainApi.showSaveDialog({
      title,
      name: `${experimentId}.${extension}`,
      extensions: [extension],
    });
    if (file === null) return;
    const done = await this.runTask(t('experiments.export.writing'), t('experiments.export.failed'), () =>
      this.compute.request('exportExperiment', { experimentId, format, out: file.token }),
    );
    if (done) this.notifications.show({ text: t('experiments.export.written', { file: file.name }) });
  }

  async savePicture(picture: () => Promise<Uint8Array>): Promise<void> {
    const title = t('experiments.export.png');
    const written = await this.runTask(t('experiments.export.writing'), t('experiments.export.failed'), async () =>
      this.mainApi.saveFile({ title, name: `${this.openedId}.png`, content: await picture() }),
    );
    if (written !== null) this.notifications.show({ text: t('experiments.export.written', { file: written }) });
  }

  async openFolder(): Promise<void> {
    const id = this.openedId;
    if (id === null) return;
    await this.runTask(t('common.openFolder'), t('common.openFolderFailed'), () =>
      this.mainApi.openFolder({ location: 'experiments', id }),
    );
  }

  /** Shows the plan again, with the seeds that follow those of the experiment. */
  repeat({ experiment }: OpenedExperiment['record']): void {
    const { seeds } = experiment;
    const builtIn = this.builtIn.find(({ usual }) => usual.id === experiment.id);
    if (builtIn) {
      this.showPlan(experiment.id);
      this.isThorough = isSameSize(builtIn.thorough, experiment) && !isSameSize(builtIn.usual, experiment);
      [this.seeds, this.firstSeed] = [seeds.length, seeds[seeds.length - 1]! + 1];
      return;
    }
    const own = readOwnExperiment(experiment);
    if (own) this.own.fill(own);
    this.showOwn();
  }

  /** Generates the built-in datasets of an experiment on their first use. Returns false when that failed or was cancelled. */
  async #prepare(choice: ExperimentChoice): Promise<boolean> {
    const conditions = 'builtIn' in choice ? (this.plan?.conditions ?? []) : [];
    const ids = 'own' in choice ? [choice.own.dataset] : conditions.map(({ source }) => source.dataset);
    for (const id of ids) {
      const dataset = this.catalog.dataset(id);
      if (dataset && !(await this.catalog.preparation.prepare(dataset))) return false;
    }
    return true;
  }

  #receiveChange(summary: ExperimentSummary): void {
    const list = loadedValue(this.list);
    if (list) {
      const isKnown = list.experiments.some(({ experimentId }) => experimentId === summary.experimentId);
      const experiments = isKnown
        ? list.experiments.map((other) => (other.experimentId === summary.experimentId ? summary : other))
        : [summary, ...list.experiments];
      this.list = ready({ ...list, experiments });
    }
    if (summary.experimentId !== this.openedId) return;
    if (summary.state !== 'running') this.progress = null;
    void this.#readOpened();
  }

  async #readOpened(): Promise<void> {
    const experimentId = this.openedId;
    if (experimentId === null) return;
    const read: Input<'readExperiment'> = { experimentId };
    const opened = await this.compute.request('readExperiment', read).then(ready, failed);
    if (experimentId !== this.openedId) return;
    this.opened = opened;
    this.progress ??= loadedValue(opened)?.progress ?? null;
  }
}

/** Whether two experiments differ at most in their seeds. */
const isSameSize = (one: Experiment, other: Experiment): boolean =>
  JSON.stringify([one.conditions, one.test]) === JSON.stringify([other.conditions, other.test]);

function readSeconds(storage: EstimateStorage): Record<string, number> {
  try {
    const value: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}');
    return Object.fromEntries(
      Object.entries(value ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  } catch {
    return {};
  }
}
