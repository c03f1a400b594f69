import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { datasetSpecs, type DatasetSpec } from '../../../../electron/compute/downloads/download-specs';
import { unpackTasks } from '../../../../electron/compute/downloads/finalise-download';
import { readTaskFiles } from '../../../../datasets/formats/arc-task-files';
import { fuzzRuns } from '../../../datasets/formats/fuzz';
import { craftedZip, type CraftedEntry } from './crafted-zip';
import { createDownloads, freshFolder, listFiles, rejectionMessage, createSpec } from './download-fixtures';
import { FileServer } from './file-server';

const commit = '0123456789abcdef0123456789abcdef01234567';
const root = `Repo-${commit}`;
const task = (colour: number) =>
  JSON.stringify({ train: [{ input: [[colour]], output: [[0]] }], test: [{ input: [[1]], output: [[2]] }] });
const validEntries: readonly CraftedEntry[] = [
  { name: `${root}/`, mode: 0o040755 },
  { name: `${root}/README.md`, content: 'readme' },
  { name: `${root}/data/training/00000001.json`, content: task(1) },
  { name: `${root}/data/training/00000002.json`, content: task(2) },
  { name: `${root}/data/evaluation/00000003.json`, content: task(3) },
];
const archive = { commit, tasks: { training: 2, evaluation: 1 } };

let folder: string;
beforeEach(async () => void (folder = await freshFolder()));
afterEach(() => rm(folder, { recursive: true }));

async function unpack(zip: Uint8Array): Promise<string[]> {
  await rm(join(folder, 'into'), { recursive: true, force: true });
  await writeFile(join(folder, 'a.zip'), zip);
  await unpackTasks(join(folder, 'a.zip'), join(folder, 'into'), archive);
  return listFiles(join(folder, 'into'));
}

const unpackWith = (...more: readonly CraftedEntry[]) => unpack(craftedZip([...validEntries, ...more], commit));

describe('unpackTasks', () => {
  test('writes the tasks and nothing else', async () => {
    expect(await unpackWith({ name: `${root}/data/notes.json`, content: '{}' })).toEqual([
      'evaluation/00000003.json',
      'training/00000001.json',
      'training/00000002.json',
    ]);
    expect(await readFile(join(folder, 'into/training/00000002.json'), 'utf8')).toBe(task(2));
  });

  test.each<[string, Uint8Array, string]>([
    [
      'of another commit',
      craftedZip(validEntries, 'f'.repeat(40)),
      `a.zip: expected an archive of commit ${commit}, found one of ${'f'.repeat(40)}`,
    ],
    [
      'of no commit',
      craftedZip(validEntries),
      `a.zip: expected an archive of commit ${commit}, found one without its commit`,
    ],
    ['that is empty', new Uint8Array(), 'found one without its commit'],
    ['that is not a zip file', Buffer.from(`no zip at all ${commit}`), 'zip archive, found another file'],
    [
      'with a task missing',
      craftedZip(validEntries.slice(0, 4), commit),
      'a.zip: expected 1 task in data/evaluation, found 0',
    ],
    ['without entries', craftedZip([], commit), 'a.zip: expected everything in one folder, found 0 entries at the top'],
  ])('rejects an archive %s', async (_, zip, message) => {
    expect(await rejectionMessage(unpack(zip))).toContain(message);
  });

  test.each<[string, CraftedEntry, RegExp]>([
    ['a path that contains ..', { name: `${root}/../../evil` }, /invalid relative path/u],
    ['an absolute path', { name: '/etc/evil' }, /absolute path/u],
    ['a path with a drive letter', { name: 'C:/evil' }, /absolute path/u],
    ['a path with backslashes', { name: `${root}\\..\\evil` }, /invalid characters/u],
    [
      'a link',
      { name: `${root}/data/training/link.json`, content: '/etc/passwd', mode: 0o120777 },
      /expected a regular file, found a link/u,
    ],
    ['a device', { name: `${root}/device`, mode: 0o020644 }, /expected a regular file/u],
    [
      'a duplicate path',
      { name: `${root}/data/training/00000001.json`, content: task(4) },
      /expected unique entry names/u,
    ],
    [
      'a path that differs only in case',
      { name: `${root}/DATA/training/00000001.json`, content: task(4) },
      /expected unique entry names/u,
    ],
    ['an encrypted entry', { name: `${root}/secret`, overrides: { flags: 1 } }, /encrypted/u],
    ['an unknown compression method', { name: `${root}/x`, overrides: { method: 12 } }, /compression method 12/u],
    [
      'a size that its compressed bytes cannot have',
      { name: `${root}/bomb`, content: 'x', overrides: { bytes: 100_000_000 } },
      /found 100,000,000 bytes/u,
    ],
    [
      'more bytes than allowed',
      { name: `${root}/bomb`, content: new Uint8Array(130 << 20) },
      /at most 134,217,728 unpacked bytes/u,
    ],
    [
      'a second top-level folder',
      { name: 'other/file' },
      /expected everything in one folder, found 2 entries at the top/u,
    ],
    ['deeply nested folders', { name: `${root}/${'a/'.repeat(400)}b` }, /expected folders at most 8 deep, found 402/u],
    [
      'one task too many',
      { name: `${root}/data/training/00000009.json`, content: task(1) },
      /expected 2 tasks in data\/training, found 3/u,
    ],
  ])('rejects an archive with %s', async (_, entry, message) => {
    const unpacking = unpackWith(entry);
    await expect(unpacking).rejects.toBeInstanceOf(FormatError);
    expect(await rejectionMessage(unpacking)).toMatch(message);
  });

  test.each<[string, Partial<CraftedEntry>, RegExp]>([
    ['is too large', { content: ' '.repeat((1 << 20) + 1) }, /expected a task of at most 1,048,576 bytes/u],
    ['does not match its checksum', { overrides: { crc: 1 } }, /expected bytes that match the checksum/u],
    ['is shorter than announced', { overrides: { bytes: 1000 } }, /found damaged data/u],
    ['is longer than announced', { overrides: { bytes: 10 } }, /found damaged data/u],
    ['is not JSON', { content: '{' }, /00000003\.json: expected JSON/u],
    [
      'is not a task',
      { content: '{"train": [], "test": []}' },
      /00000003\.json, train: expected a list of 1 to 100,000 pairs/u,
    ],
    ['is another archive', { content: craftedZip(validEntries, commit) }, /00000003\.json: expected JSON/u],
  ])('rejects an archive with a task that %s', async (_, other, message) => {
    expect(
      await rejectionMessage(
        unpack(craftedZip([...validEntries.slice(0, 4), { ...validEntries[4]!, ...other }], commit)),
      ),
    ).toMatch(message);
  });

  test('returns all tasks or throws a FormatError if any byte is changed', async () => {
    const zip = craftedZip(validEntries, commit);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: zip.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(zip);
        changed[at]! ^= change;
        const names = await unpack(changed).catch((error) => void expect(error).toBeInstanceOf(FormatError));
        if (names) expect(names).toHaveLength(3);
      }),
      { numRuns: fuzzRuns(60) },
    );
  });
});

describe('a download of tasks', () => {
  let server: FileServer;
  const start = async (zip: Uint8Array): Promise<DatasetSpec> => {
    server = await FileServer.start(zip);
    server.always = { isChunked: true, etag: null };
    return createSpec([{ name: 'archive.zip', url: server.url }], { result: 'task files', archive });
  };
  afterEach(() => server.stop());

  test('is downloaded, unpacked and read by the importer', async () => {
    const set = await createDownloads(folder, await start(craftedZip(validEntries, commit))).download('set');
    expect(await listFiles(folder)).toEqual([
      'set/download.record',
      'set/evaluation/00000003.json',
      'set/training/00000001.json',
      'set/training/00000002.json',
    ]);
    expect((await readTaskFiles(join(set, 'training'))).tasks.map(({ name }) => name)).toEqual([
      '00000001',
      '00000002',
    ]);
  });

  test('that was partly unpacked when the process ended is unpacked again', async () => {
    const spec = await start(craftedZip(validEntries, commit));
    await mkdir(join(folder, 'set.part/unpacked/training'), { recursive: true });
    await writeFile(join(folder, 'set.part/unpacked/training/00000001.json'), 'half');
    const set = await createDownloads(folder, spec).download('set');
    expect(await readFile(join(set, 'training/00000001.json'), 'utf8')).toBe(task(1));
  });

  test('with a truncated archive is rejected and nothing is kept', async () => {
    const zip = craftedZip(validEntries, commit);
    const spec = await start(zip.subarray(0, zip.length - 10));
    expect(await rejectionMessage(createDownloads(folder, spec).download('set'))).toMatch(
      /^The set from 127\.0\.0\.1: archive\.zip: expected an archive of commit .+; nothing was kept$/u,
    );
    expect(await listFiles(folder)).toEqual([]);
    server.always = { bytes: zip };
    await createDownloads(folder, spec).download('set');
  });
});

describe('datasetSpecs', () => {
  test('have unique ids and https addresses of a fixed commit', () => {
    expect(new Set(datasetSpecs.map(({ id }) => id)).size).toBe(datasetSpecs.length);
    for (const { homepage, files, archive: tasks, result } of datasetSpecs) {
      expect(homepage).toMatch(/^https:\/\/(huggingface\.co|github\.com)\//u);
      expect(tasks !== undefined).toBe(result === 'task files');
      for (const { url, sha256 } of files) {
        expect(url.startsWith('https://')).toBe(true);
        expect(url).toMatch(/[/][0-9a-f]{40}(\/|\.zip$)/u);
        expect(tasks ? sha256 : /^[0-9a-f]{64}$/u.test(sha256 ?? '')).toBe(tasks ? null : true);
      }
    }
  });
});
