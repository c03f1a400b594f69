import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendLines } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { freshFolder } from '../../opened-service';
import { readAllLines, sampleLine, stepLine } from './log-lines';

describe('readLines and appendLines', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await freshFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const lines = [stepLine(1), stepLine(2), sampleLine(2), stepLine(3)];

  test('lines are read as appended', async () => {
    const file = join(folder, 'appended.jsonl');
    await appendLines(file, lines.slice(0, 1));
    await appendLines(file, lines.slice(1));
    expect(await readAllLines(file)).toEqual(lines);
  });

  test('a log that does not exist yet is empty', async () => {
    expect(await readAllLines(join(folder, 'none.jsonl'))).toEqual([]);
  });

  test('a file truncated anywhere gives all complete lines', async () => {
    const file = join(folder, 'torn.jsonl');
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (length) => {
        await writeFile(file, text.slice(0, length));
        const read = await readAllLines(file);
        expect(read).toEqual(lines.slice(0, read.length));
        expect(read.length).toBeGreaterThanOrEqual(text.slice(0, length).split('\n').length - 1);
      }),
      { numRuns: 40 },
    );
  });

  test('damaged lines are skipped, valid ones after them are read', async () => {
    const file = join(folder, 'damaged.jsonl');
    const damaged = ['null', '{"type":"step"}', '\0\0\0', '{"type":"other","step":1}', '[]'];
    await writeFile(file, [JSON.stringify(stepLine(1)), ...damaged, JSON.stringify(stepLine(2)), ''].join('\n'));
    expect(await readAllLines(file)).toEqual([stepLine(1), stepLine(2)]);
  });

  test('a line of zeros of any length is skipped, lines after it are read', async () => {
    const file = join(folder, 'zeros.jsonl');
    await appendLines(file, [stepLine(1)]);
    await truncate(file, 40 * 2 ** 20);
    await writeFile(file, '\n', { flag: 'a' });
    await appendLines(file, [stepLine(2)]);
    expect(await readAllLines(file)).toEqual([stepLine(1), stepLine(2)]);
  });
});
