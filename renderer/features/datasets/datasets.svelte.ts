/** State of the Datasets view: browsing, generating, importing, exporting, downloading, deleting and restoring. */
import type { Dataset, DatasetReport, Download, Input, Output } from '../../../electron/contract/contract';
import type { MainApi } from '../../../electron/contract/main-api';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import type { Compute, Loaded } from '../../app/compute.svelte';
import { rawErrorMessage, failed, loadedValue, loading, ready } from '../../app/compute.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import { JobState } from '../../app/task-runner.svelte';
import { parseAddress } from '../../../datasets/puzzle-address';
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
      if (!signal.aborted) [this.puzzles, this.failure] = [[], rawErrorMessage(reason)];
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

type FileDialogs = Pick<MainApi, 'showOpenDialog' | 'showSaveDialog' | 'openFolder' | 'getPathForFile'>;

export class DatasetsState {
  downloads = $state.raw<Loaded<readonly Download[]>>(loading);
  importPreview = $state.raw<PendingImport | null>(null);
  /** Download sizes in bytes by id, of those that were requested; null if the server does not tell. */
  sizes = $state.raw<Readonly<Record<string, number | null>>>({});
  /** Id of the download whose size is being requested. */
  sizeRequest = $state<string | null>(null);
  /** The open form. */
  panel = $state<'none' | 'generate' | 'export'>('none');
  readonly job: JobState;
  readonly browser: PuzzleBrowser;
  readonly generatorPreview: GeneratorPreview;
  readonly list = $derived.by(() => this.catalog.datasets);
  readonly selected = $derived.by(
    () => loadedValue(this.catalog.datasets)?.find(({ id }) => id === this.browser.dataset) ?? null,
  );

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly mainApi: FileDialogs,
    private readonly notifications: Pick<Notifications, 'show'>,
  ) {
    this.job = new JobState(compute);
    this.browser = new PuzzleBrowser(compute);
    this.generatorPreview = new GeneratorPreview(compute);
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
    this.importPreview = null;
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
    if (this.selected === null && first) this.open(first);
  }

  open({ id, problem, train }: Dataset): void {
    this.panel = 'none';
    this.importPreview = null;
    if (problem === null) this.browser.open(id, train.puzzles > 0 ? 'train' : 'test');
    else this.browser.dataset = id;
  }

  async generate(plan: Omit<Input<'generateDataset'>, 'job'>): Promise<void> {
    await this.#openNew(await this.job.run(`Generating ${plan.name}`, 'generateDataset', plan), 'was generated');
  }

  async chooseFile(what: 'file' | 'folder'): Promise<void> {
    const path = await this.mainApi.showOpenDialog({
      title: 'Import puzzles',
      what,
      ...(what === 'file' && { extensions: ['csv', 'json'] }),
    });
    if (path !== null) await this.inspect(path);
  }

  async inspectDropped(file: File): Promise<void> {
    const path = this.mainApi.getPathForFile(file);
    if (path === '') this.job.failure = `${file.name} is no file of this machine.`;
    else await this.inspect(path);
  }

  /** Reports the content of a file or folder before it is imported. */
  async inspect(path: string): Promise<void> {
    this.panel = 'none';
    this.importPreview = null;
    const report = await this.job.run('Looking at the file', 'inspectFiles', { path });
    if (report) this.importPreview = { path, name: baseName(path), report };
  }

  async import(plan: Pick<Input<'importDataset'>, 'name' | 'heldOut' | 'augment'>): Promise<void> {
    if (!this.importPreview) return;
    const {
      path,
      report: { kind },
    } = this.importPreview;
    const imported = await this.job.run(`Importing ${plan.name}`, 'importDataset', {
      ...plan,
      path,
      kind,
      seed: 1,
    });
    if (imported) this.importPreview = null;
    await this.#openNew(imported, 'was imported');
  }

  async export(plan: Pick<Input<'exportDataset'>, 'format' | 'augment'>): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const out = await this.mainApi.showSaveDialog({
      title: `Export ${selected.name}`,
      name: `${selected.id}-${plan.format}`,
    });
    if (out === null) return;
    const written = await this.job.run(`Exporting ${selected.name}`, 'exportDataset', {
      dataset: selected.id,
      out,
      seed: 1,
      ...plan,
    });
    if (!written) return;
    this.panel = 'none';
    this.notifications.show({ text: `${selected.name} was written to ${written.out}.` });
  }

  /** Requests the size of a download: the first network access, on the user's request. */
  async getSize({ id }: Download): Promise<void> {
    if (this.sizeRequest !== null) return;
    this.sizeRequest = id;
    this.job.failure = null;
    try {
      const { bytes } = await this.compute.request('getDownloadSize', { id });
      this.sizes = { ...this.sizes, [id]: bytes };
    } catch (reason) {
      this.job.failure = rawErrorMessage(reason);
    } finally {
      this.sizeRequest = null;
    }
  }

  async download({ id, name }: Download): Promise<void> {
    await this.#openNew(await this.job.run(`Downloading ${name}`, 'startDownload', { id }), 'was downloaded');
    this.downloads = await this.compute.request('listDownloads', {}).then(ready, failed);
  }

  async delete({ id, name }: Dataset): Promise<void> {
    try {
      const { trashId } = await this.compute.request('deleteDataset', { dataset: id });
      this.browser.dataset = null;
      await this.read();
      this.notifications.show({ text: `${name} was moved to the trash.`, undo: () => this.#restore(name, trashId) });
    } catch (reason) {
      this.job.failure = rawErrorMessage(reason);
    }
  }

  async #restore(name: string, trashId: string): Promise<void> {
    await this.compute.request('restoreFromTrash', { trashId });
    this.notifications.show({ text: `${name} is back.` });
    await this.read();
  }

  openFolder(): void {
    const { selected } = this;
    if (selected?.source === 'user') void this.mainApi.openFolder({ location: 'datasets', id: selected.id });
  }

  async #openNew(dataset: Dataset | null, how: string): Promise<void> {
    if (!dataset) return;
    await this.read();
    this.open(dataset);
    this.notifications.show({ text: `${dataset.name} ${how}.` });
  }
}

/** The last part of a path, without `.csv` or `.json`. */
function baseName(path: string): string {
  return (path.split(/[\\/]/u).filter(Boolean).pop() ?? path).replace(/\.(?:csv|json)$/iu, '');
}
