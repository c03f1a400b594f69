import { spawn } from 'node:child_process';
import { appendFile, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatPuzzleCsv } from '../../../../datasets/formats/puzzle-csv';
import { openSource } from '../../../../datasets/formats/puzzle-source';
import { DownloadError } from '../../../../electron/compute/downloads/connection';
import type { DownloadSpec } from '../../../../electron/compute/downloads/download-specs';
import { downloadsOf, freshFolder, namesIn, refusal, setOf, sha256, someBytes } from './download-fixtures';
import { FileServer } from './file-server';

const bytes = someBytes();
let folder: string;
let server: FileServer;
let spec: DownloadSpec;
beforeEach(async () => {
  folder = await freshFolder();
  server = await FileServer.start(bytes);
  spec = setOf([
    { url: server.url, sha256: sha256(bytes) },
    { url: `${server.url}/test`, sha256: sha256(bytes) },
  ]);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const part = (name = 'train.csv') => join(folder, 'set.part', `${name}.part`);
const length = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

describe('a set of two files', () => {
  test('has its name only when both are there', async () => {
    server.next = [{}, { status: 404 }];
    await refusal(downloadsOf(folder, spec).download('set'));
    expect(await downloadsOf(folder, spec).find('set')).toBeNull();
    expect(await namesIn(folder)).toEqual(['set.part/test.csv.part', 'set.part/train.csv']);
    await downloadsOf(folder, spec).download('set');
    expect(server.gets.map(({ path }) => path)).toEqual(['/file', '/file/test', '/file/test']);
    expect(await namesIn(folder)).toEqual(['set/download.record', 'set/test.csv', 'set/train.csv']);
  });

  test('is what the importer reads', async () => {
    const lines: string[] = [];
    for await (const line of formatPuzzleCsv([
      { source: 'own', question: '1..4..1..1..4..1', answer: '1324421331422431', rating: '0' },
    ]))
      lines.push(line);
    const csv = Buffer.from(lines.join(''));
    server.always = { bytes: csv };
    const set = await downloadsOf(folder, setOf([{ url: server.url, sha256: sha256(csv) }])).download('set');
    const source = await openSource(set);
    const puzzles = [];
    for await (const puzzle of source.read('train')) puzzles.push(puzzle);
    expect(source.kind.id).toBe('sudoku-4x4');
    expect(puzzles).toHaveLength(1);
  });

  test('that was changed by hand counts for nothing, and is not written over', async () => {
    const set = await downloadsOf(folder, spec).download('set');
    await appendFile(join(set, 'train.csv'), 'more');
    expect(await downloadsOf(folder, spec).find('set')).toBeNull();
    expect(await refusal(downloadsOf(folder, spec).download('set'))).toBe(
      `${set} has changed since it was downloaded: remove it to download The set again`,
    );
    await downloadsOf(folder, spec).clear('set');
    expect(await namesIn(folder)).toEqual([]);
    expect(await downloadsOf(folder, spec).download('set')).toBe(set);
  });

  test('is not taken from other names in its working folder', async () => {
    await mkdir(join(folder, 'set.part', 'folder'), { recursive: true });
    await writeFile(join(folder, 'set.part', 'train.csv.part.json.1-1.tmp'), 'half');
    await downloadsOf(folder, spec).download('set');
    expect(await namesIn(folder)).toEqual(['set/download.record', 'set/test.csv', 'set/train.csv']);
  });

  test('is known by its id alone', () => {
    expect(() => downloadsOf(folder, spec).download('other')).toThrow('unknown download “other”; known: set');
  });
});

describe('the size before a download', () => {
  const sizes = (other: Partial<DownloadSpec> = {}, signal?: AbortSignal) =>
    downloadsOf(folder, { ...spec, ...other }).getSize('set', signal);

  test('is what is known, and asked for where it is not', async () => {
    const [first, second] = spec.files;
    expect(await sizes({ files: [{ ...first!, bytes: 7 }, second!] })).toBe(7 + bytes.length);
    expect(server.seen).toEqual([expect.objectContaining({ method: 'HEAD', path: '/file/test' })]);
  });

  test('is what the publisher says, before it redirects to where HEAD is not welcome', async () => {
    server.always = { status: 302, headers: { location: '/elsewhere', 'x-linked-size': '1234' } };
    expect(await sizes()).toBe(2468);
  });

  test('is unknown where the server does not say', async () => {
    server.always = { isChunked: true };
    expect(await sizes()).toBeNull();
  });

  test('is not to be had from a server that refuses, stalls, or is not there', async () => {
    server.always = { status: 404 };
    expect(await refusal(sizes())).toContain('found status 404');
    server.always = { isSilent: true };
    await expect(sizes()).rejects.toMatchObject({ kind: 'stalled' });
    await expect(sizes({}, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('a download that is cancelled', () => {
  test('keeps what came, and goes on from there', async () => {
    const controller = new AbortController();
    server.next = [{ stallsAfter: 40_000 }];
    const fetching = downloadsOf(folder, spec, { stallAfter: 60_000 }).download('set', { signal: controller.signal });
    await expect.poll(() => length(part())).toBe(40_000);
    controller.abort(new Error('changed my mind'));
    expect(await refusal(fetching)).toBe('changed my mind');
    expect(await namesIn(folder)).toEqual(['set.part/train.csv.part', 'set.part/train.csv.part.json']);
    await downloadsOf(folder, spec).download('set');
    expect(server.gets[1]!.range).toBe('bytes=40000-');
  });

  test('stops at once while it waits for another attempt, or for an answer', async () => {
    for (const manner of [{ status: 500 }, { isSilent: true }]) {
      const controller = new AbortController();
      server.always = manner;
      const fetching = downloadsOf(folder, spec, { stallAfter: 60_000, retryAfter: [60_000] }).download('set', {
        signal: controller.signal,
      });
      await expect.poll(() => server.seen.length).toBeGreaterThan(0);
      controller.abort();
      await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
      server.seen.length = 0;
    }
  });

  test('before it began asks nobody', async () => {
    await expect(downloadsOf(folder, spec).download('set', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.seen).toEqual([]);
  });
});

describe('two downloads of one set', () => {
  const running = () => `The set is already being downloaded, here or in another window (${join(folder, 'set.lock')})`;

  test('at once: the second is refused, and nothing can be removed meanwhile', async () => {
    server.next = [{ stallsAfter: 10 }];
    const first = downloadsOf(folder, spec).download('set');
    await expect.poll(() => server.seen.length).toBe(1);
    expect(await refusal(downloadsOf(folder, spec).download('set'))).toBe(running());
    expect(await refusal(downloadsOf(folder, spec).clear('set'))).toBe(running());
    await expect(first).rejects.toMatchObject({ kind: 'stalled' });
    await downloadsOf(folder, spec).download('set');
  });

  test('in two processes: the second is refused until the first is gone, even if it was killed', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await writeFile(join(folder, 'set.lock'), String(other.pid));
    expect(await refusal(downloadsOf(folder, spec).download('set'))).toBe(running());
    const gone = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await gone;
    await downloadsOf(folder, spec).download('set');
    expect(await namesIn(folder)).not.toContain('set.lock');
  });

  test.each(['', 'nonsense', '0', '-1', String(process.pid)])(
    'whose claim %j was left by a power cut: the next goes on',
    async (claimed) => {
      const lock = join(folder, 'set.lock');
      await writeFile(lock, claimed);
      const { utimes } = await import('node:fs/promises');
      await utimes(lock, 1, 1);
      await downloadsOf(folder, spec).download('set');
    },
  );
});

describe('a disk', () => {
  test('without room for the file is not filled', async () => {
    const freeBytes = () => Promise.resolve(5_000_000);
    const message = `expected 33.7 MB of free space for ${join(folder, 'set.part')}, found 5.0 MB; free some space and resume the download`;
    expect(await refusal(downloadsOf(folder, spec, { freeBytes }).download('set'))).toBe(message);
    expect(await length(part())).toBe(0);
  });

  test('whose room cannot be told is tried', async () => {
    await downloadsOf(folder, spec, { freeBytes: () => Promise.resolve(null) }).download('set');
  });

  test.runIf(process.platform === 'linux')(
    'that fills up on the way is named, and nothing of the set has its name',
    async () => {
      await mkdir(join(folder, 'set.part'));
      await symlink('/dev/full', part());
      const failing = downloadsOf(folder, spec).download('set');
      expect(await refusal(failing)).toBe(
        `the disk of ${join(folder, 'set.part')} is full; free some space and resume the download`,
      );
      await expect(failing).rejects.toBeInstanceOf(DownloadError);
      expect(await downloadsOf(folder, spec).find('set')).toBeNull();
      await rm(part());
      await downloadsOf(folder, spec).download('set');
      expect(await readFile(join(folder, 'set', 'train.csv'))).toEqual(bytes);
    },
  );
});
