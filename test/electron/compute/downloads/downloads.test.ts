import { spawn } from 'node:child_process';
import { appendFile, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatPuzzleCsv } from '../../../../datasets/formats/puzzle-csv';
import { openSource } from '../../../../datasets/formats/puzzle-source';
import { DownloadError } from '../../../../electron/compute/downloads/connection';
import type { DatasetSpec } from '../../../../electron/compute/downloads/download-specs';
import {
  createDownloads,
  freshFolder,
  listFiles,
  rejectionMessage,
  createSpec,
  sha256,
  someBytes,
} from './download-fixtures';
import { FileServer } from './file-server';

const bytes = someBytes();
let folder: string;
let server: FileServer;
let spec: DatasetSpec;
beforeEach(async () => {
  folder = await freshFolder();
  server = await FileServer.start(bytes);
  spec = createSpec([
    { url: server.url, sha256: sha256(bytes) },
    { url: `${server.url}/test`, sha256: sha256(bytes) },
  ]);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const partFile = (name = 'train.csv') => join(folder, 'set.part', `${name}.part`);
const length = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

describe('a download of two files', () => {
  test('gets its final name only when both are complete', async () => {
    server.next = [{}, { status: 404 }];
    await rejectionMessage(createDownloads(folder, spec).download('set'));
    expect(await createDownloads(folder, spec).find('set')).toBeNull();
    expect(await listFiles(folder)).toEqual(['set.part/test.csv.part', 'set.part/train.csv']);
    await createDownloads(folder, spec).download('set');
    expect(server.getRequests.map(({ path }) => path)).toEqual(['/file', '/file/test', '/file/test']);
    expect(await listFiles(folder)).toEqual(['set/download.record', 'set/test.csv', 'set/train.csv']);
  });

  test('can be read by openSource', async () => {
    const lines: string[] = [];
    for await (const line of formatPuzzleCsv([
      { source: 'own', question: '1.....3..2.....4', answer: '1342243142133124', rating: '0' },
    ]))
      lines.push(line);
    const csv = Buffer.from(lines.join(''));
    server.always = { bytes: csv };
    const set = await createDownloads(folder, createSpec([{ url: server.url, sha256: sha256(csv) }])).download('set');
    const source = await openSource(set);
    const puzzles = [];
    for await (const puzzle of source.read('train')) puzzles.push(puzzle);
    expect(source.kind.id).toBe('sudoku-4x4');
    expect(puzzles).toHaveLength(1);
  });

  test('that was changed is not found and not overwritten', async () => {
    const set = await createDownloads(folder, spec).download('set');
    await appendFile(join(set, 'train.csv'), 'more');
    expect(await createDownloads(folder, spec).find('set')).toBeNull();
    expect(await rejectionMessage(createDownloads(folder, spec).download('set'))).toBe(
      `${set} has changed since it was downloaded: remove it to download The set again`,
    );
    await createDownloads(folder, spec).clear('set');
    expect(await listFiles(folder)).toEqual([]);
    expect(await createDownloads(folder, spec).download('set')).toBe(set);
  });

  test.each([
    ['a changed byte', 'train.csv'],
    ['a changed byte in its record', 'download.record'],
  ])('with %s is not used', async (_, file) => {
    const set = await createDownloads(folder, spec).download('set');
    const content = await readFile(join(set, file));
    content[content.length >> 1]! ^= 1;
    await writeFile(join(set, file), content);
    const requests = server.requests.length;
    expect(await rejectionMessage(createDownloads(folder, spec).download('set'))).toBe(
      `${set} has changed since it was downloaded: remove it to download The set again`,
    );
    expect(server.requests).toHaveLength(requests);
  });

  test('of an earlier version, whose record has no hashes, is used', async () => {
    const set = await createDownloads(folder, spec).download('set');
    const record = JSON.parse(await readFile(join(set, 'download.record'), 'utf8'));
    const files = record.files.map(({ path, bytes: size }: Record<string, unknown>) => ({ path, bytes: size }));
    await writeFile(join(set, 'download.record'), JSON.stringify({ ...record, files, sha256: undefined }));
    expect(await createDownloads(folder, spec).download('set')).toBe(set);
  });

  test('ignores unknown files in its part folder', async () => {
    await mkdir(join(folder, 'set.part', 'folder'), { recursive: true });
    await writeFile(join(folder, 'set.part', 'train.csv.part.json.1-1.tmp'), 'half');
    await createDownloads(folder, spec).download('set');
    expect(await listFiles(folder)).toEqual(['set/download.record', 'set/test.csv', 'set/train.csv']);
  });

  test('with an unknown id is rejected', () => {
    expect(() => createDownloads(folder, spec).download('other')).toThrow('unknown download “other”; known: set');
  });
});

describe('getSize', () => {
  const getSize = (other: Partial<DatasetSpec> = {}, signal?: AbortSignal) =>
    createDownloads(folder, { ...spec, ...other }).getSize('set', signal);

  test('adds known sizes and requests unknown ones with HEAD', async () => {
    const [first, second] = spec.files;
    expect(await getSize({ files: [{ ...first!, bytes: 7 }, second!] })).toBe(7 + bytes.length);
    expect(server.requests).toEqual([expect.objectContaining({ method: 'HEAD', path: '/file/test' })]);
  });

  test('uses the size announced by a redirect without following it', async () => {
    server.always = { status: 302, headers: { location: '/elsewhere', 'x-linked-size': '1234' } };
    expect(await getSize()).toBe(2468);
  });

  test('returns null if the server announces no size', async () => {
    server.always = { isChunked: true };
    expect(await getSize()).toBeNull();
  });

  test('rejects if the server responds with an error, stalls, or the request is aborted', async () => {
    server.always = { status: 404 };
    expect(await rejectionMessage(getSize())).toContain('found status 404');
    server.always = { isSilent: true };
    await expect(getSize()).rejects.toMatchObject({ kind: 'stalled' });
    await expect(getSize({}, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('a cancelled download', () => {
  test('keeps the received bytes and is resumed from there', async () => {
    const controller = new AbortController();
    server.next = [{ stallsAfter: 40_000 }];
    const download = createDownloads(folder, spec, { stallAfter: 60_000 }).download('set', {
      signal: controller.signal,
    });
    await expect.poll(() => length(partFile())).toBe(40_000);
    controller.abort(new Error('changed my mind'));
    expect(await rejectionMessage(download)).toBe('changed my mind');
    expect(await listFiles(folder)).toEqual(['set.part/train.csv.part', 'set.part/train.csv.part.json']);
    await createDownloads(folder, spec).download('set');
    expect(server.getRequests[1]!.range).toBe('bytes=40000-');
  });

  test('stops at once while waiting for a retry or a response', async () => {
    for (const fault of [{ status: 500 }, { isSilent: true }]) {
      const controller = new AbortController();
      server.always = fault;
      const download = createDownloads(folder, spec, { stallAfter: 60_000, retryAfter: [60_000] }).download('set', {
        signal: controller.signal,
      });
      await expect.poll(() => server.requests.length).toBeGreaterThan(0);
      controller.abort();
      await expect(download).rejects.toMatchObject({ name: 'AbortError' });
      server.requests.length = 0;
    }
  });

  test('sends no request if it is aborted before it starts', async () => {
    await expect(createDownloads(folder, spec).download('set', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.requests).toEqual([]);
  });
});

describe('two downloads with the same id', () => {
  const runningMessage = () =>
    `The set is already being downloaded, here or in another window (${join(folder, 'set.lock')})`;

  test('in one process: the second is rejected, and so is clear()', async () => {
    server.next = [{ stallsAfter: 10 }];
    const first = createDownloads(folder, spec).download('set');
    await expect.poll(() => server.requests.length).toBe(1);
    expect(await rejectionMessage(createDownloads(folder, spec).download('set'))).toBe(runningMessage());
    expect(await rejectionMessage(createDownloads(folder, spec).clear('set'))).toBe(runningMessage());
    await expect(first).rejects.toMatchObject({ kind: 'stalled' });
    await createDownloads(folder, spec).download('set');
  });

  test('in two processes: the second is rejected until the first has exited or was killed', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await writeFile(join(folder, 'set.lock'), String(other.pid));
    expect(await rejectionMessage(createDownloads(folder, spec).download('set'))).toBe(runningMessage());
    const exited = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await exited;
    await createDownloads(folder, spec).download('set');
    expect(await listFiles(folder)).not.toContain('set.lock');
  });

  test.each(['', 'nonsense', '0', '-1', String(process.pid)])(
    'succeed if the lock file %j was left by a power failure',
    async (content) => {
      const lock = join(folder, 'set.lock');
      await writeFile(lock, content);
      const { utimes } = await import('node:fs/promises');
      await utimes(lock, 1, 1);
      await createDownloads(folder, spec).download('set');
    },
  );
});

describe('disk space', () => {
  test('too small for the file rejects the download', async () => {
    const freeBytes = () => Promise.resolve(5_000_000);
    const message = `expected 33.7 MB of free space for ${join(folder, 'set.part')}, found 5.0 MB; free some space and resume the download`;
    expect(await rejectionMessage(createDownloads(folder, spec, { freeBytes }).download('set'))).toBe(message);
    expect(await length(partFile())).toBe(0);
  });

  test('that is unknown does not prevent the download', async () => {
    await createDownloads(folder, spec, { freeBytes: () => Promise.resolve(null) }).download('set');
  });

  test.runIf(process.platform === 'linux')(
    'that runs out during the download rejects it and can be resumed',
    async () => {
      await mkdir(join(folder, 'set.part'));
      await symlink('/dev/full', partFile());
      const download = createDownloads(folder, spec).download('set');
      expect(await rejectionMessage(download)).toBe(
        `the disk of ${join(folder, 'set.part')} is full; free some space and resume the download`,
      );
      await expect(download).rejects.toBeInstanceOf(DownloadError);
      expect(await createDownloads(folder, spec).find('set')).toBeNull();
      await rm(partFile());
      await createDownloads(folder, spec).download('set');
      expect(await readFile(join(folder, 'set', 'train.csv'))).toEqual(bytes);
    },
  );
});
