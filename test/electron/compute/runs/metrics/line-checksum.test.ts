/** Every flipped bit of a metrics log is noticed: the line is skipped and counted, all others are read. */
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogDigest, type ExpectedLog } from '../../../../../electron/compute/runs/metrics/log-digest';
import { createLine, openLine } from '../../../../../electron/compute/runs/metrics/line-checksum';
import {
  appendLines,
  DamageCount,
  readLines,
  type MetricsLine,
} from '../../../../../electron/compute/runs/metrics/metrics-log';
import { readHistory } from '../../../../../electron/compute/runs/metrics/read-history';
import { truncateAfter } from '../../../../../electron/compute/runs/metrics/truncate-log';
import { freshFolder } from '../../opened-service';
import { sampleLine, stepLine } from './log-lines';

let folder: string;
beforeAll(async () => void (folder = await freshFolder()));
afterAll(() => rm(folder, { recursive: true }));

describe('a line', () => {
  test('has the CRC-32 of what follows it', () => {
    expect(createLine({ type: 'diverged', step: 1, tensor: 'x' }).text).toBe(
      `{"crc32":"${crc32('"type":"diverged","step":1,"tensor":"x"}').toString(16)}","type":"diverged","step":1,"tensor":"x"}`,
    );
  });

  test('is read back, with any text in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (tensor) => {
        const line = { type: 'diverged', step: 3, tensor };
        expect(JSON.parse(openLine(Buffer.from(createLine(line).text)) ?? 'null')).toEqual(line);
      }),
    );
  });

  test('of an earlier version has no checksum', () => {
    expect(openLine(Buffer.from('{"type":"step","step":1}'))).toBe('{"type":"step","step":1}');
  });

  test.each(['', '{', '{"crc32":"', '{"crc32":"0', '{"crc32":"00000000",', '{"other":1}', '[]', ' {"type":"step"}'])(
    'that begins otherwise is damaged: %s',
    (text) => expect(openLine(Buffer.from(text))).toBeNull(),
  );
});

describe('one flipped bit', () => {
  const lines: MetricsLine[] = [stepLine(1), stepLine(2), sampleLine(2), stepLine(3), stepLine(4)];
  /** Another file each time: what is known of an earlier one must not count. */
  let files = 0;
  const file = () => join(folder, `metrics-${files}.jsonl`);

  /** What is read of a log: steps and the number of damaged lines, by every reader. */
  async function readSteps(expected?: ExpectedLog) {
    const damage = new DamageCount({ expected });
    const read: MetricsLine[] = [];
    for await (const part of readLines(file(), damage)) read.push(...part);
    const history = await readHistory(file(), { points: 50, evaluations: 5, expected });
    const { damage: truncated } = await truncateAfter(file(), { step: 4, isEvalPending: false, expected });
    return { read, history, truncated, damage: damage.result(4) };
  }

  test('is noticed anywhere in a log, and no other line is lost', async () => {
    await appendLines(file(), lines);
    const valid = await readFile(file());
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.nat(7), async (at, bit) => {
        const bytes = Buffer.from(valid);
        bytes[at]! ^= 1 << bit;
        await rm(file());
        await writeFile(file(), bytes);
        const { read, history, truncated, damage } = await readSteps();
        expect(lines).toEqual(expect.arrayContaining(read));
        expect(read.length).toBeGreaterThanOrEqual(lines.length - 2);
        // Only the last line feed changes nothing that is read: the last line counts as one that is still being written.
        if (at === valid.length - 1) return;
        expect(damage.lines + damage.missingSteps).toBeGreaterThan(0);
        expect(history.damage.lines + (4 - history.steps.length)).toBeGreaterThan(0);
        expect(history.steps.map(({ step }) => step)).toEqual(
          read.flatMap(({ type, step }) => (type === 'step' ? [step] : [])),
        );
        expect(truncated.lines + truncated.missingSteps).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['missing', (text: string[]) => text.filter((_, i) => i !== 2)],
    ['missing at the end', (text: string[]) => text.slice(0, 3)],
    ['repeated', (text: string[]) => text.flatMap((line, i) => (i === 2 ? [line, line] : [line]))],
    ['repeated at the end', (text: string[]) => [...text, text.at(-1)!]],
    ['in another order', ([one, two, ...rest]: string[]) => [one!, ...rest, two!]],
    ['of another run', (text: string[]) => text.map((_, i) => createLine({ ...lines[i], step: i + 2 }).text)],
  ])('is noticed in a log with lines that are %s', async (_, change) => {
    files++;
    const written = new LogDigest();
    for (const checksum of await appendLines(file(), lines)) written.add(checksum);
    const summary = { ...written.summary, isWhole: true };
    const whole = await readSteps(summary);
    const intact = { lines: 0, missingSteps: 0, areOthers: false };
    expect([whole.damage, whole.history.damage, whole.truncated]).toEqual([intact, intact, intact]);
    const text = (await readFile(file(), 'utf8')).trimEnd().split('\n');
    files++;
    await writeFile(file(), `${change(text).join('\n')}\n`);
    const { damage, history, truncated } = await readSteps(summary);
    expect([damage, history.damage, truncated].map(({ areOthers }) => areOthers)).toEqual([true, true, true]);
  });

  test('leaves the lines of an earlier version readable', async () => {
    await writeFile(file(), `${JSON.stringify(stepLine(1))}\n`);
    await appendLines(file(), [stepLine(2)]);
    await appendFile(file(), '{"crc32":"00000000","type":"step","step":3}\n');
    const { read, damage } = await readSteps();
    expect(read).toEqual([stepLine(1), stepLine(2)]);
    expect(damage).toEqual({ lines: 1, missingSteps: 2, areOthers: false });
  });
});
