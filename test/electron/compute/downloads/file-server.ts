/** A server on this machine that serves one file as it should, or as badly as a test asks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How one answer differs from the right one. */
export interface Manner {
  readonly bytes?: Uint8Array;
  readonly etag?: string | null;
  readonly status?: number;
  readonly ignoresRange?: boolean;
  /** Bytes of the body after which the connection is cut. */
  readonly breaksAfter?: number;
  /** Bytes of the body after which nothing comes any more. */
  readonly stallsAfter?: number;
  /** Says nothing at all. */
  readonly isSilent?: boolean;
  /** What it says instead of the length. */
  readonly claims?: number;
  /** Leaves the length out and ends the body by itself. */
  readonly isChunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly cookie: string | undefined;
}

export class FileServer {
  readonly seen: Seen[] = [];
  /** For the next answers to GET, one each; after them the right one. */
  next: Manner[] = [];
  /** For every answer. */
  always: Manner = {};
  /** Bytes that the other side has put away: a connection is cut only when all that was sent is there. */
  putAway: () => Promise<number> = () => Promise.resolve(Infinity);

  private constructor(
    private readonly server: Server,
    private readonly bytes: Uint8Array,
  ) {}

  static async start(bytes: Uint8Array): Promise<FileServer> {
    const server = createServer((request, response) => started.answer(request, response));
    const started = new FileServer(server, bytes);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file`;
  }

  get gets(): Seen[] {
    return this.seen.filter(({ method }) => method === 'GET');
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = request;
    this.seen.push({
      method,
      path,
      range: headers.range,
      ifRange: headers['if-range'] as string | undefined,
      cookie: headers.cookie,
    });
    const manner = { ...this.always, ...(method === 'GET' ? this.next.shift() : {}) };
    if (manner.isSilent) return;
    const { status, headers: said, body, from } = this.right(request, manner);
    response.sendDate = false;
    response.writeHead(manner.status ?? status, { ...said, ...manner.headers });
    if (method === 'HEAD') response.end();
    else this.send(response, { body, from }, manner);
  }

  private send(
    response: ServerResponse,
    { body, from }: { readonly body: Uint8Array; readonly from: number },
    { breaksAfter, stallsAfter }: Manner,
  ): void {
    const until = breaksAfter ?? stallsAfter;
    if (until === undefined || until > body.length) return void response.end(body);
    // An empty write sends nothing, not even the headers.
    if (until === 0) response.flushHeaders();
    else response.write(body.subarray(0, until));
    if (breaksAfter !== undefined) void this.cut(response, from + breaksAfter);
  }

  private async cut(response: ServerResponse, after: number): Promise<void> {
    while (!response.destroyed && (await this.putAway()) < after) await delay(2);
    response.destroy();
  }

  /** Status, headers and body as they should be for the file that the manner has. */
  private right(
    { headers }: IncomingMessage,
    { bytes = this.bytes, etag = '"first"', ignoresRange, isChunked, claims }: Manner,
  ) {
    const from = Number(/^bytes=(\d+)-$/u.exec(headers.range ?? '')?.[1] ?? 0);
    const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
    const common = { 'set-cookie': 'follow=me', ...(etag !== null && { etag }) };
    const length = (count: number): Record<string, string | number> =>
      isChunked ? {} : { 'content-length': claims ?? count };
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
