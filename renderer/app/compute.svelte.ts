/**
 * Whether compute can be talked to, and the talking. Requests made before it is there wait for it;
 * requests under way when it goes are rejected by the client.
 */
import type { ComputeState, Host, Input, LabEvent, Output, RequestName } from '../../electron/contract/contract';
import type { Client } from '../../electron/contract/rpc';
import { connectToCompute } from './connection';
import { messageOf } from './loaded';

/** The calls to main that are about compute. */
export type ComputeDoor = Pick<Host, 'connect' | 'computeState' | 'onComputeState' | 'restartCompute'>;

export class Compute {
  state = $state.raw<ComputeState>({ state: 'starting' });
  /** Counts connections: what was read from an earlier compute process must be read again. */
  connections = $state(0);

  #client: Client | null = null;
  #waiting: { resolve: (client: Client) => void; reject: (reason: Error) => void }[] = [];
  #listeners: readonly ((event: LabEvent) => void)[] = [];
  /** Every connection has its own number, so that a slow earlier one cannot replace a later one. */
  #attempt = 0;
  #connecting = false;

  constructor(private readonly host: ComputeDoor) {}

  /** Follows compute's state from now on; returns the function that stops it. */
  start(): () => void {
    // The answer to the question may be older than the first news.
    let told = false;
    const answer = (state: ComputeState): void => (told ? undefined : this.#enter(state));
    this.host.computeState().then(answer, (reason: unknown) => answer({ state: 'gone', reason: messageOf(reason) }));
    return this.host.onComputeState((state) => {
      told = true;
      this.#enter(state);
    });
  }

  async request<Name extends RequestName>(name: Name, input: Input<Name>, signal?: AbortSignal): Promise<Output<Name>> {
    const client = this.#client ?? (await this.#connected());
    return client.request(name, input, signal ? { signal } : {});
  }

  /** Listens across reconnections. */
  onEvent(listener: (event: LabEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => void (this.#listeners = this.#listeners.filter((other) => other !== listener));
  }

  async restart(): Promise<void> {
    this.#enter({ state: 'starting' });
    try {
      await this.host.restartCompute();
    } catch (reason) {
      this.#enter({ state: 'gone', reason: messageOf(reason) });
    }
  }

  #connected(): Promise<Client> {
    if (this.state.state === 'gone') return Promise.reject(new Error(this.state.reason));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #enter(state: ComputeState): void {
    if (state.state === 'ready') {
      if (!this.#client && !this.#connecting) void this.#connect();
      return;
    }
    this.state = state;
    this.#drop(state.state === 'gone' ? state.reason : null);
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#connecting = true;
    try {
      const client = await connectToCompute(this.host);
      if (attempt !== this.#attempt) return client.close('A later connection replaced this one.');
      this.#use(client);
    } catch (reason) {
      if (attempt === this.#attempt) this.#enter({ state: 'gone', reason: messageOf(reason) });
    }
  }

  #use(client: Client): void {
    client.onEvent((event) => this.#listeners.forEach((listener) => listener(event)));
    this.#client = client;
    this.#connecting = false;
    this.state = { state: 'ready' };
    this.connections++;
    this.#waiting.splice(0).forEach(({ resolve }) => resolve(client));
  }

  #drop(reason: string | null): void {
    this.#attempt++;
    this.#connecting = false;
    this.#client?.close(reason ?? 'Compute is being restarted.');
    this.#client = null;
    if (reason !== null) this.#waiting.splice(0).forEach(({ reject }) => reject(new Error(reason)));
  }
}
