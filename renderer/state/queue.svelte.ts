/** The runs that wait for their turn. Compute keeps them; this shows and changes them. */
import type { Input, LabEvent, Output, Queue, RequestName, RunRequest } from '../../electron/contract';
import type { Compute } from './compute.svelte';
import { failed, loading, messageOf, ready, valueOf, type Loaded } from './loaded';

type Waiting = Queue['waiting'][number];
type Change = Extract<RequestName, 'enqueueRun' | 'moveQueued' | 'removeQueued' | 'pauseQueue'>;

export class RunQueue {
  list = $state.raw<Loaded<Queue>>(loading);
  failure = $state<string | null>(null);
  /** The entry taken out last, and where it stood. */
  removed = $state.raw<{ readonly entry: Waiting; readonly place: number } | null>(null);
  /** Whose turn is being changed; its buttons wait. */
  changing = $state(false);
  readonly waiting = $derived(valueOf(this.list)?.waiting ?? []);

  constructor(private readonly compute: Compute) {
    compute.onEvent((event: LabEvent) => {
      if (event.type === 'queue/changed') this.list = ready(event.queue);
    });
  }

  async read(): Promise<void> {
    this.list = await this.compute.request('listQueue', {}).then(ready, failed);
  }

  /** Whether it waits now. */
  add(request: RunRequest): Promise<boolean> {
    return this.#change('enqueueRun', request);
  }

  async move(queueId: string, to: number): Promise<void> {
    await this.#change('moveQueued', { queueId, to });
  }

  async pause(isPaused: boolean): Promise<void> {
    await this.#change('pauseQueue', { isPaused });
  }

  async remove(entry: Waiting): Promise<void> {
    const place = this.waiting.findIndex(({ queueId }) => queueId === entry.queueId);
    if (await this.#change('removeQueued', { queueId: entry.queueId })) this.removed = { entry, place };
  }

  /** Back to where it stood. */
  async restore(): Promise<void> {
    if (!this.removed) return;
    const { entry, place } = this.removed;
    if (!(await this.#change('enqueueRun', entry.request))) return;
    this.removed = null;
    const last = this.waiting.at(-1);
    if (last && this.waiting.length - 1 > place) await this.move(last.queueId, place);
  }

  async #change<Name extends Change>(name: Name, input: Input<Name>): Promise<boolean> {
    [this.changing, this.failure] = [true, null];
    try {
      const changed: Output<Change> = await this.compute.request(name, input);
      this.list = ready(changed);
      return true;
    } catch (reason) {
      this.failure = messageOf(reason);
      return false;
    } finally {
      this.changing = false;
    }
  }
}
