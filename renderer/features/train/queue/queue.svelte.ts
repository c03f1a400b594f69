/** The queue of runs, as compute holds it. */
import type {
  Input,
  ComputeEvent,
  Output,
  Queue,
  RequestName,
  RunRequest,
} from '../../../../electron/contract/contract';
import type { Compute } from '../../../app/compute.svelte';
import { failed, loading, describeError, ready, loadedValue, type Loaded } from '../../../app/compute.svelte';
import type { Notifications } from '../../../app/notifications.svelte';
import { t } from '../../../messages/language.svelte';

type Waiting = Queue['waiting'][number];
type QueueRequest = Extract<
  RequestName,
  'enqueueRun' | 'replaceQueuedRun' | 'moveQueuedRun' | 'removeQueuedRun' | 'setQueuePaused'
>;

export class RunQueue {
  list = $state.raw<Loaded<Queue>>(loading);
  failure = $state<string | null>(null);
  /** Whether a change is in progress. */
  isChanging = $state(false);
  readonly waiting = $derived(loadedValue(this.list)?.waiting ?? []);

  constructor(
    private readonly compute: Compute,
    private readonly notifications: Pick<Notifications, 'show'>,
  ) {
    compute.onEvent((event: ComputeEvent) => {
      if (event.type === 'queue/changed') this.list = ready(event.queue);
    });
  }

  async read(): Promise<void> {
    this.list = await this.compute.request('getQueue', {}).then(ready, failed);
  }

  /** Whether it was queued. */
  add(request: RunRequest): Promise<boolean> {
    return this.#change('enqueueRun', request);
  }

  /** Puts a request in the place of an entry; `failure` says so if that has started meanwhile. Whether it was queued. */
  replace(queueId: string, request: RunRequest): Promise<boolean> {
    return this.#change('replaceQueuedRun', { queueId, request });
  }

  async move(queueId: string, to: number): Promise<void> {
    await this.#change('moveQueuedRun', { queueId, to });
  }

  async pause(isPaused: boolean): Promise<void> {
    await this.#change('setQueuePaused', { isPaused });
  }

  /** @param name for the notification */
  async remove({ queueId, request }: Waiting, name: string): Promise<void> {
    const index = this.waiting.findIndex((entry) => entry.queueId === queueId);
    if (await this.removeSilently(queueId))
      this.notifications.show({
        text: t('train.queue.removed', { name }),
        undo: () => this.#restore(request, index),
      });
  }

  /** Removes an entry without a notification; whether that succeeded. */
  removeSilently(queueId: string): Promise<boolean> {
    return this.#change('removeQueuedRun', { queueId });
  }

  /** Restores a removed entry at its position. @throws Error of compute */
  async #restore(request: RunRequest, index: number): Promise<void> {
    if (!(await this.#change('enqueueRun', request))) throw new Error(this.failure ?? t('train.queue.addFailed'));
    const last = this.waiting.at(-1);
    if (last && this.waiting.length - 1 > index) await this.move(last.queueId, index);
  }

  async #change<Name extends QueueRequest>(name: Name, input: Input<Name>): Promise<boolean> {
    [this.isChanging, this.failure] = [true, null];
    try {
      const changed: Output<QueueRequest> = await this.compute.request(name, input);
      this.list = ready(changed);
      return true;
    } catch (reason) {
      this.failure = describeError(reason);
      return false;
    } finally {
      this.isChanging = false;
    }
  }
}
