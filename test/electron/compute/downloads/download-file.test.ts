import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DownloadError } from '../../../../electron/compute/downloads/connection';
import type { FileSpec } from '../../../../electron/compute/downloads/download-specs';
import type { DownloadProgress } from '../../../../electron/compute/downloads/downloads';
import { downloadsOf, freshFolder, namesIn, refusal, setOf, sha256, someBytes } from './download-fixtures';
import { FileServer, type Manner } from './file-server';

const bytes = someBytes();
let folder: string;
let server: FileServer;
beforeEach(async () => {
  folder = await freshFolder();
  server = await FileServer.start(bytes);
  server.putAway = partLength;
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const downloads = (file: Partial<FileSpec> = {}, options = {}) =>
  downloadsOf(folder, setOf([{ url: server.url, sha256: sha256(bytes), ...file }]), options);
const fetched = () => readFile(join(folder, 'set', 'train.csv'));
const partLength = () =>
  stat(join(folder, 'set.part', 'train.csv.part')).then(
    ({ size }) => size,
    () => 0,
  );
const ranges = () => server.gets.map(({ range }) => range ?? 'all');

describe('a good server', () => {
  test('gives the file, which is whole under its name, with a record of where it is from', async () => {
    expect(await downloads().download('set')).toBe(join(folder, 'set'));
    expect(await fetched()).toEqual(bytes);
    expect(await namesIn(folder)).toEqual(['set/download.record', 'set/train.csv']);
    const record = JSON.parse(await readFile(join(folder, 'set', 'download.record'), 'utf8'));
    expect(record).toMatchObject({
      id: 'set',
      sources: [{ url: server.url, sha256: sha256(bytes) }],
      files: [{ path: 'train.csv', bytes: bytes.length }],
    });
  });

  test('is asked once: what is there is not fetched again', async () => {
    await downloads().download('set');
    expect(await downloads().download('set')).toBe(join(folder, 'set'));
    expect(server.seen).toHaveLength(1);
  });

  test('is told nothing of its own cookies, through redirects and attempts', async () => {
    server.next = [{ status: 302, headers: { location: '/elsewhere' } }, { breaksAfter: 100 }];
    await downloads().download('set');
    expect(server.seen.map(({ path }) => path)).toEqual(['/file', '/elsewhere', '/file']);
    expect(server.seen.every(({ cookie }) => cookie === undefined)).toBe(true);
  });

  test('may serve an empty file', async () => {
    server.always = { bytes: new Uint8Array() };
    await downloads({ sha256: sha256(new Uint8Array()) }).download('set');
    expect(await fetched()).toHaveLength(0);
  });

  test('may not know how long the file is', async () => {
    server.always = { isChunked: true, etag: null };
    await downloads({ sha256: null }).download('set');
    expect(await fetched()).toEqual(bytes);
  });

  test('is reported on, from the first byte to the last', async () => {
    const told: DownloadProgress[] = [];
    await downloads().download('set', { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toEqual({
      stage: 'connecting',
      file: 'train.csv',
      fileNumber: 1,
      fileCount: 1,
      received: 0,
      total: null,
    });
    expect(told).toContainEqual(
      expect.objectContaining({ stage: 'receiving', received: bytes.length, total: bytes.length }),
    );
    expect(told.at(-1)).toMatchObject({ stage: 'checking', received: bytes.length });
  });
});

describe('a connection that breaks', () => {
  test('is taken up where it broke, if the file is still the same', async () => {
    server.next = [{ breaksAfter: 30_000 }, { breaksAfter: 20_000 }];
    await downloads().download('set');
    expect(await fetched()).toEqual(bytes);
    expect(ranges()).toEqual(['all', 'bytes=30000-', 'bytes=50000-']);
    expect(server.gets.map(({ ifRange }) => ifRange)).toEqual([undefined, '"first"', '"first"']);
  });

  test('is taken up after any number of breaks at any bytes, by any number of fetches, to the very same file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 40_000 }), { maxLength: 12 }),
        fc.boolean(),
        async (breaks, hasChecksum) => {
          server.next = breaks.map((breaksAfter) => ({ breaksAfter }));
          const file = hasChecksum ? {} : { sha256: null };
          for (let fetches = 0; !(await downloads(file).find('set')); fetches++) {
            expect(fetches).toBeLessThanOrEqual(breaks.length);
            await downloads(file)
              .download('set')
              .catch((error) => expect(error).toMatchObject({ kind: 'broken', isResumable: true }));
          }
          expect((await fetched()).equals(bytes)).toBe(true);
          await downloads().clear('set');
        },
      ),
      { numRuns: 25 },
    );
  });

  test('is given up after some attempts, and taken up by the next fetch, in another process if need be', async () => {
    server.next = Array.from({ length: 4 }, () => ({ breaksAfter: 1000 }));
    expect(await refusal(downloads().download('set'))).toBe(
      'the connection to 127.0.0.1 was interrupted; several attempts failed, 4,000 of 100,000 bytes were kept and the download can be resumed',
    );
    expect(await namesIn(folder)).toEqual(['set.part/train.csv.part', 'set.part/train.csv.part.json']);
    expect(await downloads().list()).toMatchObject([{ folder: null, partialBytes: 4000 }]);
    await downloads().download('set');
    expect(ranges().at(-1)).toBe('bytes=4000-');
    expect(await fetched()).toEqual(bytes);
  });

  test('is begun anew where the server knows no ranges', async () => {
    server.always = { ignoresRange: true };
    server.next = [{ breaksAfter: 30_000 }];
    await downloads().download('set');
    expect(ranges()).toEqual(['all', 'bytes=30000-']);
    expect(await fetched()).toEqual(bytes);
  });

  test('is begun anew without asking for a rest where nothing could vouch for it', async () => {
    server.always = { etag: null };
    server.next = [{ breaksAfter: 30_000 }];
    await downloads({ sha256: null }).download('set');
    expect(ranges()).toEqual(['all', 'all']);
  });

  test.each<[string, Manner]>([
    ['the server says so', { etag: '"second"' }],
    [
      'the rest has another mark',
      { etag: '"second"', status: 206, headers: { 'content-range': 'bytes 30000-99999/100000' } },
    ],
    ['the rest is of a longer file', { headers: { 'content-range': 'bytes 30000-119999/120000' } }],
    ['the rest begins elsewhere', { headers: { 'content-range': 'bytes 29999-99999/100000' } }],
    ['the rest does not say what it is', { headers: { 'content-range': 'nonsense' } }],
  ])('is begun anew where the file has changed: %s', async (_, manner) => {
    const changed = someBytes();
    server.always = { bytes: changed, etag: '"second"' };
    server.next = [
      { bytes, etag: '"first"', breaksAfter: 30_000 },
      { etag: '"first"', ...manner },
    ];
    await downloads({ sha256: null }).download('set');
    expect(await fetched()).toEqual(changed);
  });

  test('leaves nothing of a longer file behind, where the file has become shorter', async () => {
    const shorter = someBytes(20_000);
    server.always = { bytes: shorter, etag: '"second"' };
    server.next = [{ bytes, etag: '"first"', breaksAfter: 30_000 }];
    await downloads({ sha256: null }).download('set');
    expect(await fetched()).toEqual(shorter);
  });

  test('whose beginning turns out wrong is begun anew once', async () => {
    server.next = [{ breaksAfter: 30_000 }];
    await refusal(downloads({}, { retryAfter: [] }).download('set'));
    await writeFile(join(folder, 'set.part', 'train.csv.part'), someBytes(30_000));
    await downloads().download('set');
    expect(ranges()).toEqual(['all', 'bytes=30000-', 'all']);
    expect(await fetched()).toEqual(bytes);
  });
});

describe('a server that stalls', () => {
  test.each<[string, Manner, number]>([
    ['in the middle', { stallsAfter: 5000 }, 5000],
    ['before the first byte', { stallsAfter: 0 }, 0],
  ])('%s is given up, and what came is kept', async (_, manner, kept) => {
    server.next = [manner];
    expect(await refusal(downloads().download('set'))).toBe(
      '127.0.0.1 has sent nothing for 0.4 s; the download can be resumed',
    );
    expect(await partLength()).toBe(kept);
    await downloads().download('set');
    expect(await fetched()).toEqual(bytes);
  });

  test('and does not even answer is given up', async () => {
    server.next = [{ isSilent: true }];
    await expect(downloads().download('set')).rejects.toMatchObject({ kind: 'stalled' });
  });
});

describe('a server that lies', () => {
  test('about the length, where there is less: refused, and nothing is kept', async () => {
    server.next = [{ claims: 120_000, breaksAfter: 100_000 }];
    expect(await refusal(downloads({ sha256: null }).download('set'))).toBe(
      '127.0.0.1 announced 120,000 bytes and has only 100,000',
    );
    expect(await namesIn(folder)).toEqual([]);
  });

  test('about the length, where there is more: the checksum tells', async () => {
    server.always = { claims: 90_000 };
    expect(await refusal(downloads().download('set'))).toMatch(
      /^train\.csv from 127\.0\.0\.1: expected SHA-256 \w{64}, found \w{64}; nothing was kept$/u,
    );
    expect(await namesIn(folder)).toEqual([]);
  });

  test('about the length before a body without one: no byte too many is taken', async () => {
    server.always = { isChunked: true, headers: { 'x-linked-size': '50000' } };
    expect(await refusal(downloads({ sha256: null }).download('set'))).toBe(
      'train.csv: expected 50,000 bytes, found more',
    );
    expect(await namesIn(folder)).toEqual([]);
  });

  test('about the length, ending a body without one too early: as a connection that broke', async () => {
    server.always = { isChunked: true, ignoresRange: true, headers: { 'x-linked-size': '100001' } };
    expect(await refusal(downloads().download('set'))).toContain(
      '127.0.0.1 ended train.csv after 100,000 of 100,001 bytes',
    );
  });

  test('in two tongues at once', async () => {
    server.always = { headers: { 'x-linked-size': '50000' } };
    expect(await refusal(downloads().download('set'))).toBe(
      '127.0.0.1: expected train.csv with 50,000 bytes, but 100,000 were announced',
    );
  });

  test('about what it serves: other bytes are refused, and nothing is kept', async () => {
    server.always = { bytes: someBytes() };
    await expect(downloads().download('set')).rejects.toMatchObject({ kind: 'wrong', isResumable: false });
    expect(await namesIn(folder)).toEqual([]);
  });

  test('against its own checksum is refused where none is known here', async () => {
    server.always = { headers: { 'x-linked-etag': `"${sha256(someBytes(1))}"` } };
    await expect(downloads({ sha256: null }).download('set')).rejects.toThrow('expected SHA-256');
  });

  test('of another length or checksum than known here is refused before a byte is taken', async () => {
    expect(await refusal(downloads({ bytes: 99_999 }).download('set'))).toBe(
      '127.0.0.1: expected train.csv with 99,999 bytes, but 100,000 were announced',
    );
    const other = sha256(someBytes(1));
    server.always = { headers: { 'x-linked-etag': `"${other}"` } };
    expect(await refusal(downloads().download('set'))).toBe(
      `127.0.0.1: expected train.csv with SHA-256 ${sha256(bytes)}, but ${other} was announced`,
    );
  });

  test('and packs what it sends is refused', async () => {
    server.always = { headers: { 'content-encoding': 'gzip' } };
    expect(await refusal(downloads().download('set'))).toBe(
      '127.0.0.1: expected train.csv without encoding, found encoding gzip',
    );
  });
});

describe('a server that redirects', () => {
  const to = (location: string): Manner => ({ status: 302, headers: { location } });

  test.each([
    ['in circles', '/file', '127.0.0.1: expected the file, found more than 5 redirects'],
    ['to a plain address', 'http://example.org/file', '127.0.0.1: expected an https address, found http://example.org'],
    ['to a file', 'file:///etc/passwd', '127.0.0.1: expected an https address, found file://'],
    ['to another protocol', 'ftp://127.0.0.1/file', '127.0.0.1: expected an https address, found ftp://127.0.0.1'],
    ['to nonsense', 'http://[', '127.0.0.1: expected an address, found "http://["'],
  ])('%s is refused', async (_, location, message) => {
    server.always = to(location);
    expect(await refusal(downloads().download('set'))).toBe(message);
    expect(server.seen.length).toBeLessThanOrEqual(6);
  });

  test('to nowhere is refused', async () => {
    server.always = { status: 302 };
    expect(await refusal(downloads().download('set'))).toBe(
      '127.0.0.1: expected the address of the file, found a redirect without one',
    );
  });

  test('is believed in what it says of the file', async () => {
    server.next = [
      {
        ...to('/elsewhere'),
        headers: { location: '/elsewhere', 'x-linked-etag': `"${sha256(bytes)}"`, 'x-linked-size': '100000' },
      },
    ];
    await downloads({ sha256: null }).download('set');
    expect(await fetched()).toEqual(bytes);
  });

  test('http to this machine is for tests alone', async () => {
    expect(await refusal(downloads({}, { allowLoopback: false }).download('set'))).toBe(
      '127.0.0.1: expected an https address, found http://127.0.0.1',
    );
    expect(server.seen).toEqual([]);
  });
});

describe('a server that refuses', () => {
  test.each([404, 403, 401, 410, 204, 206])('with %i is not asked again', async (status) => {
    server.always = { status };
    expect(await refusal(downloads().download('set'))).toBe(
      `127.0.0.1: expected the file, found status ${status}; it may have moved`,
    );
    expect(server.seen).toHaveLength(1);
  });

  test.each([429, 500, 503])('with %i is asked again', async (status) => {
    server.next = [{ status }, { status }];
    await downloads().download('set');
    expect(await fetched()).toEqual(bytes);
  });

  test.each([
    [429, '127.0.0.1 limits the number of requests (status 429)'],
    [500, '127.0.0.1 reports a server error (status 500)'],
  ])('with %i for long is given up', async (status, message) => {
    server.always = { status };
    expect(await refusal(downloads().download('set'))).toBe(
      `${message}; several attempts failed, nothing was received`,
    );
    expect(server.seen).toHaveLength(4);
  });
});

test('a server that cannot prove who it is gets nothing but the attempt', async () => {
  const fetching = downloadsOf(folder, setOf([{ url: server.url.replace('http:', 'https:') }])).download('set');
  expect(await refusal(fetching)).toMatch(
    /^the certificate of 127\.0\.0\.1 is not trusted \(\w+\), so nothing was downloaded from it$/u,
  );
  expect(server.seen).toEqual([]);
});

describe('a server that is not there', () => {
  test('is named once, at once, with what still works', async () => {
    const { url } = server;
    await server.stop();
    const fetching = downloadsOf(folder, setOf([{ url }]), { retryAfter: [60_000] }).download('set');
    expect(await refusal(fetching)).toBe(
      'no connection to 127.0.0.1: it refuses connections; everything else works offline',
    );
    server = await FileServer.start(bytes);
  });

  test('by its name either', async () => {
    const fetching = downloadsOf(folder, setOf([{ url: 'https://no-such-host.invalid/file' }])).download('set');
    await expect(fetching).rejects.toBeInstanceOf(DownloadError);
    expect(await refusal(fetching)).toMatch(
      /^no connection to no-such-host\.invalid: .+; everything else works offline$/u,
    );
  });
});
