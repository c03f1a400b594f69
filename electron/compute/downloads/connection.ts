/**
 * Requests over Node's http and https, which expose every redirect, keep no cookies, do not change bytes and run
 * in Electron's utility process. Only https is allowed, and http to this machine for tests.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import {
  message,
  MessageError,
  type Arguments,
  type Message,
  type MessageId,
} from '../../../renderer/messages/message';
import type { FileSpec } from './download-specs';

/** Reasons of failure, each with whether the received bytes are kept so that the next attempt continues from there. */
const isResumableByKind = {
  /** The host cannot be reached. */
  offline: true,
  /** The connection was lost, or the server is busy: retrying helps. */
  broken: true,
  /** Nothing was received for `stallAfter`. */
  stalled: true,
  /** The disk is full. */
  full: true,
  /** The same set is being downloaded elsewhere. */
  running: true,
  /** Files downloaded earlier have changed. */
  changed: true,
  /** The server does not provide the file. */
  missing: true,
  /** The bytes differ from what was announced or published. */
  wrong: false,
} as const;

type DownloadErrorKind = keyof typeof isResumableByKind;

/** An error of a download. */
export class DownloadError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'DownloadError';

  constructor(
    readonly kind: DownloadErrorKind,
    id: Id,
    ...args: Arguments<Id>
  ) {
    super(id, ...args);
  }

  /** Sets the error that led to this one. */
  causedBy(error: unknown): this {
    this.cause = error;
    return this;
  }

  get isResumable(): boolean {
    return isResumableByKind[this.kind];
  }
}

const unreachable: Readonly<Record<string, Message>> = {
  ENOTFOUND: message('downloads.error.hostNotFound'),
  EAI_AGAIN: message('downloads.error.noNameLookup'),
  ECONNREFUSED: message('downloads.error.refused'),
  ENETUNREACH: message('downloads.error.noRoute'),
  EHOSTUNREACH: message('downloads.error.noRoute'),
  ENETDOWN: message('downloads.error.networkDown'),
  EADDRNOTAVAIL: message('downloads.error.noRoute'),
  ETIMEDOUT: message('downloads.error.noAnswer'),
};

/** Codes of OpenSSL and Node for an invalid certificate. */
const distrusted = /CERT|^UNABLE_TO|^ERR_TLS|^EPROTO$/u;

function networkError(host: string, error: NodeJS.ErrnoException): DownloadError {
  const code = error.code ?? '';
  if (Object.hasOwn(unreachable, code))
    return new DownloadError('offline', 'downloads.error.offline', { host, reason: unreachable[code]! }).causedBy(
      error,
    );
  if (distrusted.test(code))
    return new DownloadError('missing', 'downloads.error.distrusted', { host, code }).causedBy(error);
  return new DownloadError('broken', 'downloads.error.interrupted', { host }).causedBy(error);
}

/** Status 429 and server errors are temporary; others mean that the file is not available. */
export function statusError(host: string, status: number): DownloadError {
  const found = { host, status: String(status) };
  if (status === 429) return new DownloadError('broken', 'downloads.error.tooManyRequests', { host });
  if (status >= 500) return new DownloadError('broken', 'downloads.error.server', found);
  return new DownloadError('missing', 'downloads.error.status', found);
}

/**
 * Calls back when nothing was received for a time. Training can block the thread for longer than that: received
 * bytes wait to be read, so sockets are served before silence is reported.
 */
export class IdleTimeout {
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;

  /** `after`: milliseconds. */
  constructor(
    private readonly after: number,
    private readonly onSilence: () => void,
  ) {}

  /** Restarts the timer. */
  start(): void {
    this.stop();
    // Timers come first in a turn of Node's event loop, sockets second, immediates third.
    this.timer = setTimeout(() => (this.turn = setImmediate(this.onSilence)), this.after);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.turn);
  }
}

export interface Connection {
  /** Milliseconds without a byte after which the connection is closed. */
  readonly stallAfter: number;
  /** Whether http to this machine is allowed. */
  readonly allowLoopback: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface RequestOptions extends Connection {
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FileResponse {
  /** For errors. */
  readonly host: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Size and checksum from the first response that states them: Hugging Face does so before it redirects. */
  readonly announced: { readonly bytes: number | null; readonly sha256: string | null };
  readonly body: IncomingMessage;
}

const MAX_REDIRECTS = 5;
const redirects = [301, 302, 303, 307, 308];

/**
 * Sends a request and follows redirects.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function request(url: string, options: RequestOptions): Promise<FileResponse> {
  let address = safeAddress(url, options);
  let announced: FileResponse['announced'] = { bytes: null, sha256: null };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const body = await send(address, options);
    const { statusCode: status = 0, headers } = body;
    announced = {
      bytes: announced.bytes ?? parseLength(headers['x-linked-size']),
      sha256: announced.sha256 ?? parseHash(headers['x-linked-etag']),
    };
    // A URL signed for GET may refuse HEAD, and the size is known already.
    const isAnswered = options.method === 'HEAD' && announced.bytes !== null && status < 400;
    if (isAnswered || !redirects.includes(status)) return { host: address.hostname, status, headers, announced, body };
    body.destroy();
    if (!headers.location) throw new DownloadError('missing', 'downloads.error.noTarget', { host: address.hostname });
    address = safeAddress(headers.location, options, address);
  }
  throw new DownloadError('missing', 'downloads.error.redirects', { host: address.hostname, max: MAX_REDIRECTS });
}

/** @throws DownloadError for an address that is not https */
function safeAddress(text: string, { allowLoopback }: Connection, base?: URL): URL {
  let address: URL;
  try {
    address = new URL(text, base);
  } catch (cause) {
    const found = JSON.stringify(text.slice(0, 80));
    const error = base
      ? new DownloadError('missing', 'downloads.error.badAddress', { host: base.hostname, address: found })
      : new DownloadError('missing', 'downloads.error.badFirstAddress', { address: found });
    throw error.causedBy(cause);
  }
  const isLoopback = address.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(address.hostname);
  if (address.protocol === 'https:' || (allowLoopback && isLoopback)) return address;
  throw new DownloadError('missing', 'downloads.error.notHttps', {
    host: base?.hostname ?? address.hostname,
    address: `${address.protocol}//${address.hostname}`,
  });
}

function send(address: URL, { method, headers, signal, stallAfter }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = address.protocol === 'https:';
    // With compression, lengths and ranges would not refer to the file.
    const requestOptions = {
      method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'TRM-Puzzle-Lab', ...headers },
      agent: false,
      ...(signal && { signal }),
    };
    const sent = (secure ? requestSecure : requestPlain)(address, requestOptions);
    const watch = new IdleTimeout(stallAfter, () => sent.destroy(stallError(address.hostname, stallAfter)));
    sent.once('response', (response) => {
      watch.stop();
      resolve(response);
    });
    // Not `once`: an error may follow the response and would be unhandled.
    sent.on('error', (error) => {
      watch.stop();
      reject(requestError(error, address.hostname, signal));
    });
    watch.start();
    sent.end();
  });
}

/**
 * The bytes of a response as they arrive; the consumer may be slow.
 * @throws DownloadError when the connection stalls or breaks; the signal's reason when it is aborted
 */
export async function* readChunks(
  { body, host }: FileResponse,
  { stallAfter, signal }: Connection,
): AsyncGenerator<Uint8Array> {
  const watch = new IdleTimeout(stallAfter, () => body.destroy(stallError(host, stallAfter)));
  try {
    watch.start();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      watch.stop();
      yield chunk;
      watch.start();
    }
  } catch (error) {
    throw requestError(error as Error, host, signal);
  } finally {
    watch.stop();
    body.destroy();
  }
  if (!body.complete) throw new DownloadError('broken', 'downloads.error.interrupted', { host });
}

function requestError(error: Error, host: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof DownloadError ? error : networkError(host, error);
}

const stallError = (host: string, after: number) =>
  new DownloadError('stalled', 'downloads.error.stalled', { host, seconds: Math.round(after / 100) / 10 });

/** A length in bytes from a header; null where it has none. */
export function parseLength(header: string | readonly string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/u.test(header) ? Number(header) : null;
}

function parseHash(header: string | readonly string[] | undefined): string | null {
  return (typeof header === 'string' && /^"?([0-9a-f]{64})"?$/u.exec(header)?.[1]) || null;
}

/**
 * Size of a file in bytes: of its spec, else as the server states; null where neither does.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function getFileSize(file: FileSpec, connection: Connection): Promise<number | null> {
  if (file.bytes !== null) return file.bytes;
  const { host, status, headers, announced, body } = await request(file.url, { ...connection, method: 'HEAD' });
  body.destroy();
  if (announced.bytes !== null) return announced.bytes;
  if (status !== 200) throw statusError(host, status);
  return parseLength(headers['content-length']);
}
