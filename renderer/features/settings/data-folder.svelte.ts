/** The data folder: its location, disk usage, and moving it without loss. */
import type { Destination, DiskUsage, TrashEntry } from '../../../electron/contract/contract';
import type { DataLocation, MainApi } from '../../../electron/contract/main-api';
import { t } from '../../messages/language.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import type { Compute } from '../../app/compute.svelte';
import { JobState } from '../../app/task-runner.svelte';
import { failed, loading, describeError, ready, type Loaded } from '../../app/compute.svelte';
import type { Notifications } from '../../app/notifications.svelte';

type DataFolderApi = Pick<
  MainApi,
  'showOpenDialog' | 'openFolder' | 'getDataLocation' | 'switchDataFolder' | 'removePreviousData' | 'restartCompute'
>;

export class DataFolder {
  location = $state.raw<Loaded<DataLocation>>(loading);
  storage = $state.raw<Loaded<DiskUsage>>(loading);
  /** What can be restored; empty until it is read. */
  trash = $state.raw<readonly TrashEntry[]>([]);
  /** A chosen folder, and whether the data can be moved there. */
  destination = $state.raw<Destination | null>(null);
  failure = $state.raw<{ readonly title: string; readonly note: string; readonly details: string } | null>(null);
  /** The running task that cannot be cancelled. */
  activeTask = $state<string | null>(null);
  readonly job: JobState;

  #measuring = new AbortController();

  constructor(
    private readonly compute: Compute,
    private readonly mainApi: DataFolderApi,
    private readonly notifications: Notifications,
    private readonly catalog: Pick<CatalogStore, 'read'>,
  ) {
    this.job = new JobState(compute);
  }

  get isBusy(): boolean {
    return this.activeTask !== null || this.job.isBusy;
  }

  async read(): Promise<void> {
    this.#measuring.abort();
    const { signal } = (this.#measuring = new AbortController());
    this.compute.request('listTrash', {}, signal).then(
      (entries) => (this.trash = entries),
      () => (this.trash = []),
    );
    const measured = this.compute.request('getDiskUsage', {}, signal).then(ready, failed);
    this.location = await this.mainApi.getDataLocation().then(ready, failed);
    const storage = await measured;
    if (!signal.aborted) this.storage = storage;
  }

  leave(): void {
    this.#measuring.abort();
  }

  async open(): Promise<void> {
    await this.#do(t('settings.data.opening'), t('settings.data.openFailed'), () =>
      this.mainApi.openFolder({ location: 'data' }),
    );
  }

  async choose(): Promise<void> {
    const chosen = await this.mainApi.showOpenDialog({ title: t('settings.data.chooseTitle'), what: 'folder' });
    if (!chosen) return;
    this.destination = await this.#do(t('settings.data.checking'), t('settings.data.checkFailed'), () =>
      this.compute.request('checkDataFolder', { path: chosen.token }),
    );
  }

  forget(): void {
    [this.destination, this.failure] = [null, null];
  }

  /** Copies everything, then restarts the app with the copy; the original stays. */
  async move(): Promise<void> {
    const { destination } = this;
    if (!destination || this.isBusy) return;
    this.failure = null;
    const copied = await this.job.run(t('settings.data.copying', { folder: destination.folder }), 'copyDataFolder', {
      path: destination.folder,
    });
    if (this.job.failure !== null)
      this.failure = {
        title: t('settings.data.copyFailed'),
        note: t('settings.data.copyFailedNote'),
        details: this.job.failure,
      };
    if (copied && !(await this.#use({ folder: copied.folder, copied: true }))) await this.#stay(copied.folder);
  }

  /** Continues with the present data: compute, which stopped writing for the move, restarts. */
  async #stay(copy: string): Promise<void> {
    if (this.failure) this.failure = { ...this.failure, note: t('settings.data.switchFailedNote', { folder: copy }) };
    else this.notifications.show({ text: t('settings.data.switchDeclined', { folder: copy }) });
    await this.mainApi.restartCompute();
  }

  /** Restarts the app with the chosen folder as it is: empty, or with data of another instance. The current data stays in place. */
  async use(): Promise<void> {
    if (this.destination) await this.#use({ folder: this.destination.folder, copied: false });
  }

  /** Whether the app restarts. */
  async #use(request: Parameters<DataFolderApi['switchDataFolder']>[0]): Promise<boolean> {
    const isRestarting = await this.#do(t('settings.data.restarting'), t('settings.data.switchFailed'), () =>
      this.mainApi.switchDataFolder(request),
    );
    return isRestarting === true;
  }

  /** Restores a deleted dataset, model or run. */
  async restore({ trashId, id }: TrashEntry): Promise<void> {
    const restored = await this.#do(t('settings.trash.restoring', { id }), t('settings.trash.restoreFailed'), () =>
      this.compute.request('restoreFromTrash', { trashId }),
    );
    if (!restored) return;
    this.notifications.show({ text: t('common.restored', { name: id }) });
    await Promise.all([this.catalog.read(), this.read()]);
  }

  async emptyTrash(): Promise<void> {
    const emptied = await this.#do(t('settings.data.emptyingTrash'), t('settings.data.emptyTrashFailed'), () =>
      this.compute.request('emptyTrash', {}),
    );
    if (!emptied) return;
    this.notifications.show({ text: t('settings.data.trashEmptied') });
    await this.read();
  }

  async removePrevious(): Promise<void> {
    const location = await this.#do(t('settings.data.deletingPrevious'), t('settings.data.deletePreviousFailed'), () =>
      this.mainApi.removePreviousData(),
    );
    if (!location) return;
    this.location = ready(location);
    if (location.previous.length === 0) this.notifications.show({ text: t('settings.data.previousDeleted') });
  }

  async #do<Result>(activeTask: string, errorTitle: string, work: () => Promise<Result>): Promise<Result | null> {
    if (this.isBusy) return null;
    [this.activeTask, this.failure] = [activeTask, null];
    try {
      return await work();
    } catch (reason) {
      this.failure = { title: errorTitle, note: t('settings.data.unchanged'), details: describeError(reason) };
      return null;
    } finally {
      this.activeTask = null;
    }
  }
}
