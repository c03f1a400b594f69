/** State of the Models view: the selected card, and evaluation, import, export, renaming, deletion and restoring of models. */
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import type {
  Dataset,
  Failure,
  Failures,
  Input,
  Model,
  Output,
  ModelEvaluation,
  PublishedModel,
  PuzzleMessage,
} from '../../../electron/contract/contract';
import type { ChosenFile, MainApi } from '../../../electron/contract/main-api';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import type { DatasetPreparation } from '../../app/dataset-preparation.svelte';
import type { Compute, Loaded } from '../../app/compute.svelte';
import { describeError, failed, loadedValue, loading, ready } from '../../app/compute.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import type { TaskReport } from '../../app/task-runner.svelte';
import { TaskRunner } from '../../app/task-runner.svelte';
import type { PuzzleAddress, SplitName } from '../../../datasets/puzzle-address';
import { t } from '../../messages/language.svelte';
import { message, type Text } from '../../messages/message';
import type { SolveTask } from '../solve/solve.svelte';
import { DamageBench } from './damage/damage-bench.svelte';
import { timestamp } from './over-steps';

type FileDialogs = Pick<MainApi, 'showOpenDialog' | 'showSaveDialog' | 'openFolder' | 'acceptDroppedFile'>;
type ImportSettings = Pick<Input<'importModel'>, 'configFile' | 'settings'>;

type ExportOptions = Input<'exportModel'>;

export interface OnnxOptions {
  readonly batchSize: number;
  readonly tokenType: NonNullable<ExportOptions['tokenType']>;
  readonly weights: NonNullable<ExportOptions['weights']>;
}

/** A file that can be imported once its missing settings are known. */
export interface MissingSettings {
  readonly file: ChosenFile;
  readonly given: ImportSettings;
  readonly settings: readonly string[];
  readonly message: Text;
}

/** An evaluation of this window, or one that is stored in the model's card. */
export interface EvaluationResult {
  readonly model: string;
  readonly dataset: string;
  readonly split: SplitName;
  /** Step of the checkpoint of its run that was evaluated; null for the saved weights. */
  readonly checkpoint: number | null;
  /** How many of the last checkpoints of its run voted; null without a vote. */
  readonly lastCheckpoints: number | null;
  readonly accuracy: ModelEvaluation;
  /** Null for a stored evaluation. */
  readonly failures: Failures | null;
  readonly evaluatedAt: string;
}

interface EvaluationPlan extends Pick<
  Input<'evaluateModel'>,
  'dataset' | 'split' | 'limit' | 'steps' | 'rollouts' | 'lastCheckpoints'
> {
  readonly checkpoint?: number | null;
}

const isOfSavedWeights = ({ checkpoint, lastCheckpoints }: Omit<EvaluationResult, 'evaluatedAt'>): boolean =>
  checkpoint === null && lastCheckpoints === null;

export class ModelsState extends TaskRunner {
  panel = $state<'none' | 'export' | 'rename' | 'published'>('none');
  /** Models that others have published; read when their panel is opened. */
  published = $state.raw<Loaded<readonly PublishedModel[]>>(loading);
  missing = $state.raw<MissingSettings | null>(null);
  evaluations = $state.raw<readonly EvaluationResult[]>([]);
  readonly damage: DamageBench;

  #selectedId = $state<string | null>(null);
  #compared = $state<string | null>(null);
  readonly list = $derived.by(() => loadedValue(this.catalog.models) ?? []);
  /** The selected model, else the first. */
  readonly selected = $derived.by(
    (): Model | null => this.list.find(({ id }) => id === this.#selectedId) ?? this.list[0] ?? null,
  );
  /** The one it is compared with. */
  readonly compared = $derived.by(
    (): Model | null => this.list.find(({ id }) => id === this.#compared && id !== this.selected?.id) ?? null,
  );

  constructor(
    compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly mainApi: FileDialogs,
    notifications: Pick<Notifications, 'show'>,
  ) {
    super(compute, notifications);
    this.damage = new DamageBench(compute);
  }

  /** The selected model, for the window's address. */
  get subpath(): string {
    return this.selected?.id ?? '';
  }

  select(id: string): void {
    this.#selectedId = id;
    this.panel = 'none';
  }

  compareWith(id: string | null): void {
    this.#compared = id;
  }

  /** Null for an unknown kind of puzzle. */
  getKind(model: Model): PuzzleKind | null {
    return this.catalog.getModelKind(model);
  }

  /** Datasets of the model's kind of puzzle. */
  datasetsFor(model: Model): readonly Dataset[] {
    return this.catalog.datasetsFor(model);
  }

  get preparation(): DatasetPreparation {
    return this.catalog.preparation;
  }

  /** The latest evaluation of the saved weights of a model; null if there is none. */
  latestEvaluation(model: Model): EvaluationResult | null {
    return this.evaluationsOf(model).find(isOfSavedWeights) ?? null;
  }

  /** Steps of the checkpoints of the run that has saved a model, the latest first; none where that run is not here. */
  listCheckpoints(model: Model): Promise<readonly number[]> {
    return this.catalog.listCheckpoints(model);
  }

  /** The evaluations of a model, the latest first: those of this window, and those stored with it. */
  evaluationsOf({ id, evaluations = [] }: Model): readonly EvaluationResult[] {
    const own = this.evaluations.filter(({ model }) => model === id);
    const stored = evaluations
      .filter(({ evaluatedAt }) => own.every((other) => other.evaluatedAt !== evaluatedAt))
      .map(({ evaluation: accuracy, ...record }) => ({
        model: id,
        checkpoint: null,
        lastCheckpoints: null,
        accuracy,
        failures: null,
        ...record,
      }));
    return [...own, ...stored];
  }

  async chooseFile(what: 'file' | 'folder'): Promise<void> {
    // Without a filter for extensions: checkpoints of the reference, e.g. step_1000, have none.
    const file = await this.mainApi.showOpenDialog({ title: t('models.import.dialogTitle'), what });
    if (file) await this.import(file);
  }

  async importDropped(file: File): Promise<void> {
    const accepted = await this.mainApi.acceptDroppedFile(file);
    if (!accepted)
      this.failure = {
        title: t('models.import.failed'),
        details: t('common.notLocalFile', { file: file.name }),
      };
    else await this.import(accepted);
  }

  async import(file: ChosenFile, given: ImportSettings = {}): Promise<void> {
    const running = t('common.importing', { file: file.name });
    const imported = await this.runTask(running, t('models.import.failed'), () =>
      this.compute.request('importModel', { path: file.token, ...given }),
    );
    if (!imported) return;
    const { model, missing, notes } = imported;
    this.missing = missing && { file, given, ...missing };
    if (model) await this.#showModel(model, { summary: t('common.imported', { name: model.name }), notes });
  }

  /** Imports the file again with the missing settings. */
  async importWithSettings(settings: NonNullable<ImportSettings['settings']>): Promise<void> {
    if (!this.missing) return;
    const { file, given } = this.missing;
    await this.import(file, { ...given, settings: { ...given.settings, ...settings } });
  }

  /** Imports the file again with a config file in another folder. */
  async chooseConfig(): Promise<void> {
    const configFile = await this.mainApi.showOpenDialog({
      title: t('models.import.configTitle'),
      what: 'file',
      extensions: ['yaml', 'yml', 'json'],
    });
    if (!configFile || !this.missing) return;
    const { file, given } = this.missing;
    await this.import(file, { ...given, configFile: configFile.token });
  }

  async togglePublished(): Promise<void> {
    this.panel = this.panel === 'published' ? 'none' : 'published';
    if (this.panel === 'published') await this.readPublished();
  }

  async readPublished(): Promise<void> {
    this.published = await this.compute.request('listPublishedModels', {}).then(ready, failed);
  }

  /** Downloads and imports a published model, or continues its download. */
  async downloadPublished({ id, name }: PublishedModel): Promise<void> {
    [this.failure, this.report] = [null, null];
    const downloaded = await this.job.run(t('models.published.running', { name }), 'downloadModel', { id });
    if (downloaded)
      await this.#showModel(downloaded.model, {
        summary: t('models.published.summary', { name }),
        notes: downloaded.notes,
      });
    else if (this.job.failure !== null)
      this.failure = { title: t('models.published.failed'), details: this.job.failure };
    await this.readPublished();
  }

  /** @param onnx options of an ONNX file, ignored for other formats */
  async export(format: Input<'exportModel'>['format'], onnx: OnnxOptions): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const ending = format.startsWith('onnx') ? 'onnx' : format;
    const out = await this.mainApi.showSaveDialog({
      title: t('common.exportTitle', { name: selected.name }).slice(0, 200),
      name: `${selected.id}${ending === format ? '' : format.slice(4)}.${ending}`,
      extensions: [ending],
    });
    if (!out) return;
    const plan = { model: selected.id, out: out.token, format, ...(ending === 'onnx' && onnx) };
    const running = t('common.exporting', { name: selected.name });
    const written = await this.runTask(running, t('models.export.failed'), () =>
      this.compute.request('exportModel', plan),
    );
    if (!written) return;
    this.panel = 'none';
    this.showReport({
      summary: t('common.exported', { name: selected.name, files: written.files }),
      notes: written.notes,
    });
  }

  /** What an answer of a model costs. */
  getAnswerCosts(model: string): Promise<Output<'getAnswerCosts'>> {
    return this.compute.request('getAnswerCosts', { model });
  }

  async rename(name: string): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const running = t('models.actions.renaming', { name: selected.name });
    const renamed = await this.runTask(running, t('models.actions.renameFailed'), () =>
      this.compute.request('renameModel', { model: selected.id, name }),
    );
    if (!renamed) return;
    const summary = t('models.actions.renamed', { name: selected.name, newName: renamed.name });
    await this.#showModel(renamed, { summary, notes: [] });
  }

  async delete(): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const { id, name } = selected;
    const gone = await this.runTask(t('common.deleting', { name }), t('models.actions.deleteFailed'), () =>
      this.compute.request('deleteModel', { model: id }),
    );
    if (!gone) return;
    this.panel = 'none';
    await this.catalog.readModels();
    this.notifications.show({
      text: t('common.movedToTrash', { name }),
      undo: () => this.#restore({ id, name, trashId: gone.trashId }),
    });
  }

  async #restore({
    id,
    name,
    trashId,
  }: {
    readonly id: string;
    readonly name: string;
    readonly trashId: string;
  }): Promise<void> {
    await this.compute.request('restoreFromTrash', { trashId });
    await this.catalog.readModels();
    this.select(id);
    this.notifications.show({ text: t('common.restored', { name }) });
  }

  /**
   * Evaluates the model on a split, or on a random sample of `limit` of its puzzles.
   * @param checkpoint step of the checkpoint of its run that is evaluated instead of the saved weights
   */
  async evaluate({ checkpoint = null, ...plan }: EvaluationPlan): Promise<void> {
    const { selected } = this;
    if (!selected || this.isBusy) return;
    [this.failure, this.report] = [null, null];
    const evaluated = await this.job.run(t('models.evaluate.running', { name: selected.name }), 'evaluateModel', {
      ...(checkpoint === null ? { model: selected.id } : { checkpoint: { run: selected.id, step: checkpoint } }),
      ...plan,
    });
    const { dataset, split, lastCheckpoints = null } = plan;
    if (evaluated) {
      const { failures = null, ...accuracy } = evaluated;
      const of = { model: selected.id, dataset, split, checkpoint, lastCheckpoints };
      await this.#keepEvaluation(selected, { ...of, accuracy, failures });
    } else if (this.job.failure !== null)
      this.failure = { title: t('models.evaluate.failed'), details: this.job.failure };
  }

  /** Stores an evaluation in the card; that of a built-in model or of checkpoints, a cancelled one, or one that cannot be stored, is kept until the window is closed. */
  async #keepEvaluation(model: Model, result: Omit<EvaluationResult, 'evaluatedAt'>): Promise<void> {
    const evaluatedAt = timestamp();
    this.evaluations = [{ ...result, evaluatedAt }, ...this.evaluations];
    if (model.source === 'built-in' || !isOfSavedWeights(result) || result.accuracy.cancelled) return;
    const { dataset, split, accuracy: evaluation } = result;
    const record = { dataset, split, evaluatedAt, evaluation };
    try {
      await this.compute.request('saveEvaluation', { model: model.id, record });
      await this.catalog.readModels();
    } catch (reason) {
      const what = message('notifications.saved.evaluation', { model: model.name });
      this.notifications.show({ text: t('notifications.saveFailed', { what, reason: describeError(reason) }) });
    }
  }

  async showFolder(): Promise<void> {
    const { selected } = this;
    if (selected)
      await this.runTask(t('common.openingFolder'), t('common.openFolderFailed'), () =>
        this.mainApi.openFolder({ location: 'models', id: selected.id }),
      );
  }

  /** A task for Solve, with a puzzle of another dataset if the model's own is not here; null if there is none or it cannot be read. */
  async taskFor(model: Model): Promise<SolveTask | null> {
    if (this.catalog.dataset(model.dataset)) return { model };
    const datasets = this.datasetsFor(model);
    const dataset = datasets.find(({ generation }) => generation === null);
    // Solve generates a puzzle where no dataset is here yet.
    if (!dataset) return datasets.length > 0 ? { model } : null;
    const split = dataset.test.puzzles > 0 ? 'test' : 'train';
    const index = Math.floor(Math.random() * dataset[split].puzzles);
    const puzzle = await this.#readPuzzle({ dataset: dataset.id, split, index });
    return puzzle ? { model, puzzle } : null;
  }

  /** The puzzle of a failure, for Solve with the same number of steps; null if it cannot be read. */
  async taskForFailure(
    model: Model,
    { dataset, split, accuracy: { steps } }: EvaluationResult,
    { row }: Failure,
  ): Promise<SolveTask | null> {
    const puzzle = await this.#readPuzzle({ dataset, split, index: row });
    return puzzle && { model, puzzle, steps };
  }

  async #readPuzzle({ dataset, split, index }: PuzzleAddress): Promise<PuzzleMessage | null> {
    const read = await this.runTask(t('models.actions.findingPuzzle'), t('models.actions.readPuzzleFailed'), () =>
      this.compute.request('readPuzzles', { dataset, split, from: index, count: 1 }),
    );
    return read?.puzzles[0] ?? null;
  }

  async #showModel(model: Model, report: TaskReport): Promise<void> {
    await this.catalog.readModels();
    this.select(model.id);
    this.showReport(report);
  }
}
