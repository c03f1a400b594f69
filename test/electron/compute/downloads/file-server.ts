/** A local server that serves one file, or others by their path, correctly or with the faults that a test sets. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How a response differs from the correct one. */
export interface ResponseFault {
  readonly bytes?: Uint8Array;
  readonly etag?: string | null;
  readonly status?: number;
  readonly ignoresRange?: boolean;
  /** Bytes of the body after which the connection is closed. */
  readonly breaksAfter?: number;
  /** Bytes of the body after which nothing more is sent. */
  readonly stallsAfter?: number;
  /** Sends no response. */
  readonly isSilent?: boolean;
  /** Content-Length to send instead of the correct one. */
  readonly contentLength?: number;
  /** Sends the body in chunks, without Content-Length. */
  readonly isChunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly cookie: string | undefined;
}

export class FileServer {
  readonly requests: SeenRequest[] = [];
  /** Faults of the next responses to GET, one each. */
  next: ResponseFault[] = [];
  /** Faults of every response. */
  always: ResponseFault = {};
  /** Content of files by their path. */
  readonly others = new Map<string, Uint8Array>();
  /** Bytes that the client has stored: a connection is closed only once all bytes sent have been stored. */
  storedBytes: () => Promise<number> = () => Promise.resolve(Infinity);

  private constructor(
    private readonly server: Server,
    private readonly bytes: Uint8Array,
  ) {}

  static async start(bytes: Uint8Array): Promise<FileServer> {
    const server = createServer((request, response) => started.respond(request, response));
    const started = new FileServer(server, bytes);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file`;
  }

  get getRequests(): SeenRequest[] {
    return this.requests.filter(({ method }) => method === 'GET');
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = request;
    this.requests.push({
      method,
      path,
      range: headers.range,
      ifRange: headers['if-range'] as string | undefined,
      cookie: headers.cookie,
    });
    const fault = { ...this.always, ...(method === 'GET' ? this.next.shift() : {}) };
    if (fault.isSilent) return;
    const { status, headers: usualHeaders, body, from } = this.correctResponse(request, fault);
    response.sendDate = false;
    response.writeHead(fault.status ?? status, { ...usualHeaders, ...fault.headers });
    if (method === 'HEAD') response.end();
    else this.send(response, { body, from }, fault);
  }

  private send(
    response: ServerResponse,
    { body, from }: { readonly body: Uint8Array; readonly from: number },
    { breaksAfter, stallsAfter }: ResponseFault,
  ): void {
    const until = breaksAfter ?? stallsAfter;
    if (until === undefined || until > body.length) return void response.end(body);
    // An empty write sends nothing, not even the headers.
    if (until === 0) response.flushHeaders();
    else response.write(body.subarray(0, until));
    if (breaksAfter !== undefined) void this.closeAfter(response, from + breaksAfter);
  }

  private async closeAfter(response: ServerResponse, after: number): Promise<void> {
    while (!response.destroyed && (await this.storedBytes()) < after) await delay(2);
    response.destroy();
  }

  /** Status, headers and body of the correct response for the file that the fault sets. */
  private correctResponse(
    { headers, url = '' }: IncomingMessage,
    {
      bytes = this.others.get(url) ?? this.bytes,
      etag = '"first"',
      ignoresRange,
      isChunked,
      contentLength,
    }: ResponseFault,
  ) {
    const from = Number(/^bytes=(\d+)-$/u.exec(headers.range ?? '')?.[1] ?? 0);
    const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
    const common = { 'set-cookie': 'follow=me', ...(etag !== null && { etag }) };
    const length = (count: number): Record<string, string | number> =>
      isChunked ? {} : { 'content-length': contentLength ?? count };
    if (!headers.range || ignoresRange || !isSame)
      return { status: 200, headers: { ...common, ...length(bytes.length) }, body: bytes, from: 0 };
    if (from >= bytes.length)
      return {
        status: 416,
        headers: { ...common, 'content-range': `bytes */${bytes.length}` },
        body: new Uint8Array(),
        from,
      };
    const body = bytes.subarray(from);
    return {
      status: 206,
      headers: {
        ...common,
        ...length(body.length),
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      },
      body,
      from,
    };
  }
}
