/** The data sets there are, and what is done with them: made, brought in, carried out, fetched, deleted and brought back. */
import type { Dataset, DatasetReport, Download, Host, Input } from '../../../electron/contract/contract';
import { parseAddress } from '../solve/puzzle/puzzle-source';
import type { Compute } from '../../app/compute.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { Gallery } from './puzzle-browser.svelte';
import { JobState } from '../../app/task-runner.svelte';
import { failed, loading, errorMessage, ready, loadedValue, type Loaded } from '../../app/loaded';
import type { Notifications } from '../../app/notifications.svelte';

/** A file or folder that was offered, and what is in it. */
export interface Offer {
  readonly path: string;
  readonly name: string;
  readonly report: DatasetReport;
}

type Files = Pick<Host, 'chooseOpen' | 'chooseSave' | 'openFolder' | 'pathOf'>;

export class Datasets {
  downloads = $state.raw<Loaded<readonly Download[]>>(loading);
  offer = $state.raw<Offer | null>(null);
  /** Bytes of a public set, by id, once its publisher was asked; null where it does not tell. */
  sizes = $state.raw<Readonly<Record<string, number | null>>>({});
  asking = $state<string | null>(null);
  /** The form that is open beside the gallery. */
  panel = $state<'none' | 'generate' | 'export'>('none');
  readonly job: JobState;
  readonly gallery: Gallery;
  readonly sets = $derived.by(() => this.catalog.datasets);
  readonly current = $derived.by(
    () => loadedValue(this.catalog.datasets)?.find(({ id }) => id === this.gallery.dataset) ?? null,
  );

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly files: Files,
    private readonly notifications: Pick<Notifications, 'show'>,
  ) {
    this.job = new JobState(compute);
    this.gallery = new Gallery(compute);
  }

  /** Where one is, as the address of the window tells it: the set, and the puzzle looked at. */
  readonly place = $derived.by(() => {
    const { gallery } = this;
    void gallery.version;
    const row = gallery.selected === null ? null : gallery.row(gallery.selected);
    return row?.address ?? gallery.dataset ?? '';
  });

  visit(place: string): void {
    const at = parseAddress(place);
    this.panel = 'none';
    this.offer = null;
    this.gallery.open(at?.dataset ?? place, at?.split);
    this.gallery.selected = at?.index ?? null;
  }

  async read(): Promise<void> {
    const [downloads] = await Promise.all([
      this.compute.request('listDownloads', {}).then(ready, failed),
      this.catalog.readDatasets(),
    ]);
    this.downloads = downloads;
    const first = loadedValue(this.catalog.datasets)?.[0];
    if (this.current === null && first) this.open(first);
  }

  open({ id, problem, train }: Dataset): void {
    this.panel = 'none';
    this.offer = null;
    if (problem === null) this.gallery.open(id, train.puzzles > 0 ? 'train' : 'test');
    else this.gallery.dataset = id;
  }

  async generate(plan: Omit<Input<'generateDataset'>, 'job'>): Promise<void> {
    await this.#keep(await this.job.run(`Generating ${plan.name}`, 'generateDataset', plan), 'was generated');
  }

  async chooseFile(what: 'file' | 'folder'): Promise<void> {
    const path = await this.files.chooseOpen({
      title: 'Import puzzles',
      what,
      ...(what === 'file' && { extensions: ['csv', 'json'] }),
    });
    if (path !== null) await this.inspect(path);
  }

  async take(file: File): Promise<void> {
    const path = this.files.pathOf(file);
    if (path === '') this.job.failure = `${file.name} is no file of this machine.`;
    else await this.inspect(path);
  }

  /** Says what is in a file or folder, before anything of it is kept. */
  async inspect(path: string): Promise<void> {
    this.panel = 'none';
    this.offer = null;
    const report = await this.job.run('Looking at the file', 'inspectFiles', { path });
    if (report) this.offer = { path, name: nameOf(path), report };
  }

  async import(plan: Pick<Input<'importDataset'>, 'name' | 'heldOut' | 'augment'>): Promise<void> {
    if (!this.offer) return;
    const {
      path,
      report: { kind },
    } = this.offer;
    const kept = await this.job.run(`Importing ${plan.name}`, 'importDataset', {
      ...plan,
      path,
      kind,
      seed: 1,
    });
    if (kept) this.offer = null;
    await this.#keep(kept, 'was imported');
  }

  async export(plan: Pick<Input<'exportDataset'>, 'format' | 'augment'>): Promise<void> {
    const { current } = this;
    if (!current) return;
    const out = await this.files.chooseSave({ title: `Export ${current.name}`, name: `${current.id}-${plan.format}` });
    if (out === null) return;
    const written = await this.job.run(`Exporting ${current.name}`, 'exportDataset', {
      dataset: current.id,
      out,
      seed: 1,
      ...plan,
    });
    if (!written) return;
    this.panel = 'none';
    this.notifications.show({ text: `${current.name} was written to ${written.out}.` });
  }

  /** Before anything is fetched: how much it is. The first word to the network, and only because it was asked for. */
  async askSize({ id }: Download): Promise<void> {
    if (this.asking !== null) return;
    this.asking = id;
    this.job.failure = null;
    try {
      const { bytes } = await this.compute.request('sizeDownload', { id });
      this.sizes = { ...this.sizes, [id]: bytes };
    } catch (reason) {
      this.job.failure = errorMessage(reason);
    } finally {
      this.asking = null;
    }
  }

  async fetch({ id, name }: Download): Promise<void> {
    await this.#keep(await this.job.run(`Downloading ${name}`, 'fetchDownload', { id }), 'was downloaded');
    this.downloads = await this.compute.request('listDownloads', {}).then(ready, failed);
  }

  async delete({ id, name }: Dataset): Promise<void> {
    try {
      const { token } = await this.compute.request('deleteDataset', { dataset: id });
      this.gallery.dataset = null;
      await this.read();
      this.notifications.show({ text: `${name} was moved to the trash.`, undo: () => this.#restore(name, token) });
    } catch (reason) {
      this.job.failure = errorMessage(reason);
    }
  }

  async #restore(name: string, token: string): Promise<void> {
    await this.compute.request('restoreDeleted', { token });
    this.notifications.show({ text: `${name} is back.` });
    await this.read();
  }

  showFolder(): void {
    const { current } = this;
    if (current?.source === 'yours') void this.files.openFolder({ place: 'datasets', id: current.id });
  }

  async #keep(dataset: Dataset | null, how: string): Promise<void> {
    if (!dataset) return;
    await this.read();
    this.open(dataset);
    this.notifications.show({ text: `${dataset.name} ${how}.` });
  }
}

/** The last part of a path, without its ending. */
function nameOf(path: string): string {
  return (path.split(/[\\/]/u).filter(Boolean).pop() ?? path).replace(/\.(?:csv|json)$/iu, '');
}
