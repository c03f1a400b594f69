/**
 * The contract over a port: requests with one answer each, cancellation, and events.
 *
 * A message is `{ kind, id, … }`. Whatever does not look like one is ignored; what a request brings
 * is parsed before a handler sees it. `connect` uses only types of the contract, so the window that
 * imports it carries no schemas.
 */
import type { Handlers, Input, LabEvent, Output, RequestName } from './contract';
import { requests } from './contract';

// What the contract travels over: the ports of the window, of Electron and of tests, made alike.

/** Either end of a channel that copies its messages (structured clone). */
export interface Port {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose?(listener: () => void): void;
  close(): void;
}

/** The window's end. Where Chromium is too old to tell that the other end closed, main's compute state does. */
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
  /** @throws Error the handler's, or why the connection ended, or the signal's reason */
  request<N extends RequestName>(name: N, input: Input<N>, options?: { signal?: AbortSignal }): Promise<Output<N>>;
  /** Returns the function that stops the listening. */
  onEvent(listener: (event: LabEvent) => void): () => void;
  /** Rejects what is under way, and everything after. */
  close(reason: string): void;
}

type Message =
  | { kind: 'request'; id: number; name: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'result'; id: number; output: unknown }
  | { kind: 'error'; id: number; error: { name: string; message: string } }
  | { kind: 'event'; event: LabEvent };

/** Answers requests until the port closes, which raises the signal of everything under way. */
export function serve(port: Port, handlers: Handlers): { emit(event: LabEvent): void; close(): void } {
  const running = new Map<number, AbortController>();
  const post = (message: Message): void => port.postMessage(message);
  const abandon = (): void => running.forEach((controller) => controller.abort());

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      post({ kind: 'result', id, output: await handle(handlers, name, input, controller.signal) });
    } catch (reason) {
      post({ kind: 'error', id, error: describe(reason) });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    if (!isMessage(message)) return;
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    if (message.kind === 'request' && !running.has(message.id)) void answer(message.id, message.name, message.input);
  });
  port.onClose?.(abandon);
  return {
    emit: (event) => post({ kind: 'event', event }),
    close: () => {
      abandon();
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

function describe(reason: unknown): { name: string; message: string } {
  return reason instanceof Error
    ? { name: reason.name, message: reason.message }
    : { name: 'Error', message: String(reason) };
}

/** The asking end. */
export function connect(port: Port): Client {
  const pending = new Map<number, { resolve(output: unknown): void; reject(reason: unknown): void }>();
  const listeners = new Set<(event: LabEvent) => void>();
  let lastId = 0;
  let closed: Error | null = null;
  const post = (message: Message): void => port.postMessage(message);

  function ask(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    const refusal = closed ?? (signal?.aborted ? signal.reason : null);
    if (refusal !== null) return Promise.reject(refusal);
    const id = ++lastId;
    const cancel = (): void => {
      post({ kind: 'cancel', id });
      settle(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const answered = new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      post({ kind: 'request', id, name, input });
    });
    return answered.finally(() => signal?.removeEventListener('abort', cancel));
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
    request: (name, input, options) => ask(name, input, options?.signal) as Promise<Output<typeof name>>,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

/** Only the shape that the code above relies on; a request's input is looked at by its schema. */
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
