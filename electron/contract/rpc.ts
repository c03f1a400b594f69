/**
 * Transports the contract over a port: requests with one response each, cancellation, and events.
 *
 * A message is `{ kind, id, … }`; other messages are ignored. The input of a request is validated before it is
 * handled. `connect` uses only types of the contract, so that the bundle of the window contains no schemas.
 */
import type { Handlers, Input, ComputeEvent, Output, RequestName } from './contract';
import { requests } from './contract';
import { errorText } from './error-message';
import { formatEnglish } from '../../renderer/messages/english';
import { isText } from '../../renderer/messages/format-message';
import { message, MessageError, type Text } from '../../renderer/messages/message';

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

/** A thread as seen by its parent, or the parent's port in the thread, by their shape. */
interface ThreadPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (data: unknown) => void): unknown;
}

export const fromThreadPort = (port: ThreadPort): Port => ({
  postMessage: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  close: () => undefined,
});

/** The error of a handler, or of the connection: its name, and its text, which the window formats in its language. */
export class RequestError extends Error {
  constructor(
    override readonly name: string,
    readonly text: Text,
  ) {
    super(formatEnglish(text));
  }
}

export interface Client {
  /** @throws RequestError of the handler, the reason why the connection was closed, or the signal's reason */
  request<N extends RequestName>(name: N, input: Input<N>, options?: { signal?: AbortSignal }): Promise<Output<N>>;
  /** @returns the function that removes the listener */
  onEvent(listener: (event: ComputeEvent) => void): () => void;
  /** Rejects pending and later requests. */
  close(reason: Text): void;
}

type Message =
  | { kind: 'request'; id: number; name: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'result'; id: number; output: unknown }
  | { kind: 'error'; id: number; error: { name: string; text: Text } }
  | { kind: 'event'; event: ComputeEvent };

/** Runs a handler that changes the data folder, or refuses to. @throws MessageError with the reason */
export type ChangeGuard = <Result>(work: () => Result | Promise<Result>) => Promise<Result>;

/**
 * Compute's end: handles requests until the port closes, which aborts the signals of pending requests.
 * @param guard called for every request that is not `readOnly`; by default all changes are allowed
 */
export function serve(port: Port, handlers: Partial<Handlers>, guard: ChangeGuard = async (work) => work()): Server {
  return new Server(port, handlers, guard);
}

class Server {
  private readonly running = new Map<number, AbortController>();

  constructor(
    private readonly port: Port,
    private readonly handlers: Partial<Handlers>,
    private readonly guard: ChangeGuard,
  ) {
    port.onMessage((received) => {
      if (!isMessage(received)) return;
      if (received.kind === 'cancel') this.running.get(received.id)?.abort();
      if (received.kind === 'request' && !this.running.has(received.id)) void this.respond(received);
    });
    port.onClose?.(() => this.abortAll());
  }

  emit = (event: ComputeEvent): void => this.post({ kind: 'event', event });

  close(): void {
    this.abortAll();
    this.port.close();
  }

  private async respond({ id, name, input }: Extract<Message, { kind: 'request' }>): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      this.post({ kind: 'result', id, output: await this.handle(name, input, controller.signal) });
    } catch (error) {
      this.post({
        kind: 'error',
        id,
        error: {
          name: error instanceof Error ? error.name : 'Error',
          text: error instanceof RequestError ? error.text : errorText(error),
        },
      });
    } finally {
      this.running.delete(id);
    }
  }

  private async handle(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    // The name picks schema and handler together, which TypeScript cannot follow through the union.
    const handler = isRequestName(name)
      ? (this.handlers[name] as ((input: unknown, signal: AbortSignal) => unknown) | undefined)
      : undefined;
    if (!isRequestName(name) || !handler) throw new MessageError('rpc.unknownRequest', { name });
    const parsed = requests[name].input.safeParse(input);
    if (!parsed.success)
      throw new MessageError('rpc.invalidInput', {
        request: name,
        problems: parsed.error.issues.map(inOneLine).join('; '),
      });
    const work = () => handler(parsed.data, signal);
    // Awaited at once: Electron ends the process for a promise that is rejected while the message is delivered and has no handler yet.
    return 'readOnly' in requests[name] ? await work() : await this.guard(work);
  }

  private post(message: Message): void {
    this.port.postMessage(message);
  }

  private abortAll(): void {
    this.running.forEach((controller) => controller.abort());
  }
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

function inOneLine(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

/** The client's end. */
export function connect(port: Port): Client {
  return new PortClient(port);
}

interface PendingRequest {
  resolve(output: unknown): void;
  reject(reason: unknown): void;
}

class PortClient implements Client {
  private readonly pending = new Map<number, PendingRequest>();
  private readonly listeners = new Set<(event: ComputeEvent) => void>();
  private lastId = 0;
  private closed: Error | null = null;

  constructor(private readonly port: Port) {
    port.onMessage((received) => {
      if (isMessage(received) && this.closed === null) this.receive(received);
    });
    port.onClose?.(() => this.close(message('app.compute.closed')));
  }

  request = <N extends RequestName>(
    name: N,
    input: Input<N>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Output<N>> => {
    const refusal: unknown = this.closed ?? (signal?.aborted ? signal.reason : null);
    if (refusal !== null) return Promise.reject(refusal);
    const id = ++this.lastId;
    const cancel = (): void => {
      this.post({ kind: 'cancel', id });
      this.settle(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    return this.send(id, name, input).finally(() => signal?.removeEventListener('abort', cancel)) as Promise<Output<N>>;
  };

  onEvent = (listener: (event: ComputeEvent) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  close = (reason: Text): void => {
    if (this.closed !== null) return;
    this.closed = new RequestError('ConnectionError', reason);
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(this.closed);
    this.port.close();
  };

  private send(id: number, name: string, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.post({ kind: 'request', id, name, input });
    });
  }

  private receive(message: Message): void {
    if (message.kind === 'result') this.settle(message.id)?.resolve(message.output);
    if (message.kind === 'error')
      this.settle(message.id)?.reject(new RequestError(message.error.name, message.error.text));
    if (message.kind === 'event') this.listeners.forEach((listener) => listener(message.event));
  }

  /** Returns a pending request, which is no longer pending. */
  private settle(id: number): PendingRequest | undefined {
    const request = this.pending.get(id);
    this.pending.delete(id);
    return request;
  }

  private post(message: Message): void {
    this.port.postMessage(message);
  }
}

/** Checks only the shape of a message; the input of a request is validated by its schema. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const { kind, id, name, error, event } = value as Record<string, unknown>;
  if (kind === 'event') return isRecord(event);
  if (!Number.isSafeInteger(id)) return false;
  if (kind === 'request') return typeof name === 'string';
  if (kind === 'error') return isRecord(error) && typeof error.name === 'string' && isText(error.text);
  return kind === 'cancel' || kind === 'result';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
