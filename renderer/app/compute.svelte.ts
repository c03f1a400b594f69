/** The connection to compute, and values that are read over it. */
import { isText } from '../messages/format-message';
import { message, MessageError, type Text } from '../messages/message';
import { formatText } from '../messages/language.svelte';
import type { Input, ComputeEvent, Output, RequestName } from '../../electron/contract/contract';
import { withRemedy } from '../../electron/contract/disk-remedy';
import type { ComputeState, MainApi } from '../../electron/contract/main-api';
import { connect, fromMessagePort, RequestError } from '../../electron/contract/rpc';
import type { Client } from '../../electron/contract/rpc';

/** A value that is read from compute: not there yet, there, or failed with a message. */
export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly message: string };

export const loading: { readonly state: 'loading' } = { state: 'loading' };

export function ready<Value>(value: Value): Loaded<Value> {
  return { state: 'ready', value };
}

export function failed(reason: unknown): { readonly state: 'failed'; readonly message: string } {
  return { state: 'failed', message: describeError(reason) };
}

/** Returns the value, or null while it is not there. */
export function loadedValue<Value>(loaded: Loaded<Value>): Value | null {
  return loaded.state === 'ready' ? loaded.value : null;
}

/** The text of whatever was thrown, in the language of the window; for errors of the disk with what to do. */
export function describeError(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return 'text' in reason && isText(reason.text) ? formatText(withRemedy(reason.text)) : reason.message;
}

/** The error of a request while compute is not available. */
const createError = (reason: Text): Error => new RequestError('ConnectionError', reason);

/** The calls to main that concern compute. */
export type ComputeApi = Pick<MainApi, 'connect' | 'getComputeState' | 'onComputeState' | 'restartCompute'>;

/**
 * The connection to compute. Requests made before it exists wait for it; requests under way when compute ends are
 * rejected by the client.
 */
export class Compute {
  state = $state.raw<ComputeState>({ state: 'starting' });
  /** Number of connections so far: what was read from an earlier compute process must be read again. */
  connections = $state(0);

  #client: Client | null = null;
  #waiting: { resolve: (client: Client) => void; reject: (reason: Error) => void }[] = [];
  #listeners: readonly ((event: ComputeEvent) => void)[] = [];
  /** Every connection has its own number, so that a slow earlier one cannot replace a later one. */
  #attempt = 0;
  #connecting = false;

  /** @param connectTo opens a connection; over the port that main sends when absent */
  constructor(
    private readonly mainApi: ComputeApi,
    private readonly connectTo: (mainApi: ComputeApi) => Promise<Client> = connectToCompute,
  ) {}

  /** Follows compute's state; returns the function that stops it. */
  start(): () => void {
    // The answer of getComputeState may be older than the first event.
    let isFollowed = false;
    const answer = (state: ComputeState): void => (isFollowed ? undefined : this.#enter(state));
    this.mainApi
      .getComputeState()
      .then(answer, (reason: unknown) => answer({ state: 'exited', reason: describeError(reason) }));
    return this.mainApi.onComputeState((state) => {
      isFollowed = true;
      this.#enter(state);
    });
  }

  /** @throws Error of the handler, or with the reason why compute has ended */
  async request<Name extends RequestName>(name: Name, input: Input<Name>, signal?: AbortSignal): Promise<Output<Name>> {
    const client = this.#client ?? (await this.#connected());
    return client.request(name, input, signal ? { signal } : {});
  }

  /** Listens across reconnections; returns the function that stops it. */
  onEvent(listener: (event: ComputeEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => void (this.#listeners = this.#listeners.filter((other) => other !== listener));
  }

  async restart(): Promise<void> {
    this.#enter({ state: 'starting' });
    try {
      await this.mainApi.restartCompute();
    } catch (reason) {
      this.#enter({ state: 'exited', reason: describeError(reason) });
    }
  }

  #connected(): Promise<Client> {
    if (this.state.state === 'exited') return Promise.reject(createError(this.state.reason));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #enter(state: ComputeState): void {
    if (state.state === 'ready' && !this.#client) {
      if (!this.#connecting) void this.#connect();
      return;
    }
    this.state = state;
    // A process that hangs keeps its connection: it answers when it goes on.
    if (state.state === 'ready' || state.state === 'hung') return;
    this.#disconnect(state.state === 'exited' ? state.reason : null);
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#connecting = true;
    try {
      const client = await this.connectTo(this.mainApi);
      if (attempt !== this.#attempt) return client.close(message('app.compute.replaced'));
      this.#use(client);
    } catch (reason) {
      if (attempt === this.#attempt) this.#enter({ state: 'exited', reason: describeError(reason) });
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

  #disconnect(reason: Text | null): void {
    this.#attempt++;
    this.#connecting = false;
    this.#client?.close(reason ?? message('app.compute.restarting'));
    this.#client = null;
    if (reason !== null) this.#waiting.splice(0).forEach(({ reject }) => reject(createError(reason)));
  }
}

/**
 * Asks main for a port and connects over it.
 * @param timeout milliseconds until the port must have arrived
 * @throws Error when main cannot reach compute or sends no port in time
 */
async function connectToCompute(mainApi: Pick<MainApi, 'connect'>, timeout = 10_000): Promise<Client> {
  const port = receivePort(timeout);
  try {
    await mainApi.connect();
  } catch (reason) {
    port.cancel();
    throw reason;
  }
  return connect(fromMessagePort(await port.arrival));
}

function receivePort(timeout: number): { arrival: Promise<MessagePort>; cancel: () => void } {
  const listening = new AbortController();
  const arrival = new Promise<MessagePort>((resolve, reject) => {
    const timer = setTimeout(() => {
      listening.abort();
      reject(new MessageError('app.compute.noPort', { seconds: timeout / 1000 }));
    }, timeout);
    listening.signal.addEventListener('abort', () => clearTimeout(timer));
    window.addEventListener('message', receive, { signal: listening.signal });

    function receive(event: MessageEvent): void {
      const [port] = event.ports;
      if (event.source !== window || event.data?.type !== 'lab/port' || !port) return;
      listening.abort();
      resolve(port);
    }
  });
  return { arrival, cancel: () => listening.abort() };
}
