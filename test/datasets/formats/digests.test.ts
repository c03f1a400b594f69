/** Any change of a dataset folder is noticed before a puzzle is used. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyDigest, verifyDigests, writeDigests } from '../../../datasets/formats/digests';
import { FormatError } from '../../../datasets/formats/format-error';
import { loadDataset, openBrowser } from '../../../datasets/formats/open-dataset';
import { openSource } from '../../../datasets/formats/puzzle-source';
import { getKind } from '../../../datasets/kinds/registry';
import { generateDataset } from '../../../electron/compute/datasets/write-dataset';
import { Job } from '../../../electron/compute/job';

let folder: string;
let whole: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digests-'));
  whole = join(folder, 'whole');
  const plan = { kind: getKind('queens-5'), count: 6, heldOut: 0.34, seed: 1 };
  await generateDataset({ ...plan, out: whole }, new Job());
});
afterAll(() => rm(folder, { recursive: true }));

let copies = 0;
async function copy(): Promise<string> {
  const path = join(folder, `copy-${copies++}`);
  await cp(whole, path, { recursive: true });
  return path;
}

const files = [
  'source.json',
  'identifiers.json',
  ...['train', 'test'].flatMap((split) =>
    [
      'dataset.json',
      ...['inputs', 'labels', 'puzzle_indices', 'group_indices', 'ratings'].map((name) => `all__${name}.npy`),
    ].map((name) => `${split}/${name}`),
  ),
];

async function change(path: string, file: string, edit: (bytes: Buffer) => Uint8Array): Promise<void> {
  await writeFile(join(path, file), edit(await readFile(join(path, file))));
}

async function readAll(path: string): Promise<number> {
  const puzzles: unknown[] = [];
  const source = await openSource(path);
  for (const split of ['train', 'test'] as const) for await (const puzzle of source.read(split)) puzzles.push(puzzle);
  return puzzles.length;
}

test('a folder that the lab has written is whole', async () => {
  await verifyDigests(whole);
  expect(await readAll(whole)).toBe(6);
});

/** Where a share of a file lies, so that a run finds a place in files of any length. */
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const damages = fc.oneof(
  fc.record({ type: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
  fc.record({ type: fc.constant('zeros' as const), at: share, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ type: fc.constant('cut' as const), at: share }),
  fc.record({ type: fc.constant('digit' as const), at: share, digit: fc.nat(9) }),
);

function damaged(bytes: Buffer, damage: typeof damages extends fc.Arbitrary<infer Damage> ? Damage : never): Buffer {
  const at = Math.floor(damage.at * bytes.length);
  const changed = Buffer.from(bytes);
  if (damage.type === 'cut') return changed.subarray(0, at);
  if (damage.type === 'flip') changed[at]! ^= 1 << damage.bit;
  if (damage.type === 'zeros') changed.fill(0, at, Math.min(bytes.length, at + damage.length));
  const digit = bytes.findIndex((byte, index) => index >= at && byte >= 48 && byte <= 57);
  if (damage.type === 'digit' && digit >= 0) changed[digit] = 48 + damage.digit;
  return changed;
}

test('every change of a file is refused by name, however the puzzles are read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damages, async (file, damage) => {
      const bytes = await readFile(join(whole, file));
      const content = damaged(bytes, damage);
      fc.pre(!content.equals(bytes));
      const path = await copy();
      await change(path, file, () => content);
      const split = file.startsWith('train') ? 'train' : 'test';
      for (const read of [
        () => loadDataset(path),
        () => openBrowser({ dataset: 'any', split, path }),
        () => readAll(path),
      ]) {
        const error: unknown = await read().then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(FormatError);
        expect((error as FormatError).message).toContain(file);
      }
      await rm(path, { recursive: true });
    }),
    { numRuns: 25 },
  );
});

describe('the error', () => {
  test('says what to do', async () => {
    const path = await copy();
    await change(path, 'train/all__labels.npy', (bytes) => damaged(bytes, { type: 'flip', at: 0.99, bit: 1 }));
    await expect(loadDataset(path)).rejects.toThrow(
      'train/all__labels.npy: expected content that matches its checksum in digests.json, found other content (generate or import the dataset again; to use it as it is, delete digests.json in its folder)',
    );
    await rm(join(path, 'digests.json'));
    expect(await readAll(path)).toBe(6);
  });

  test('names a file that is missing, and one that is not a file', async () => {
    const path = await copy();
    await rm(join(path, 'test', 'all__ratings.npy'));
    await expect(verifyDigests(path)).rejects.toThrow('test/all__ratings.npy: expected content that matches');
    await mkdir(join(path, 'test', 'all__ratings.npy'));
    await expect(verifyDigests(path)).rejects.toThrow('found no file with this name');
  });

  test.skipIf(process.platform === 'win32')('names a link', async () => {
    const path = await copy();
    await rename(join(path, 'source.json'), join(folder, 'elsewhere.json'));
    await symlink(join(folder, 'elsewhere.json'), join(path, 'source.json'));
    await expect(verifyDigests(path)).rejects.toThrow('source.json');
  });

  test('names damaged digests', async () => {
    const path = await copy();
    await change(path, 'digests.json', (bytes) => bytes.subarray(0, -9));
    await expect(loadDataset(path)).rejects.toThrow('digests.json: expected JSON');
  });
});

test('no path leads out of the folder', async () => {
  const path = await copy();
  for (const outside of ['../secret', '/etc/passwd', 'train/../../secret', 'C:\\secret']) {
    await writeFile(join(path, 'digests.json'), JSON.stringify({ [outside]: '0'.repeat(64) }));
    await expect(verifyDigests(path)).rejects.toThrow('digests.json');
  }
});

test('a folder of another program has no digests and is read', async () => {
  const path = await copy();
  await rm(join(path, 'digests.json'));
  await rm(join(path, 'source.json'));
  await verifyDigests(path);
  expect((await loadDataset(path)).train).toHaveLength(4);
});

test('files of other names do not matter', async () => {
  const path = await copy();
  await writeFile(join(path, 'notes.txt'), 'mine');
  await verifyDigests(path);
});

test('a file is hashed once, and again when it has changed', async () => {
  const path = await copy();
  const file = join(path, 'train', 'all__inputs.npy');
  const time = new Date('2026-01-01T00:00:00Z');
  await utimes(file, time, time);
  await verifyDigests(path);
  // The same size, time and inode: the file is not read again.
  await change(path, 'train/all__inputs.npy', (bytes) => damaged(bytes, { type: 'flip', at: 0.99, bit: 0 }));
  await utimes(file, time, time);
  await verifyDigests(path);
  await utimes(file, time, new Date());
  await expect(verifyDigests(path)).rejects.toThrow('train/all__inputs.npy');
  await verifyDigest(path, 'source.json');
});

test('a large file is hashed in slices, between which the thread serves others', async () => {
  const path = join(folder, 'large');
  await mkdir(path);
  await writeFile(join(path, 'large.npy'), Buffer.alloc(48 << 20, 7));
  await writeDigests(path);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await verifyDigests(path);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});
