import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DownloadError } from '../../../../electron/compute/downloads/connection';
import type { FileSpec } from '../../../../electron/compute/downloads/download-specs';
import type { DownloadProgress } from '../../../../electron/compute/downloads/downloads';
import {
  createDownloads,
  freshFolder,
  listFiles,
  rejectionMessage,
  createSpec,
  sha256,
  someBytes,
} from './download-fixtures';
import { FileServer, type ResponseFault } from './file-server';

const bytes = someBytes();
let folder: string;
let server: FileServer;
beforeEach(async () => {
  folder = await freshFolder();
  server = await FileServer.start(bytes);
  server.storedBytes = partLength;
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const downloads = (file: Partial<FileSpec> = {}, options = {}) =>
  createDownloads(folder, createSpec([{ url: server.url, sha256: sha256(bytes), ...file }]), options);
const downloadedFile = () => readFile(join(folder, 'set', 'train.csv'));
const partLength = () =>
  stat(join(folder, 'set.part', 'train.csv.part')).then(
    ({ size }) => size,
    () => 0,
  );
const requestedRanges = () => server.getRequests.map(({ range }) => range ?? 'all');

describe('download', () => {
  test('writes the file and a record of its source', async () => {
    expect(await downloads().download('set')).toBe(join(folder, 'set'));
    expect(await downloadedFile()).toEqual(bytes);
    expect(await listFiles(folder)).toEqual(['set/download.record', 'set/train.csv']);
    const record = JSON.parse(await readFile(join(folder, 'set', 'download.record'), 'utf8'));
    expect(record).toMatchObject({
      id: 'set',
      sources: [{ url: server.url, sha256: sha256(bytes) }],
      files: [{ path: 'train.csv', bytes: bytes.length, sha256: sha256(bytes) }],
    });
  });

  test('does not fetch a file again that is already downloaded', async () => {
    await downloads().download('set');
    expect(await downloads().download('set')).toBe(join(folder, 'set'));
    expect(server.requests).toHaveLength(1);
  });

  test('sends no cookies back, through redirects and retries', async () => {
    server.next = [{ status: 302, headers: { location: '/elsewhere' } }, { breaksAfter: 100 }];
    await downloads().download('set');
    expect(server.requests.map(({ path }) => path)).toEqual(['/file', '/elsewhere', '/file']);
    expect(server.requests.every(({ cookie }) => cookie === undefined)).toBe(true);
  });

  test('accepts an empty file', async () => {
    server.always = { bytes: new Uint8Array() };
    await downloads({ sha256: sha256(new Uint8Array()) }).download('set');
    expect(await downloadedFile()).toHaveLength(0);
  });

  test('accepts a response without a length', async () => {
    server.always = { isChunked: true, etag: null };
    await downloads({ sha256: null }).download('set');
    expect(await downloadedFile()).toEqual(bytes);
  });

  test('reports progress from connecting to checking', async () => {
    const reported: DownloadProgress[] = [];
    await downloads().download('set', { onProgress: (progress) => reported.push(progress) });
    expect(reported[0]).toEqual({
      stage: 'connecting',
      file: 'train.csv',
      fileNumber: 1,
      fileCount: 1,
      received: 0,
      total: null,
    });
    expect(reported).toContainEqual(
      expect.objectContaining({ stage: 'receiving', received: bytes.length, total: bytes.length }),
    );
    expect(reported.at(-1)).toMatchObject({ stage: 'checking', received: bytes.length });
  });
});

describe('after a broken connection, a download', () => {
  test('resumes where it broke if the file is unchanged', async () => {
    server.next = [{ breaksAfter: 30_000 }, { breaksAfter: 20_000 }];
    await downloads().download('set');
    expect(await downloadedFile()).toEqual(bytes);
    expect(requestedRanges()).toEqual(['all', 'bytes=30000-', 'bytes=50000-']);
    expect(server.getRequests.map(({ ifRange }) => ifRange)).toEqual([undefined, '"first"', '"first"']);
  });

  test('gives the same file after any number of breaks and downloads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 40_000 }), { maxLength: 12 }),
        fc.boolean(),
        async (breaks, hasChecksum) => {
          server.next = breaks.map((breaksAfter) => ({ breaksAfter }));
          const file = hasChecksum ? {} : { sha256: null };
          for (let attempts = 0; !(await downloads(file).find('set')); attempts++) {
            expect(attempts).toBeLessThanOrEqual(breaks.length);
            await downloads(file)
              .download('set')
              .catch((error) => expect(error).toMatchObject({ kind: 'broken', isResumable: true }));
          }
          expect((await downloadedFile()).equals(bytes)).toBe(true);
          await downloads().clear('set');
        },
      ),
      { numRuns: 25 },
    );
  });

  test('fails after several attempts and is resumed by the next download', async () => {
    server.next = Array.from({ length: 4 }, () => ({ breaksAfter: 1000 }));
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      'the connection to 127.0.0.1 was interrupted; several attempts failed, but 4,000 of 100,000 bytes were kept and the download can be resumed',
    );
    expect(await listFiles(folder)).toEqual(['set.part/train.csv.part', 'set.part/train.csv.part.json']);
    expect(await downloads().list()).toMatchObject([{ folder: null, partialBytes: 4000 }]);
    await downloads().download('set');
    expect(requestedRanges().at(-1)).toBe('bytes=4000-');
    expect(await downloadedFile()).toEqual(bytes);
  });

  test('restarts if the server ignores ranges', async () => {
    server.always = { ignoresRange: true };
    server.next = [{ breaksAfter: 30_000 }];
    await downloads().download('set');
    expect(requestedRanges()).toEqual(['all', 'bytes=30000-']);
    expect(await downloadedFile()).toEqual(bytes);
  });

  test('restarts without a range if there is neither ETag nor checksum', async () => {
    server.always = { etag: null };
    server.next = [{ breaksAfter: 30_000 }];
    await downloads({ sha256: null }).download('set');
    expect(requestedRanges()).toEqual(['all', 'all']);
  });

  test.each<[string, ResponseFault]>([
    ['the server sends another ETag', { etag: '"second"' }],
    [
      'the range has another ETag',
      { etag: '"second"', status: 206, headers: { 'content-range': 'bytes 30000-99999/100000' } },
    ],
    ['the range belongs to a longer file', { headers: { 'content-range': 'bytes 30000-119999/120000' } }],
    ['the range starts at another byte', { headers: { 'content-range': 'bytes 29999-99999/100000' } }],
    ['the range is invalid', { headers: { 'content-range': 'nonsense' } }],
  ])('restarts if the file has changed: %s', async (_, fault) => {
    const changed = someBytes();
    server.always = { bytes: changed, etag: '"second"' };
    server.next = [
      { bytes, etag: '"first"', breaksAfter: 30_000 },
      { etag: '"first"', ...fault },
    ];
    await downloads({ sha256: null }).download('set');
    expect(await downloadedFile()).toEqual(changed);
  });

  test('leaves no bytes of the old file if the file has become shorter', async () => {
    const shorter = someBytes(20_000);
    server.always = { bytes: shorter, etag: '"second"' };
    server.next = [{ bytes, etag: '"first"', breaksAfter: 30_000 }];
    await downloads({ sha256: null }).download('set');
    expect(await downloadedFile()).toEqual(shorter);
  });

  test('restarts once if the checksum of a resumed file is wrong', async () => {
    server.next = [{ breaksAfter: 30_000 }];
    await rejectionMessage(downloads({}, { retryAfter: [] }).download('set'));
    await writeFile(join(folder, 'set.part', 'train.csv.part'), someBytes(30_000));
    await downloads().download('set');
    expect(requestedRanges()).toEqual(['all', 'bytes=30000-', 'all']);
    expect(await downloadedFile()).toEqual(bytes);
  });
});

describe('a stalled server', () => {
  test.each<[string, ResponseFault, number]>([
    ['in the middle of the file', { stallsAfter: 5000 }, 5000],
    ['before the first byte', { stallsAfter: 0 }, 0],
  ])('%s ends the download and keeps the received bytes', async (_, fault, kept) => {
    server.next = [fault];
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      '127.0.0.1 has sent nothing for 0.4 s; the download can be resumed',
    );
    expect(await partLength()).toBe(kept);
    await downloads().download('set');
    expect(await downloadedFile()).toEqual(bytes);
  });

  test('that sends no response ends the download', async () => {
    server.next = [{ isSilent: true }];
    await expect(downloads().download('set')).rejects.toMatchObject({ kind: 'stalled' });
  });
});

describe('wrong responses', () => {
  test('with fewer bytes than announced are rejected and nothing is kept', async () => {
    server.next = [{ contentLength: 120_000, breaksAfter: 100_000 }];
    expect(await rejectionMessage(downloads({ sha256: null }).download('set'))).toBe(
      '127.0.0.1 announced 120,000 bytes, but has only 100,000',
    );
    expect(await listFiles(folder)).toEqual([]);
  });

  test('with more bytes than announced fail the checksum', async () => {
    server.always = { contentLength: 90_000 };
    expect(await rejectionMessage(downloads().download('set'))).toMatch(
      /^train\.csv from 127\.0\.0\.1: expected SHA-256 \w{64}, found \w{64}; nothing was kept$/u,
    );
    expect(await listFiles(folder)).toEqual([]);
  });

  test('in chunks with more bytes than announced are rejected', async () => {
    server.always = { isChunked: true, headers: { 'x-linked-size': '50000' } };
    expect(await rejectionMessage(downloads({ sha256: null }).download('set'))).toBe(
      'train.csv: expected 50,000 bytes, found more',
    );
    expect(await listFiles(folder)).toEqual([]);
  });

  test('in chunks with fewer bytes than announced count as a broken connection', async () => {
    server.always = { isChunked: true, ignoresRange: true, headers: { 'x-linked-size': '100001' } };
    expect(await rejectionMessage(downloads().download('set'))).toContain(
      '127.0.0.1 stopped sending train.csv after 100,000 of 100,001 bytes',
    );
  });

  test('with two different lengths are rejected', async () => {
    server.always = { headers: { 'x-linked-size': '50000' } };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      '127.0.0.1: expected train.csv with 50,000 bytes, but 100,000 were announced',
    );
  });

  test('with other bytes are rejected and nothing is kept', async () => {
    server.always = { bytes: someBytes() };
    await expect(downloads().download('set')).rejects.toMatchObject({ kind: 'wrong', isResumable: false });
    expect(await listFiles(folder)).toEqual([]);
  });

  test('that do not match the announced checksum are rejected', async () => {
    server.always = { headers: { 'x-linked-etag': `"${sha256(someBytes(1))}"` } };
    await expect(downloads({ sha256: null }).download('set')).rejects.toThrow('expected SHA-256');
  });

  test('that announce an unexpected length or checksum are rejected at once', async () => {
    expect(await rejectionMessage(downloads({ bytes: 99_999 }).download('set'))).toBe(
      '127.0.0.1: expected train.csv with 99,999 bytes, but 100,000 were announced',
    );
    const other = sha256(someBytes(1));
    server.always = { headers: { 'x-linked-etag': `"${other}"` } };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      `127.0.0.1: expected train.csv with SHA-256 ${sha256(bytes)}, but ${other} was announced`,
    );
  });

  test('with a content encoding are rejected', async () => {
    server.always = { headers: { 'content-encoding': 'gzip' } };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      '127.0.0.1: expected train.csv without encoding, found encoding gzip',
    );
  });
});

describe('a redirect', () => {
  const redirectTo = (location: string): ResponseFault => ({ status: 302, headers: { location } });

  test.each([
    ['in circles', '/file', '127.0.0.1: expected the file, found more than 5 redirects'],
    ['to a plain address', 'http://example.org/file', '127.0.0.1: expected an https address, found http://example.org'],
    ['to a file', 'file:///etc/passwd', '127.0.0.1: expected an https address, found file://'],
    ['to another protocol', 'ftp://127.0.0.1/file', '127.0.0.1: expected an https address, found ftp://127.0.0.1'],
    ['to nonsense', 'http://[', '127.0.0.1: expected an address, found "http://["'],
  ])('%s is rejected', async (_, location, message) => {
    server.always = redirectTo(location);
    expect(await rejectionMessage(downloads().download('set'))).toBe(message);
    expect(server.requests.length).toBeLessThanOrEqual(6);
  });

  test('without an address is rejected', async () => {
    server.always = { status: 302 };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      '127.0.0.1: expected the address of the file, found a redirect without one',
    );
  });

  test('may announce size and checksum of the file', async () => {
    server.next = [
      {
        ...redirectTo('/elsewhere'),
        headers: { location: '/elsewhere', 'x-linked-etag': `"${sha256(bytes)}"`, 'x-linked-size': '100000' },
      },
    ];
    await downloads({ sha256: null }).download('set');
    expect(await downloadedFile()).toEqual(bytes);
  });

  test('to http on this computer is rejected outside of tests', async () => {
    expect(await rejectionMessage(downloads({}, { allowLoopback: false }).download('set'))).toBe(
      '127.0.0.1: expected an https address, found http://127.0.0.1',
    );
    expect(server.requests).toEqual([]);
  });
});

describe('an error status', () => {
  test.each([404, 403, 401, 410, 204, 206])('%i ends the download without a retry', async (status) => {
    server.always = { status };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      `127.0.0.1: expected the file, found status ${status}; it may have moved`,
    );
    expect(server.requests).toHaveLength(1);
  });

  test.each([429, 500, 503])('%i is retried', async (status) => {
    server.next = [{ status }, { status }];
    await downloads().download('set');
    expect(await downloadedFile()).toEqual(bytes);
  });

  test.each([
    [429, '127.0.0.1 limits the number of requests (status 429)'],
    [500, '127.0.0.1 reports a server error (status 500)'],
  ])('%i ends the download after several attempts', async (status, message) => {
    server.always = { status };
    expect(await rejectionMessage(downloads().download('set'))).toBe(
      `${message}; several attempts failed and nothing was received`,
    );
    expect(server.requests).toHaveLength(4);
  });
});

test('a server without a trusted certificate receives no request', async () => {
  const download = createDownloads(folder, createSpec([{ url: server.url.replace('http:', 'https:') }])).download(
    'set',
  );
  expect(await rejectionMessage(download)).toMatch(
    /^the certificate of 127\.0\.0\.1 is not trusted \(\w+\), so nothing was downloaded: ask your network administrator whether a proxy replaces certificates$/u,
  );
  expect(server.requests).toEqual([]);
});

describe('an unreachable server', () => {
  test('is reported at once, without retries', async () => {
    const { url } = server;
    await server.stop();
    const download = createDownloads(folder, createSpec([{ url }]), { retryAfter: [60_000] }).download('set');
    expect(await rejectionMessage(download)).toBe(
      'no connection to 127.0.0.1: the server refuses connections; everything else works offline',
    );
    server = await FileServer.start(bytes);
  });

  test('with an unknown host name is reported', async () => {
    const download = createDownloads(folder, createSpec([{ url: 'https://no-such-host.invalid/file' }])).download(
      'set',
    );
    await expect(download).rejects.toBeInstanceOf(DownloadError);
    expect(await rejectionMessage(download)).toMatch(
      /^no connection to no-such-host\.invalid: .+; everything else works offline$/u,
    );
  });
});
