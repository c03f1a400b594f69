/** State of the Datasets view: browsing, generating, importing, exporting, downloading, deleting and restoring. */
import type { Dataset, DatasetReport, Download, Input, Output } from '../../../electron/contract/contract';
import type { ChosenFile, MainApi } from '../../../electron/contract/main-api';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import type { Compute, Loaded } from '../../app/compute.svelte';
import { describeError, failed, loadedValue, loading, ready } from '../../app/compute.svelte';
import type { DatasetPreparation } from '../../app/dataset-preparation.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import { TaskRunner } from '../../app/task-runner.svelte';
import { t } from '../../messages/language.svelte';
import type { Text } from '../../messages/message';
import { parseAddress } from '../../../datasets/puzzle-address';
import { puzzleExtensions } from '../../../datasets/puzzle-extensions';
import { PuzzleBrowser } from './puzzle-browser.svelte';

/** A preview of generated puzzles; an earlier request is aborted. */
class GeneratorPreview {
  puzzles = $state.raw<Output<'previewPuzzles'>>([]);
  /** Of the puzzles shown. */
  kind = $state<string | null>(null);
  failure = $state<string | null>(null);
  #control = new AbortController();

  constructor(private readonly compute: Compute) {}

  show(input: Input<'previewPuzzles'>): () => void {
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.failure = null;
    const succeed = (puzzles: Output<'previewPuzzles'>) => {
      if (!signal.aborted) [this.puzzles, this.kind] = [puzzles, input.kind];
    };
    const fail = (reason: unknown) => {
      if (!signal.aborted) [this.puzzles, this.failure] = [[], describeError(reason)];
    };
    this.compute.request('previewPuzzles', input, signal).then(succeed, fail);
    return () => this.#control.abort();
  }
}

/** A file or folder with the report on its content, before it is imported. */
export interface PendingImport {
  readonly path: string;
  readonly name: string;
  readonly report: DatasetReport;
}

type FileDialogs = Pick<MainApi, 'showOpenDialog' | 'showSaveDialog' | 'openFolder' | 'acceptDroppedFile'>;

export class DatasetsState extends TaskRunner {
  downloads = $state.raw<Loaded<readonly Download[]>>(loading);
  importPreview = $state.raw<PendingImport | null>(null);
  /** The file or folder to import; without a preview while it is checked, and if it could not be read. */
  importFile = $state.raw<ChosenFile | null>(null);
  /** Id of the puzzle type that the user chose for it; null to find it by the content. */
  importKind = $state<string | null>(null);
  /** Download sizes in bytes by id, of those that were requested; null if the server does not tell. */
  sizes = $state.raw<Readonly<Record<string, number | null>>>({});
  /** Id of the download whose size is being requested. */
  sizeRequest = $state<string | null>(null);
  /** The open form. */
  panel = $state<'none' | 'generate' | 'export' | 'rename'>('none');
  readonly browser: PuzzleBrowser;
  readonly generatorPreview: GeneratorPreview;
  readonly list = $derived.by(() => this.catalog.datasets);
  readonly selected = $derived.by(
    () => loadedValue(this.catalog.datasets)?.find(({ id }) => id === this.browser.dataset) ?? null,
  );

  constructor(
    compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly mainApi: FileDialogs,
    notifications: Pick<Notifications, 'show'>,
  ) {
    super(compute, notifications);
    this.browser = new PuzzleBrowser(compute);
    this.generatorPreview = new GeneratorPreview(compute);
    this.preparation.onPrepared((id) => this.#openPrepared(id));
  }

  get preparation(): DatasetPreparation {
    return this.catalog.preparation;
  }

  /** Selected puzzle or dataset for the window's address. */
  readonly subpath = $derived.by(() => {
    const { browser } = this;
    void browser.version;
    const row = browser.selected === null ? null : browser.row(browser.selected);
    return row?.address ?? browser.dataset ?? '';
  });

  visit(subpath: string): void {
    const at = parseAddress(subpath);
    this.panel = 'none';
    this.cancelImport();
    this.browser.open(at?.dataset ?? subpath, at?.split);
    this.browser.selected = at?.index ?? null;
  }

  async read(): Promise<void> {
    const [downloads] = await Promise.all([
      this.compute.request('listDownloads', {}).then(ready, failed),
      this.catalog.readDatasets(),
    ]);
    this.downloads = downloads;
    const first = loadedValue(this.catalog.datasets)?.[0];
    // A file may have been dropped meanwhile, whose preview stays.
    if (this.selected === null && first) this.#browse(first);
  }

  open(dataset: Dataset): void {
    this.panel = 'none';
    this.cancelImport();
    this.#browse(dataset);
  }

  #browse({ id, problem, generation, train }: Dataset): void {
    if (problem === null && generation === null) this.browser.open(id, train.puzzles > 0 ? 'train' : 'test');
    else this.browser.openWithoutPuzzles(id);
  }

  /** Shows the puzzles of the selected dataset after they were generated. */
  #openPrepared(id: string): void {
    const { selected } = this;
    if (selected?.id === id) this.browser.open(id, this.browser.split);
  }

  async generate(plan: Omit<Input<'generateDataset'>, 'job'>): Promise<void> {
    const { name } = plan;
    const job = this.job.run(t('datasets.generate.running', { name }), 'generateDataset', plan);
    const generated = await this.#finish(job, t('datasets.generate.failed'));
    if (generated) await this.#openNew(generated, t('datasets.generate.completed', { name: generated.name }));
  }

  async chooseFile(what: 'file' | 'folder'): Promise<void> {
    const file = await this.mainApi.showOpenDialog({
      title: t('datasets.import.dialogTitle'),
      what,
      ...(what === 'file' && { extensions: puzzleExtensions.map((extension) => extension.slice(1)) }),
    });
    if (file) await this.inspect(file);
  }

  async inspectDropped(file: File): Promise<void> {
    const accepted = await this.mainApi.acceptDroppedFile(file);
    if (!accepted)
      this.failure = {
        title: t('datasets.import.checkFailed'),
        details: t('common.notLocalFile', { file: file.name }),
      };
    else await this.inspect(accepted);
  }

  /** Reports the content of a file or folder before it is imported. */
  async inspect(file: ChosenFile): Promise<void> {
    this.panel = 'none';
    this.cancelImport();
    this.importFile = file;
    await this.#check(file);
  }

  /** Reads the file to import as another puzzle type; null finds it by the content. */
  async inspectAs(kind: string | null): Promise<void> {
    if (!this.importFile) return;
    this.importKind = kind;
    await this.#check(this.importFile);
  }

  cancelImport(): void {
    [this.importPreview, this.importFile, this.importKind] = [null, null, null];
  }

  async #check(file: ChosenFile): Promise<void> {
    this.importPreview = null;
    const { token: path } = file;
    const name = withoutExtension(file.name);
    const kind = this.importKind === null ? {} : { kind: this.importKind };
    const job = this.job.run(t('datasets.import.checking', { file: name }), 'inspectFiles', { path, ...kind });
    const report = await this.#finish(job, t('datasets.import.checkFailed'));
    // Another dataset or file may have been chosen meanwhile.
    if (report && this.importFile === file) this.importPreview = { path, name, report };
  }

  async import(plan: Pick<Input<'importDataset'>, 'name' | 'heldOut' | 'augment' | 'skipWrongAnswers'>): Promise<void> {
    if (!this.importPreview) return;
    const {
      path,
      report: { kind },
    } = this.importPreview;
    const job = this.job.run(t('common.importing', { file: plan.name }), 'importDataset', {
      ...plan,
      path,
      kind,
      skipBadRows: true,
      seed: 1,
    });
    const imported = await this.#finish(job, t('datasets.import.failed'));
    if (!imported) return;
    this.cancelImport();
    await this.#openNew(imported, t('common.imported', { name: imported.name }));
  }

  async export(plan: Pick<Input<'exportDataset'>, 'format' | 'augment'>): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const out = await this.mainApi.showSaveDialog({
      title: t('common.exportTitle', { name: selected.name }),
      name: `${selected.id}-${plan.format}`,
    });
    if (!out) return;
    const job = this.job.run(t('common.exporting', { name: selected.name }), 'exportDataset', {
      dataset: selected.id,
      out: out.token,
      seed: 1,
      ...plan,
    });
    const written = await this.#finish(job, t('datasets.export.failed'));
    if (!written) return;
    this.panel = 'none';
    this.notifications.show({ text: t('common.exported', { name: selected.name, files: written.out }) });
  }

  /** Requests the size of a download: the first network access, on the user's request. */
  async getSize({ id }: Download): Promise<void> {
    if (this.sizeRequest !== null) return;
    this.sizeRequest = id;
    this.failure = null;
    try {
      const { bytes } = await this.compute.request('getDownloadSize', { id });
      this.sizes = { ...this.sizes, [id]: bytes };
    } catch (reason) {
      this.failure = { title: t('datasets.downloads.sizeFailed'), details: describeError(reason) };
    } finally {
      this.sizeRequest = null;
    }
  }

  async download({ id, name }: Download): Promise<void> {
    const job = this.job.run(t('datasets.downloads.running', { name }), 'startDownload', { id });
    const downloaded = await this.#finish(job, t('datasets.downloads.failed'));
    if (downloaded) await this.#openNew(downloaded, t('datasets.downloads.completed', { name: downloaded.name }));
    this.downloads = await this.compute.request('listDownloads', {}).then(ready, failed);
  }

  async rename(name: string): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const before = selected.name;
    const running = t('datasets.rename.running', { name: before });
    const renamed = await this.runTask(running, t('datasets.rename.failed'), () =>
      this.compute.request('renameDataset', { dataset: selected.id, name }),
    );
    if (!renamed) return;
    this.panel = 'none';
    await this.catalog.readDatasets();
    this.notifications.show({ text: t('datasets.rename.done', { name: before, newName: renamed.name }) });
  }

  async delete({ id, name }: Dataset): Promise<void> {
    try {
      const { trashId } = await this.compute.request('deleteDataset', { dataset: id });
      this.browser.openWithoutPuzzles(null);
      await this.read();
      this.notifications.show({ text: t('common.movedToTrash', { name }), undo: () => this.#restore(name, trashId) });
    } catch (reason) {
      this.failure = { title: t('datasets.deleteFailed'), details: describeError(reason) };
    }
  }

  async #restore(name: Text, trashId: string): Promise<void> {
    await this.compute.request('restoreFromTrash', { trashId });
    await this.read();
    this.notifications.show({ text: t('common.restored', { name }) });
  }

  openFolder(): void {
    const { selected } = this;
    if (selected?.source === 'user') void this.mainApi.openFolder({ location: 'datasets', id: selected.id });
  }

  async #openNew(dataset: Dataset, report: string): Promise<void> {
    await this.read();
    this.open(dataset);
    this.notifications.show({ text: report });
  }

  /** The result of a job; its error becomes `failure` with this title. */
  async #finish<Result>(job: Promise<Result | null>, errorTitle: string): Promise<Result | null> {
    this.failure = null;
    const result = await job;
    if (result === null && this.job.failure !== null) this.failure = { title: errorTitle, details: this.job.failure };
    return result;
  }
}

/** A file name without an extension of files of puzzles. */
function withoutExtension(name: string): string {
  const extension = puzzleExtensions.find((ending) => name.toLowerCase().endsWith(ending)) ?? '';
  return name.slice(0, name.length - extension.length);
}
