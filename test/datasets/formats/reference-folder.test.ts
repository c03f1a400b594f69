import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../../datasets/formats/format-error';
import type { NpyType } from '../../../datasets/formats/npy';
import { NpyWriter } from '../../../datasets/formats/npy';
import { ReferenceSplit } from '../../../datasets/formats/reference-folder';
import type { WrittenGroup } from '../../../datasets/formats/reference-writer';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { fuzzRuns } from './fuzz';

let scratch = '';
let good = '';
const example = (seed: number) => ({
  inputs: Uint8Array.from({ length: 4 }, (_, i) => 1 + ((seed + i) % 3)),
  labels: Uint8Array.of(2, 3, 2, 0),
});
const groups: WrittenGroup[] = [
  [
    { identifier: 1, examples: [example(0), example(1)] },
    { identifier: 2, examples: [example(2)] },
  ],
  [{ identifier: 3, examples: [example(3), example(4), example(5)] }],
];
const split = { seqLen: 4, vocabSize: 4, groups };

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'folder-'));
  good = join(scratch, 'good');
  await writeReferenceFolder(good, { identifiers: ['<blank>', 'a', 'b', 'c'], train: split });
});
afterAll(() => rm(scratch, { recursive: true }));

/** Reads every group, puzzle and example of the training split; returns the number of examples. */
async function readAll(folder: string): Promise<number> {
  const reading = await ReferenceSplit.open(folder, 'train');
  try {
    for (let group = 0; group < reading.groups; group++) {
      const [from, to] = await reading.puzzleRange(group);
      for (let puzzle = from; puzzle < to; puzzle++) await reading.read(...(await reading.exampleRange(puzzle)));
    }
    return (await reading.read(0, reading.examples)).length;
  } finally {
    await reading.close();
  }
}

async function changedCopy(change: (train: string) => Promise<void>): Promise<string> {
  const copy = await mkdtemp(join(scratch, 'copy-'));
  await cp(good, copy, { recursive: true });
  await change(join(copy, 'train'));
  return copy;
}

describe('a reference folder', () => {
  test('returns groups, puzzles, examples and identifiers', async () => {
    const reading = await ReferenceSplit.open(good, 'train');
    expect([reading.groups, reading.puzzles, reading.examples]).toEqual([2, 3, 6]);
    expect(await reading.puzzleRange(1)).toEqual([2, 3]);
    expect(await reading.exampleRange(0)).toEqual([0, 2]);
    expect((await reading.read(1, 5)).map(({ identifier }) => identifier)).toEqual([1, 2, 3, 3]);
    expect((await reading.read(4, 5))[0]).toEqual({ ...example(4), identifier: 3 });
    await reading.close();
  });

  test('is written completely or not at all, and never overwrites another', async () => {
    const failing = function* (): Generator<WrittenGroup> {
      yield groups[0]!;
      throw new Error('no more puzzles');
    };
    const path = join(scratch, 'half');
    await expect(
      writeReferenceFolder(path, { identifiers: ['<blank>'], train: { ...split, groups: failing() } }),
    ).rejects.toThrow('no more puzzles');
    expect((await readdir(scratch)).filter((name) => name.startsWith('half'))).toEqual([]);
    await expect(writeReferenceFolder(good, { identifiers: ['<blank>'], train: split })).rejects.toThrow(
      'already exists',
    );
    expect(await readAll(good)).toBe(6);
  });

  test('leaves nothing when writing is aborted', async () => {
    const control = new AbortController();
    const onExample = (written: number) => written === 3 && control.abort();
    const path = join(scratch, 'off');
    await expect(
      writeReferenceFolder(path, { identifiers: ['<blank>'], train: split, onExample, signal: control.signal }),
    ).rejects.toThrow(/abort/iu);
    expect((await readdir(scratch)).filter((name) => name.startsWith('off'))).toEqual([]);
  });

  test.each([
    {
      flaw: 'a missing array',
      change: (train: string) => rm(join(train, 'all__labels.npy')),
      message: 'train/all__labels.npy: expected a file, found no file with this name',
    },
    {
      flaw: 'a missing dataset.json',
      change: (train: string) => rm(join(train, 'dataset.json')),
      message: 'dataset.json: expected a file, found no file with this name',
    },
    {
      flaw: 'a dataset.json that is not JSON',
      change: (train: string) => writeFile(join(train, 'dataset.json'), '{'),
      message: 'dataset.json: expected JSON',
    },
    {
      flaw: 'a set name that is a path',
      change: (train: string) => edit(train, 'all', '../../all'),
      message: 'dataset.json, sets.0: expected a different value',
    },
    {
      flaw: 'another length of rows',
      change: (train: string) => edit(train, '"seq_len": 4', '"seq_len": 5'),
      message: 'train/all__inputs.npy: expected 5 numbers in a row, found 4',
    },
    {
      flaw: 'a token too large',
      change: (train: string) => edit(train, '"vocab_size": 4', '"vocab_size": 3'),
      message: 'row 0, cell 2: expected a token below 3, found 3',
    },
    {
      flaw: 'an identifier too large',
      change: (train: string) => edit(train, '"num_puzzle_identifiers": 4', '"num_puzzle_identifiers": 3'),
      message: 'row 2: expected an identifier below 3, found 3',
    },
    { flaw: 'a linked folder', change: relink, message: 'expected a regular file, found a symbolic link' },
  ])('with $flaw is rejected with the file name', async ({ change, message }) => {
    const folder = await changedCopy(change);
    await expect(readAll(folder)).rejects.toThrow(FormatError);
    await expect(readAll(folder)).rejects.toThrow(message);
  });

  test('with any bytes changed is read or rejected with a FormatError', async () => {
    const names = await readdir(join(good, 'train'));
    const originals = new Map<string, Buffer>();
    for (const name of names) originals.set(name, await readFile(join(good, 'train', name)));
    const copy = await changedCopy(() => Promise.resolve());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 }),
        fc.option(fc.nat(200)),
        async (name, changes, cut) => {
          const bytes = Buffer.from(originals.get(name) ?? []);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          await writeFile(join(copy, 'train', name), bytes.subarray(0, cut ?? bytes.length));
          try {
            await readAll(copy);
          } catch (reason) {
            expect(reason).toBeInstanceOf(FormatError);
            expect((reason as Error).message).not.toMatch(/\n/u);
          }
          await writeFile(join(copy, 'train', name), originals.get(name) ?? '');
        },
      ),
      { numRuns: fuzzRuns(300) },
    );
  });
});

async function edit(train: string, from: string, to: string): Promise<void> {
  const path = join(train, 'dataset.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

async function relink(train: string): Promise<void> {
  await mkdir(join(train, 'elsewhere'));
  await cp(join(train, 'all__inputs.npy'), join(train, 'elsewhere', 'x.npy'));
  await rm(join(train, 'all__inputs.npy'));
  await symlink(join(train, 'elsewhere', 'x.npy'), join(train, 'all__inputs.npy'));
}

let ratingsFolder = '';
beforeAll(async () => void (ratingsFolder = await mkdtemp(join(tmpdir(), 'ratings-'))));
afterAll(() => rm(ratingsFolder, { recursive: true }));

const unrated = { inputs: Uint8Array.of(1, 2), labels: Uint8Array.of(2, 2) };
const rated = (rating?: number): RatedPuzzle => (rating === undefined ? unrated : { ...unrated, rating });
let folders = 0;

async function write(ratings: readonly (number | undefined)[]): Promise<string> {
  const path = join(ratingsFolder, `set-${folders++}`);
  const groups = [
    [{ identifier: 0, examples: ratings.slice(0, 2).map(rated) }],
    [{ identifier: 0, examples: ratings.slice(2).map(rated) }],
  ];
  await writeReferenceFolder(path, { identifiers: ['<blank>'], train: { seqLen: 2, vocabSize: 3, groups } });
  return path;
}

async function read(folder: string): Promise<(number | undefined)[]> {
  const split = await ReferenceSplit.open(folder, 'train');
  try {
    return (await split.read(0, split.examples)).map(({ rating }) => rating);
  } finally {
    await split.close();
  }
}

describe('ratings in a reference folder', () => {
  test('are read back as written, known or not', async () => {
    const rating = fc.option(fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1)), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(rating, { minLength: 3, maxLength: 6 }), async (ratings) => {
        expect(await read(await write(ratings))).toEqual(ratings);
      }),
      { numRuns: 25 },
    );
  });

  test('are stored in an extra array only if any rating is known', async () => {
    const [without, some] = [await write([undefined, undefined, undefined]), await write([undefined, undefined, 5])];
    const files = (await readdir(join(without, 'train'))).sort();
    expect(files).not.toContain('all__ratings.npy');
    expect((await readdir(join(some, 'train'))).sort()).toEqual([...files, 'all__ratings.npy'].sort());
  });

  test('with fractions are stored as 64-bit numbers', async () => {
    const ratings = [0.5, undefined, 1.2];
    const folder = await write(ratings);
    expect(await read(folder)).toEqual(ratings);
    const header = (await readFile(join(folder, 'train', 'all__ratings.npy'))).subarray(0, 128).toString('latin1');
    expect(header).toContain("'descr': '<f8'");
  });

  test.each([-1, 2 ** 31, NaN])('%s is rejected, and nothing is written', async (rating) => {
    const path = join(ratingsFolder, `set-${folders}`);
    await expect(write([3, rating, 3])).rejects.toThrow(`example 1: rating must be 0–2147483647, got ${rating}`);
    expect((await readdir(ratingsFolder)).filter((name) => path.endsWith(name.split('.')[0]!))).toEqual([]);
  });

  const array = (type: NpyType, width: number | null, rows: readonly number[][]) => async (path: string) => {
    const writer = await NpyWriter.create(path, type, width);
    for (const row of rows) await writer.append(row);
    await writer.finish();
  };

  test.each([
    {
      flaw: 'too few',
      make: array('<i4', null, [[1], [2]]),
      message: 'expected 3 ratings, one for each row of the inputs, found 2',
    },
    {
      flaw: 'of another type',
      make: array('<i8', null, [[1], [2], [3]]),
      message: 'expected numbers of type <i4, <f8, found <i8',
    },
    { flaw: 'in rows', make: array('<i4', 1, [[1], [2], [3]]), message: 'expected 1 dimension, found 2' },
    {
      flaw: 'below -1',
      make: array('<i4', null, [[1], [-1], [-2]]),
      message: 'row 2: expected a rating, or -1 for none, found -2',
    },
    {
      flaw: 'not a NumPy file',
      make: (path: string) => writeFile(path, 'ratings'),
      message: 'expected a NumPy array file',
    },
    {
      flaw: 'behind a link',
      make: (path: string) => symlink('all__inputs.npy', path),
      message: 'expected a regular file, found a symbolic link',
    },
  ])('$flaw are rejected with the file name', async ({ make, message }) => {
    const copy = join(ratingsFolder, `set-${folders++}`);
    await cp(await write([undefined, undefined, undefined]), copy, { recursive: true });
    await make(join(copy, 'train', 'all__ratings.npy'));
    await expect(read(copy)).rejects.toThrow(FormatError);
    await expect(read(copy)).rejects.toThrow(`train/all__ratings.npy`);
    await expect(read(copy)).rejects.toThrow(message);
  });
});
