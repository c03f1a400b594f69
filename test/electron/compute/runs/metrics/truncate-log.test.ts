/** A log shortened to a checkpoint: which lines stay, damaged and very large files, and the file itself. */
import { execFileSync } from 'node:child_process';
import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendLines, type MetricsLine } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { truncateAfter } from '../../../../../electron/compute/runs/metrics/truncate-log';
import { freshFolder } from '../../opened-service';
import { readAllLines, sampleLine, stepLine } from './log-lines';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await freshFolder();
  file = join(folder, 'metrics.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const evaluatedAt = (at: number, isFinal = false): MetricsLine => ({
  type: 'evaluated',
  step: at,
  seconds: at,
  exactAccuracy: 0.5,
  accuracy: 0.5,
  ruleAccuracy: 0.5,
  count: 2,
  interval: [0, 1],
  isFinal,
  samples: null,
});

const history = [
  stepLine(1),
  stepLine(2),
  evaluatedAt(2),
  sampleLine(2),
  stepLine(3),
  stepLine(4),
  evaluatedAt(4),
  sampleLine(4),
];
const truncated = async (content: readonly MetricsLine[], at: { step: number; isEvalPending: boolean }) => {
  await appendLines(file, content);
  await truncateAfter(file, at);
  return readAllLines(file);
};

const damageOf = async (at: { step: number; isEvalPending: boolean }) => (await truncateAfter(file, at)).damage;

describe('truncateAfter', () => {
  test.each([
    [2, 4],
    [3, 5],
    [0, 0],
  ])('removes everything after step %i', async (at, count) => {
    expect(await truncated(history, { step: at, isEvalPending: false })).toEqual(history.slice(0, count));
  });

  test.each([
    [4, 6],
    [2, 2],
  ])('removes the evaluation of step %i that is pending', async (at, count) => {
    expect(await truncated(history, { step: at, isEvalPending: true })).toEqual(history.slice(0, count));
  });

  test('removes the final evaluation of a run that had ended', async () => {
    const ended = [...history.slice(0, 5), evaluatedAt(3, true), sampleLine(3)];
    expect(await truncated(ended, { step: 3, isEvalPending: false })).toEqual(history.slice(0, 5));
  });

  test('what is appended next is read, wherever lines are damaged', async () => {
    await appendLines(file, history);
    const text = await readFile(file, 'utf8');
    const place = fc.nat(text.length - 1);
    await fc.assert(
      fc.asyncProperty(place, place, fc.integer({ min: 1, max: 4 }), async (damaged, length, at) => {
        const torn = `${text.slice(0, damaged)}#${text.slice(damaged + 1)}`.slice(0, length);
        await writeFile(file, torn);
        const expected = (await readAllLines(file)).filter((line) => line.step <= at);
        await truncateAfter(file, { step: at, isEvalPending: false });
        await appendLines(file, [stepLine(5)]);
        expect(await readAllLines(file)).toEqual([...expected, stepLine(5)]);
      }),
      { numRuns: 100 },
    );
  });

  test('damaged lines before a line that is kept stay, and are counted with the steps that are missing', async () => {
    await appendLines(file, [stepLine(1)]);
    await appendFile(file, 'damaged\n\0\n');
    await appendLines(file, [stepLine(4), stepLine(5)]);
    await appendFile(file, 'after the checkpoint\n');
    await appendLines(file, [stepLine(6)]);
    expect(await damageOf({ step: 5, isEvalPending: false })).toEqual({ lines: 2, missingSteps: 2, areOthers: false });
    expect((await readFile(file, 'utf8')).split('\n').slice(1, 3)).toEqual(['damaged', '\0']);
    expect(await readAllLines(file)).toEqual([stepLine(1), stepLine(4), stepLine(5)]);
    expect(await damageOf({ step: 5, isEvalPending: false })).toEqual({ lines: 2, missingSteps: 2, areOthers: false });
  });

  test('a whole log is not damaged, also one that is cut within a line after the checkpoint', async () => {
    const none = { lines: 0, missingSteps: 0, areOthers: false };
    await appendLines(file, history);
    expect(await damageOf({ step: 4, isEvalPending: false })).toEqual(none);
    await truncate(file, (await stat(file)).size - 20);
    expect(await damageOf({ step: 3, isEvalPending: false })).toEqual(none);
    expect(await damageOf({ step: 0, isEvalPending: false })).toEqual(none);
  });

  test('all steps of a log that was lost are missing', async () => {
    expect(await damageOf({ step: 20, isEvalPending: false })).toEqual({
      lines: 0,
      missingSteps: 20,
      areOthers: false,
    });
  });

  test.skipIf(process.platform === 'win32')('a pipe in place of the log is refused', async () => {
    execFileSync('mkfifo', [file]);
    await expect(truncateAfter(file, { step: 1, isEvalPending: false })).rejects.toThrow(
      'metrics.jsonl is not a regular file',
    );
  });

  test('keeps the file where nothing is removed, else replaces it', async () => {
    await appendLines(file, history);
    const { ino } = await stat(file);
    await truncateAfter(file, { step: 4, isEvalPending: false });
    expect((await stat(file)).ino).toBe(ino);
    await truncateAfter(file, { step: 3, isEvalPending: false });
    expect((await stat(file)).ino).not.toBe(ino);
  });

  test('ends a last line that has no line feed', async () => {
    await writeFile(file, JSON.stringify(stepLine(1)));
    await truncateAfter(file, { step: 1, isEvalPending: false });
    await appendLines(file, [stepLine(2)]);
    expect(await readAllLines(file)).toEqual([stepLine(1), stepLine(2)]);
  });

  test('creates no file where there is none', async () => {
    await truncateAfter(file, { step: 1, isEvalPending: false });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test('a log of several chunks is cut at the step', async () => {
    const steps = Array.from({ length: 40_000 }, (_, index) => stepLine(index + 1));
    expect(await truncated(steps, { step: 31_234, isEvalPending: false })).toEqual(steps.slice(0, 31_234));
  });

  test('a log longer than the longest string keeps its lines', async () => {
    await appendLines(file, history);
    // A power cut may leave zeros; the file is sparse.
    await truncate(file, 600 * 2 ** 20);
    await appendFile(file, '\n');
    await appendLines(file, [stepLine(5)]);
    await truncateAfter(file, { step: 4, isEvalPending: false });
    expect(await readAllLines(file)).toEqual(history);
    expect((await stat(file)).size).toBeLessThan(10_000);
  }, 30_000);
});
