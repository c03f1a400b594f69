/** Where the data lie and how much they are; moved elsewhere, step by step, with nothing lost on the way. */
import type { Destination, Storage } from '../../../electron/contract/contract';
import type { DataLocation, MainApi } from '../../../electron/contract/main-api';
import type { Compute } from '../../app/compute.svelte';
import { JobState } from '../../app/task-runner.svelte';
import { failed, loading, rawErrorMessage, ready, type Loaded } from '../../app/compute.svelte';
import type { Notifications } from '../../app/notifications.svelte';

type DataFolderHost = Pick<
  MainApi,
  'showOpenDialog' | 'openFolder' | 'getDataLocation' | 'switchDataFolder' | 'removePreviousData' | 'restartCompute'
>;

export class DataFolder {
  location = $state.raw<Loaded<DataLocation>>(loading);
  storage = $state.raw<Loaded<Storage>>(loading);
  /** A folder that was chosen, and what could be done with it. */
  destination = $state.raw<Destination | null>(null);
  failure = $state.raw<{ readonly what: string; readonly kept: string; readonly details: string } | null>(null);
  /** What is being done that cannot be cancelled. */
  doing = $state<string | null>(null);
  readonly job: JobState;

  #measuring = new AbortController();

  constructor(
    private readonly compute: Compute,
    private readonly host: DataFolderHost,
    private readonly notifications: Notifications,
  ) {
    this.job = new JobState(compute);
  }

  get isBusy(): boolean {
    return this.doing !== null || this.job.isBusy;
  }

  async read(): Promise<void> {
    this.#measuring.abort();
    const { signal } = (this.#measuring = new AbortController());
    const measured = this.compute.request('getDiskUsage', {}, signal).then(ready, failed);
    this.location = await this.host.getDataLocation().then(ready, failed);
    const storage = await measured;
    if (!signal.aborted) this.storage = storage;
  }

  leave(): void {
    this.#measuring.abort();
  }

  async open(): Promise<void> {
    await this.#do('Opening the folder', 'The folder could not be opened.', () =>
      this.host.openFolder({ place: 'data' }),
    );
  }

  async choose(): Promise<void> {
    const path = await this.host.showOpenDialog({ title: 'Where the data are to lie', what: 'folder' });
    if (path === null) return;
    this.destination = await this.#do('Looking at the folder', 'The folder could not be looked at.', () =>
      this.compute.request('checkDataFolder', { path }),
    );
  }

  forget(): void {
    [this.destination, this.failure] = [null, null];
  }

  /** Copies everything, then starts the lab anew with the copy; the original stays. */
  async move(): Promise<void> {
    const { destination } = this;
    if (!destination || this.isBusy) return;
    this.failure = null;
    const copied = await this.job.run(`Copying to ${destination.folder}`, 'copyDataFolder', {
      path: destination.folder,
    });
    if (this.job.failure !== null)
      this.failure = {
        what: 'The data could not be copied.',
        kept: 'They are where they were, and nothing of the copy was left.',
        details: this.job.failure,
      };
    if (copied && !(await this.#use({ folder: copied.folder, copied: true }))) await this.#stay(copied.folder);
  }

  /** The lab goes on with the data where they are, which compute has held still for the move. */
  async #stay(copy: string): Promise<void> {
    if (this.failure)
      this.failure = { ...this.failure, kept: `The data are where they were; a whole copy lies in ${copy}.` };
    await this.host.restartCompute();
  }

  /** Starts the lab anew with that folder as it is: empty, or with the data of a lab. The present data stay where they are. */
  async use(): Promise<void> {
    if (this.destination) await this.#use({ folder: this.destination.folder, copied: false });
  }

  /** Whether the lab starts anew. */
  async #use(request: Parameters<DataFolderHost['switchDataFolder']>[0]): Promise<boolean> {
    const isRestarting = await this.#do('Starting anew', 'The lab could not be told to use that folder.', () =>
      this.host.switchDataFolder(request).then(() => true),
    );
    return isRestarting === true;
  }

  async emptyTrash(): Promise<void> {
    const emptied = await this.#do('Emptying the trash', 'The trash could not be emptied.', () =>
      this.compute.request('emptyTrash', {}),
    );
    if (!emptied) return;
    this.notifications.show({ text: 'The trash is empty.' });
    await this.read();
  }

  async removePrevious(): Promise<void> {
    const location = await this.#do('Deleting the former copy', 'The former copy could not be deleted.', () =>
      this.host.removePreviousData(),
    );
    if (!location) return;
    this.location = ready(location);
    this.notifications.show({ text: 'The former copy of the data was deleted.' });
  }

  async #do<Result>(doing: string, what: string, work: () => Promise<Result>): Promise<Result | null> {
    if (this.isBusy) return null;
    [this.doing, this.failure] = [doing, null];
    try {
      return await work();
    } catch (reason) {
      this.failure = { what, kept: 'The data are where they were.', details: rawErrorMessage(reason) };
      return null;
    } finally {
      this.doing = null;
    }
  }
}
