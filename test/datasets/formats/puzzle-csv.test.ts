import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNewFile as writeWhole } from '../../../datasets/formats/atomic-write';
import { FormatError } from '../../../datasets/formats/format-error';
import { formatPuzzleCsv, readPuzzleCsv, type CsvPuzzle } from '../../../datasets/formats/puzzle-csv';
import { fuzzRuns } from './fuzz';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'csv-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array): Promise<CsvPuzzle[]> {
  const path = join(folder, 'p.csv');
  await rm(path, { force: true });
  await writeFile(path, text);
  const puzzles: CsvPuzzle[] = [];
  for await (const puzzle of readPuzzleCsv({ path, name: basename(path) })) puzzles.push(puzzle);
  return puzzles;
}

describe('readPuzzleCsv and formatPuzzleCsv', () => {
  test('reads columns in any order, CRLF, quotes and a byte order mark, with line numbers', async () => {
    expect(await read('\ufeffanswer,question\r\n12,1.\r\n"34","3."\r\n')).toEqual([
      { line: 2, source: '', question: '1.', answer: '12', rating: '' },
      { line: 3, source: '', question: '3.', answer: '34', rating: '' },
    ]);
  });

  test.each([
    ['commas without an end', `question,answer\n${','.repeat(2_000_000)}`],
    ['a value without an end', `question,answer\n${'1'.repeat(2_000_000)}`],
    ['a quoted value without an end', `question,answer\n"${'1\n'.repeat(1_000_000)}`],
  ])('refuses %s', async (_, text) => {
    const error = await read(text).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message.length).toBeLessThan(300);
  });

  test('refuses a pipe, whose reading would never end', async () => {
    const path = join(folder, 'pipe.csv');
    execFileSync('mkfifo', [path]);
    await expect(readPuzzleCsv({ path, name: basename(path) }).next()).rejects.toThrow(
      'pipe.csv: expected a file, found something that is not a file',
    );
  });

  test('reads back any written values', async () => {
    const value = fc.string({ maxLength: 30 }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ source: value, question: value, answer: value, rating: value }), { maxLength: 5 }),
        async (puzzles) => {
          const path = join(folder, 'written.csv');
          await rm(path, { force: true });
          await writeWhole(path, formatPuzzleCsv(puzzles));
          const back = await read(await readFile(path));
          expect(back.map(({ source, question, answer, rating }) => ({ source, question, answer, rating }))).toEqual(
            puzzles,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    ['an empty file', '', 'p.csv: expected a line of column names, found an empty file'],
    [
      'no column of puzzles',
      'id,name\n1,Easy\n',
      'p.csv, line 1: expected a column of puzzles, with a name such as question or puzzle, found "id,name"',
    ],
    ['a missing value', 'question,answer\n1,2\n1\n', 'p.csv, line 3: expected 2 values, found 1'],
    ['a value too many', 'question,answer\n1,2,3\n', 'p.csv, line 2: expected 2 values, found 3'],
    ['a zero byte', 'question,answer\n1\0,2\n', 'p.csv, line 2: expected text, found a zero byte'],
    ['an open quote', 'question,answer\n"1,2\n', 'p.csv: expected comma-separated values, found'],
    ['a long line', `question,answer\n${'1'.repeat(3 << 20)},2\n`, 'p.csv: expected at most 1,048,576 bytes in a line'],
  ])('rejects %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(FormatError);
    await expect(read(text)).rejects.toThrow(message);
  });

  test('reads any bytes or throws FormatError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const text = Buffer.concat([Buffer.from('question,answer\n'), bytes]);
        await read(text).catch((reason) => expect(reason).toBeInstanceOf(FormatError));
      }),
      { numRuns: fuzzRuns(60) },
    );
  });

  test('never overwrites a file, and leaves nothing after a failed write', async () => {
    const path = join(folder, 'kept.csv');
    await writeWhole(path, ['kept']);
    await expect(writeWhole(path, ['other'])).rejects.toThrow('already exists');
    const failing = function* () {
      yield 'half';
      throw new Error('no more');
    };
    await expect(writeWhole(join(folder, 'half.csv'), failing())).rejects.toThrow('no more');
    expect(await readFile(path, 'utf8')).toBe('kept');
    await expect(readFile(join(folder, 'half.csv'))).rejects.toThrow('ENOENT');
  });
});
