/** Where the data lie and how much they are; moved elsewhere, step by step, with nothing lost on the way. */
import type { DataPlace, Destination, Host, Storage } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { JobState } from '../../app/job.svelte';
import { failed, loading, messageOf, ready, type Loaded } from '../../app/loaded';
import type { Notices } from '../../app/notifications.svelte';

type Door = Pick<
  Host,
  'chooseOpen' | 'openFolder' | 'dataPlace' | 'useDataFolder' | 'removeFormerData' | 'restartCompute'
>;

export class DataFolder {
  place = $state.raw<Loaded<DataPlace>>(loading);
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
    private readonly host: Door,
    private readonly notices: Notices,
  ) {
    this.job = new JobState(compute);
  }

  get isBusy(): boolean {
    return this.doing !== null || this.job.isBusy;
  }

  async read(): Promise<void> {
    this.#measuring.abort();
    const { signal } = (this.#measuring = new AbortController());
    const measured = this.compute.request('measureData', {}, signal).then(ready, failed);
    this.place = await this.host.dataPlace().then(ready, failed);
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
    const path = await this.host.chooseOpen({ title: 'Where the data are to lie', what: 'folder' });
    if (path === null) return;
    this.destination = await this.#do('Looking at the folder', 'The folder could not be looked at.', () =>
      this.compute.request('lookAtFolder', { path }),
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
    const copied = await this.job.run(`Copying to ${destination.folder}`, 'copyData', { path: destination.folder });
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
  async #use(request: Parameters<Door['useDataFolder']>[0]): Promise<boolean> {
    const asked = await this.#do('Starting anew', 'The lab could not be told to use that folder.', () =>
      this.host.useDataFolder(request).then(() => true),
    );
    return asked === true;
  }

  async emptyTrash(): Promise<void> {
    const emptied = await this.#do('Emptying the trash', 'The trash could not be emptied.', () =>
      this.compute.request('emptyTrash', {}),
    );
    if (!emptied) return;
    this.notices.tell({ text: 'The trash is empty.' });
    await this.read();
  }

  async removeFormer(): Promise<void> {
    const place = await this.#do('Deleting the former copy', 'The former copy could not be deleted.', () =>
      this.host.removeFormerData(),
    );
    if (!place) return;
    this.place = ready(place);
    this.notices.tell({ text: 'The former copy of the data was deleted.' });
  }

  async #do<Result>(doing: string, what: string, work: () => Promise<Result>): Promise<Result | null> {
    if (this.isBusy) return null;
    [this.doing, this.failure] = [doing, null];
    try {
      return await work();
    } catch (reason) {
      this.failure = { what, kept: 'The data are where they were.', details: messageOf(reason) };
      return null;
    } finally {
      this.doing = null;
    }
  }
}
