/** The diagnostics as they are now, read when they are asked for. */
import type { Host } from '../../../electron/contract/contract';
import { diagnosticsText } from './diagnostics';
import type { Compute } from '../../app/compute.svelte';
import type { Devices } from './devices.svelte';
import type { Facts } from '../../app/catalog-store.svelte';
import { failures } from '../../app/failures.svelte';
import { failed, loading, ready, valueOf, type Loaded } from '../../app/loaded';

export class Diagnostics {
  text = $state.raw<Loaded<string>>(loading);

  constructor(
    private readonly around: {
      readonly host: Pick<Host, 'describeMachine'>;
      readonly compute: Compute;
      readonly facts: Facts;
      readonly devices: Devices;
    },
  ) {}

  async read(): Promise<void> {
    this.text = await this.#write().then(ready, failed);
  }

  async #write(): Promise<string> {
    const {
      host,
      compute: { state },
      facts,
      devices,
    } = this.around;
    const count = (list: readonly unknown[] | null): number => list?.length ?? 0;
    return diagnosticsText({
      machine: await host.describeMachine(),
      lab: valueOf(facts.lab),
      devices: valueOf(devices.list) ?? [],
      counts: {
        datasets: count(valueOf(facts.datasets)),
        models: count(valueOf(facts.models)),
        runs: count(valueOf(facts.runs)),
      },
      compute: state.state === 'gone' ? `gone: ${state.reason}` : state.state,
      failure: failures.last,
      now: Date.now(),
    });
  }
}
