/**
 * One request over Node's own http and https: they show every redirect, keep no cookies, change no bytes and run
 * in Electron's utility process. Nothing is taken but over https (or from this machine itself, for tests).
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { FileSpec } from './download-specs';

// Why a download did not come about; the message is one line, for people.

/** Each with whether what has come is kept, so that the next attempt goes on from there. */
const keeps = {
  /** The host cannot be reached at all. */
  offline: true,
  /** The connection was lost, or the server is busy: trying again helps. */
  broken: true,
  /** Nothing has come for a long time. */
  stalled: true,
  /** The disk. */
  full: true,
  /** The same set is being downloaded elsewhere. */
  running: true,
  /** What was fetched earlier is not what it was. */
  changed: true,
  /** The server does not give the file. */
  missing: true,
  /** What came is not what was announced or published. */
  wrong: false,
} as const;

type DownloadProblem = keyof typeof keeps;

export class DownloadError extends Error {
  override readonly name = 'DownloadError';

  constructor(
    readonly problem: DownloadProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s+/gu, ' '), options);
  }

  get keepsPart(): boolean {
    return keeps[this.problem];
  }
}

// What went wrong on the way to a host, in one sentence.

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not found',
  EAI_AGAIN: 'names cannot be looked up',
  ECONNREFUSED: 'it refuses connections',
  ENETUNREACH: 'there is no way to it',
  EHOSTUNREACH: 'there is no way to it',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
};

/** Codes of OpenSSL and Node for a certificate that does not hold. */
const distrusted = /CERT|^UNABLE_TO|^ERR_TLS|^EPROTO$/u;

function networkFailure(host: string, error: NodeJS.ErrnoException): DownloadError {
  const code = error.code ?? '';
  if (Object.hasOwn(unreachable, code))
    return new DownloadError(
      'offline',
      `no connection to ${host}: ${unreachable[code]}; everything else in the lab works offline`,
      { cause: error },
    );
  if (distrusted.test(code))
    return new DownloadError(
      'missing',
      `the connection to ${host} cannot be trusted (${code}), so nothing was taken from it`,
      { cause: error },
    );
  return new DownloadError('broken', `the connection to ${host} broke off`, { cause: error });
}

/** 429 and the errors of servers pass; with the others the file is not to be had. */
export function refusedBy(host: string, status: number): DownloadError {
  if (status === 429) return new DownloadError('broken', `${host} asks for fewer requests (status 429)`);
  if (status >= 500) return new DownloadError('broken', `${host} is in trouble (status ${status})`);
  return new DownloadError('missing', `${host}: expected the file, found status ${status}; it may have moved`);
}
/**
 * Tells when nothing has come for a time. Training can hold the thread for longer than that: what came meanwhile
 * waits to be read, so the sockets get their turn before silence is declared.
 */
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;

  /** `after`: milliseconds. */
  constructor(
    private readonly after: number,
    private readonly onSilence: () => void,
  ) {}

  /** From now on. */
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
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stallAfter: number;
  /** Whether http to this very machine will do. */
  readonly allowLoopback: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Question extends Connection {
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  /** For messages. */
  readonly host: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What the first that knew said of the file: Hugging Face does so before it redirects to where the bytes lie. */
  readonly announced: { readonly bytes: number | null; readonly sha256: string | null };
  readonly body: IncomingMessage;
}

const MAX_REDIRECTS = 5;
const redirects = [301, 302, 303, 307, 308];

/**
 * Asks, and follows redirects.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function ask(url: string, question: Question): Promise<Answer> {
  let address = safeAddress(url, question);
  let announced: Answer['announced'] = { bytes: null, sha256: null };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const body = await send(address, question);
    const { statusCode: status = 0, headers } = body;
    announced = {
      bytes: announced.bytes ?? lengthOf(headers['x-linked-size']),
      sha256: announced.sha256 ?? hashOf(headers['x-linked-etag']),
    };
    // An address that is signed for GET may refuse HEAD, and all that HEAD is for is known already.
    const isAnswered = question.method === 'HEAD' && announced.bytes !== null && status < 400;
    if (isAnswered || !redirects.includes(status)) return { host: address.hostname, status, headers, announced, body };
    body.destroy();
    if (!headers.location)
      throw new DownloadError(
        'missing',
        `${address.hostname}: expected where the file has gone, found a redirect to nowhere`,
      );
    address = safeAddress(headers.location, question, address);
  }
  throw new DownloadError(
    'missing',
    `${address.hostname}: expected the file, found more than ${MAX_REDIRECTS} redirects`,
  );
}

/** @throws DownloadError for an address that is not https */
function safeAddress(text: string, { allowLoopback }: Connection, base?: URL): URL {
  let address: URL;
  try {
    address = new URL(text, base);
  } catch (cause) {
    throw new DownloadError(
      'missing',
      `${base?.hostname ?? 'the address of a file'}: expected an address, found ${JSON.stringify(text.slice(0, 80))}`,
      { cause },
    );
  }
  const isLoopback = address.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(address.hostname);
  if (address.protocol === 'https:' || (allowLoopback && isLoopback)) return address;
  throw new DownloadError(
    'missing',
    `${base?.hostname ?? address.hostname}: expected an https address, found ${address.protocol}//${address.hostname}`,
  );
}

function send(address: URL, { method, headers, signal, stallAfter }: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = address.protocol === 'https:';
    // Compressed on the way, neither length nor place in the file would mean what they say.
    const options = {
      method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'TRM-Puzzle-Lab', ...headers },
      agent: false,
      ...(signal && { signal }),
    };
    const request = (secure ? requestSecure : requestPlain)(address, options);
    const watch = new SilenceWatch(stallAfter, () => request.destroy(stalled(address.hostname, stallAfter)));
    request.once('response', (response) => {
      watch.stop();
      resolve(response);
    });
    // Stays on: an error may come after the answer, and nobody else would hear it.
    request.on('error', (error) => {
      watch.stop();
      reject(failure(error, address.hostname, signal));
    });
    watch.start();
    request.end();
  });
}

/**
 * The bytes of an answer as they come; the consumer may take its time.
 * @throws DownloadError when they stall or break off; the signal's reason when it is aborted
 */
export async function* chunksOf(
  { body, host }: Answer,
  { stallAfter, signal }: Connection,
): AsyncGenerator<Uint8Array> {
  const watch = new SilenceWatch(stallAfter, () => body.destroy(stalled(host, stallAfter)));
  try {
    watch.start();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      watch.stop();
      yield chunk;
      watch.start();
    }
  } catch (error) {
    throw failure(error as Error, host, signal);
  } finally {
    watch.stop();
    body.destroy();
  }
  if (!body.complete) throw new DownloadError('broken', `the connection to ${host} broke off`);
}

function failure(error: Error, host: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof DownloadError ? error : networkFailure(host, error);
}

const stalled = (host: string, after: number) =>
  new DownloadError(
    'stalled',
    `${host} has sent nothing for ${Math.round(after / 100) / 10} s; the download can be taken up again`,
  );

/** A length in bytes from a header; null where there is none that could be one. */
export function lengthOf(header: string | readonly string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/u.test(header) ? Number(header) : null;
}

function hashOf(header: string | readonly string[] | undefined): string | null {
  return (typeof header === 'string' && /^"?([0-9a-f]{64})"?$/u.exec(header)?.[1]) || null;
}

// How long a file will be, asked before a byte of it is fetched.

/**
 * What is known here, else what the server says; null where it does not.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function sizeOf(file: FileSpec, connection: Connection): Promise<number | null> {
  if (file.bytes !== null) return file.bytes;
  const { host, status, headers, announced, body } = await ask(file.url, { ...connection, method: 'HEAD' });
  body.destroy();
  if (announced.bytes !== null) return announced.bytes;
  if (status !== 200) throw refusedBy(host, status);
  return lengthOf(headers['content-length']);
}
