import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetricsLine } from '../../../../electron/compute/runs/metrics-log';
import { appendLines, truncateAfter, readLines } from '../../../../electron/compute/runs/metrics-log';
import { freshFolder } from '../opened-service';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const step = (number: number): MetricsLine => ({
  type: 'step',
  step: number,
  seconds: number / 10,
  lmLoss: 1 / number,
  qHaltLoss: 0.1,
  accuracy: 0.5,
  exactAccuracy: null,
  steps: 2,
  learningRate: 1e-4,
  gradientNorm: 1,
});
const look = (number: number): MetricsLine => ({
  type: 'sample',
  step: number,
  samples: [{ address: 'd/test/0', inputs: [1], labels: [2], answer: [2], confidence: [1] }],
});
const lines = [step(1), step(2), look(2), step(3)];

test('lines are read as they were appended', async () => {
  const file = join(folder, 'appended.jsonl');
  await appendLines(file, lines.slice(0, 1));
  await appendLines(file, lines.slice(1));
  expect(await readLines(file)).toEqual(lines);
});

test('a log that does not exist yet is empty', async () => {
  expect(await readLines(join(folder, 'none.jsonl'))).toEqual([]);
});

test('wherever the file was torn, every whole line before is kept and nothing else comes out', async () => {
  const file = join(folder, 'torn.jsonl');
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), async (length) => {
      await writeFile(file, text.slice(0, length));
      const read = await readLines(file);
      expect(read).toEqual(lines.slice(0, read.length));
      expect(read.length).toBeGreaterThanOrEqual(text.slice(0, length).split('\n').length - 1);
    }),
    { numRuns: 40 },
  );
});

test('damaged lines are left out, the sound ones after them kept', async () => {
  const file = join(folder, 'damaged.jsonl');
  const damaged = ['null', '{"type":"step"}', '\0\0\0', '{"type":"other","step":1}', '[]'];
  await writeFile(file, [JSON.stringify(step(1)), ...damaged, JSON.stringify(step(2)), ''].join('\n'));
  expect(await readLines(file)).toEqual([step(1), step(2)]);
});

const measured = (at: number, isFinal = false): MetricsLine => ({
  type: 'evaluated',
  step: at,
  seconds: at,
  exactAccuracy: 0.5,
  accuracy: 0.5,
  ruleAccuracy: 0.5,
  count: 2,
  interval: [0, 1],
  isFinal,
});
const shown = (at: number): MetricsLine => ({ type: 'sample', step: at, samples: [] });

describe('cutting after a checkpoint', () => {
  const history = [step(1), step(2), measured(2), shown(2), step(3), step(4), measured(4), shown(4)];
  const cut = async (content: readonly MetricsLine[], at: { step: number; isEvalPending: boolean }) => {
    const file = join(folder, `cut-${Math.random()}.jsonl`);
    await appendLines(file, content);
    await truncateAfter(file, at);
    return readLines(file);
  };

  test('forgets everything later and keeps the rest', async () => {
    expect(await cut(history, { step: 2, isEvalPending: false })).toEqual(history.slice(0, 4));
    expect(await cut(history, { step: 3, isEvalPending: false })).toEqual(history.slice(0, 5));
  });

  test('forgets a look that is to be taken again', async () => {
    expect(await cut(history, { step: 4, isEvalPending: true })).toEqual(history.slice(0, 6));
    expect(await cut(history, { step: 2, isEvalPending: true })).toEqual(history.slice(0, 2));
  });

  test('forgets the last measurement of a run that had ended, which another would not have made', async () => {
    expect(await cut([...history.slice(0, 5), measured(3, true), shown(3)], { step: 3, isEvalPending: false })).toEqual(
      history.slice(0, 5),
    );
  });
});
