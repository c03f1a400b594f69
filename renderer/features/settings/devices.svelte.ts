/** The devices of this machine: what is known of each, which one is chosen, and the test of all. */
import type { Device } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { loading, rawErrorMessage, ready, type Loaded } from '../../app/loaded';

export class Devices {
  list = $state.raw<Loaded<readonly Device[]>>(loading);
  testing = $state(false);
  failure = $state<string | null>(null);

  constructor(private readonly compute: Compute) {}

  read(): Promise<void> {
    return this.#take(this.compute.request('listDevices', {}));
  }

  async test(): Promise<void> {
    if (this.testing) return;
    this.testing = true;
    await this.#take(this.compute.request('testDevices', {}));
    this.testing = false;
  }

  choose(provider: string): Promise<void> {
    return this.#take(this.compute.request('chooseDevice', { provider }));
  }

  async #take(answer: Promise<readonly Device[]>): Promise<void> {
    this.failure = null;
    try {
      this.list = ready(await answer);
    } catch (reason) {
      this.failure = rawErrorMessage(reason);
    }
  }
}
