import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../../datasets/formats/format-error';
import { NpyWriter } from '../../../datasets/formats/npy';
import type { NpyType } from '../../../datasets/formats/npy';
import { ReferenceSplit } from '../../../datasets/formats/reference-folder';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';

let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'ratings-'))));
afterAll(() => rm(scratch, { recursive: true }));

const example = { inputs: Uint8Array.of(1, 2), labels: Uint8Array.of(2, 2) };
const rated = (rating?: number): RatedPuzzle => (rating === undefined ? example : { ...example, rating });
let folders = 0;

async function write(ratings: readonly (number | undefined)[]): Promise<string> {
  const path = join(scratch, `set-${folders++}`);
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
  test('come back as they were, known or not', async () => {
    const rating = fc.option(fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1)), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(rating, { minLength: 3, maxLength: 6 }), async (ratings) => {
        expect(await read(await write(ratings))).toEqual(ratings);
      }),
      { numRuns: 25 },
    );
  });

  test('stand beside the arrays of the reference, and only where there are any', async () => {
    const [without, some] = [await write([undefined, undefined, undefined]), await write([undefined, undefined, 5])];
    const files = (await readdir(join(without, 'train'))).sort();
    expect(files).not.toContain('all__ratings.npy');
    expect((await readdir(join(some, 'train'))).sort()).toEqual([...files, 'all__ratings.npy'].sort());
  });

  test.each([-1, 1.5, 2 ** 31, NaN])('%s is refused, and nothing is written', async (rating) => {
    const path = join(scratch, `set-${folders}`);
    await expect(write([3, rating, 3])).rejects.toThrow(
      `example 1: expected a rating from 0 to 2147483647, came ${rating}`,
    );
    expect((await readdir(scratch)).filter((name) => path.endsWith(name.split('.')[0]!))).toEqual([]);
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
      message: 'expected numbers of type <i4, found <i8',
    },
    { flaw: 'in rows', make: array('<i4', 1, [[1], [2], [3]]), message: 'expected 1 dimension, found 2' },
    {
      flaw: 'below -1',
      make: array('<i4', null, [[1], [-1], [-2]]),
      message: 'row 2: expected a rating, or -1 for none, found -2',
    },
    {
      flaw: 'of no format',
      make: (path: string) => writeFile(path, 'ratings'),
      message: 'expected a NumPy array file',
    },
    {
      flaw: 'behind a link',
      make: (path: string) => symlink('all__inputs.npy', path),
      message: 'expected a plain file, found a link',
    },
  ])('$flaw are refused by name', async ({ make, message }) => {
    const copy = join(scratch, `set-${folders++}`);
    await cp(await write([undefined, undefined, undefined]), copy, { recursive: true });
    await make(join(copy, 'train', 'all__ratings.npy'));
    await expect(read(copy)).rejects.toThrow(FormatError);
    await expect(read(copy)).rejects.toThrow(`train/all__ratings.npy`);
    await expect(read(copy)).rejects.toThrow(message);
  });
});
