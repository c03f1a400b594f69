/**
 * Transports the contract over a port: requests with one response each, cancellation, and events.
 *
 * A message is `{ kind, id, … }`; other messages are ignored. The input of a request is validated before it is
 * handled. `connect` uses only types of the contract, so that the bundle of the window contains no schemas.
 */
import type { Handlers, Input, LabEvent, Output, RequestName } from './contract';
import { requests } from './contract';

/** One end of a channel that copies its messages (structured clone): a port of the window, of Electron or of a test. */
export interface Port {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose?(listener: () => void): void;
  close(): void;
}

/** The window's end. Older Chromium does not report that the other end was closed; there main's compute state does. */
export function fromMessagePort(port: MessagePort): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  };
}

/** Electron's `MessagePortMain`, by its shape, so that the window can import this file. */
interface MessagePortMainLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** Compute's end. */
export function fromMessagePortMain(port: MessagePortMainLike): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

export interface Client {
  /** @throws Error of the handler, the reason why the connection was closed, or the signal's reason */
  request<N extends RequestName>(name: N, input: Input<N>, options?: { signal?: AbortSignal }): Promise<Output<N>>;
  /** @returns the function that removes the listener */
  onEvent(listener: (event: LabEvent) => void): () => void;
  /** Rejects pending and later requests. */
  close(reason: string): void;
}

type Message =
  | { kind: 'request'; id: number; name: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'result'; id: number; output: unknown }
  | { kind: 'error'; id: number; error: { name: string; message: string } }
  | { kind: 'event'; event: LabEvent };

/** Handles requests until the port closes, which aborts the signals of pending requests. */
export function serve(port: Port, handlers: Handlers): { emit(event: LabEvent): void; close(): void } {
  const running = new Map<number, AbortController>();
  const post = (message: Message): void => port.postMessage(message);
  const abortAll = (): void => running.forEach((controller) => controller.abort());

  async function respond(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      post({ kind: 'result', id, output: await handle(handlers, name, input, controller.signal) });
    } catch (error) {
      post({ kind: 'error', id, error: toErrorMessage(error) });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    if (!isMessage(message)) return;
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    if (message.kind === 'request' && !running.has(message.id)) void respond(message.id, message.name, message.input);
  });
  port.onClose?.(abortAll);
  return {
    emit: (event) => post({ kind: 'event', event }),
    close: () => {
      abortAll();
      port.close();
    },
  };
}

async function handle(handlers: Handlers, name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isRequestName(name)) throw new Error(`there is no request "${name}"`);
  const parsed = requests[name].input.safeParse(input);
  if (!parsed.success) throw new TypeError(`${name}: ${parsed.error.issues.map(inOneLine).join('; ')}`);
  // The name picks schema and handler together, which TypeScript cannot follow through the union.
  return (handlers[name] as (input: unknown, signal: AbortSignal) => unknown)(parsed.data, signal);
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

function inOneLine(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

function toErrorMessage(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** The client's end. */
export function connect(port: Port): Client {
  const pending = new Map<number, { resolve(output: unknown): void; reject(reason: unknown): void }>();
  const listeners = new Set<(event: LabEvent) => void>();
  let lastId = 0;
  let closed: Error | null = null;
  const post = (message: Message): void => port.postMessage(message);

  function request(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    const refusal = closed ?? (signal?.aborted ? signal.reason : null);
    if (refusal !== null) return Promise.reject(refusal);
    const id = ++lastId;
    const cancel = (): void => {
      post({ kind: 'cancel', id });
      settle(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const response = new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      post({ kind: 'request', id, name, input });
    });
    return response.finally(() => signal?.removeEventListener('abort', cancel));
  }

  const settle = (id: number) => {
    const waiting = pending.get(id);
    pending.delete(id);
    return waiting;
  };

  function close(reason: string): void {
    if (closed !== null) return;
    closed = new Error(reason);
    for (const id of [...pending.keys()]) settle(id)?.reject(closed);
    port.close();
  }

  port.onMessage((message) => {
    if (!isMessage(message) || closed !== null) return;
    if (message.kind === 'result') settle(message.id)?.resolve(message.output);
    if (message.kind === 'error')
      settle(message.id)?.reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
    if (message.kind === 'event') listeners.forEach((listener) => listener(message.event));
  });
  port.onClose?.(() => close('The connection to compute was closed.'));

  return {
    request: (name, input, options) => request(name, input, options?.signal) as Promise<Output<typeof name>>,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

/** Checks only the shape of a message; the input of a request is validated by its schema. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const { kind, id, name, error, event } = value as Record<string, unknown>;
  if (kind === 'event') return isRecord(event);
  if (!Number.isSafeInteger(id)) return false;
  if (kind === 'request') return typeof name === 'string';
  if (kind === 'error') return isRecord(error) && typeof error.name === 'string' && typeof error.message === 'string';
  return kind === 'cancel' || kind === 'result';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
