/**
 * The event file of a short run must equal the file that TensorBoard's reader read for the recorded fixture.
 * Set TENSORBOARD_PYTHON to a Python with TensorBoard to read it again, and TENSORBOARD_RECORD=1 to replace the fixture.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ExportedLine,
  eventFileName,
  metricsColumns,
  crc32c,
  metricsCsv,
  tensorboardEvents,
} from '../../../../models/checkpoint/export/metrics-export';
import { temporaryFolder } from '../temporary-folder';
import { anyLines, lines } from './metrics-lines';

type Lines = readonly ExportedLine[];

/** Returns the lines in several batches, also empty ones. */
async function* inBatches(drawn: Lines): AsyncGenerator<Lines> {
  yield [];
  for (let from = 0; from < drawn.length; from += 2) yield drawn.slice(from, from + 2);
}

async function csvOf(drawn: Lines): Promise<string> {
  let text = '';
  for await (const part of metricsCsv(inBatches(drawn))) text += part;
  return text;
}

async function eventsOf(drawn: Lines): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of tensorboardEvents(inBatches(drawn), { startedAt })) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

test('metricsCsv writes a row per step and evaluation', async () => {
  expect((await csvOf(lines)).split('\r\n')).toEqual([
    'type,step,seconds,lmLoss,qHaltLoss,steps,learningRate,gradientNorm,accuracy,exactAccuracy,ruleAccuracy,count,intervalLow,intervalHigh,samples',
    'step,1,0.5,1.25,0.75,,0.0001,,,,,,,,',
    'step,2,1,0.5,0.25,3.5,0.0002,,0.875,0.5,,,,,',
    'evaluated,2,1.5,,,,,,0.75,0.25,0.375,8,0.0715,0.5907,',
    '',
  ]);
});

test('metricsCsv keeps every digit', async () => {
  await fc.assert(
    fc.asyncProperty(anyLines, async (drawn) => {
      const rows = parse(await csvOf(drawn), { columns: true }) as Record<string, string>[];
      const withMetrics = drawn.filter(({ type }) => type === 'step' || type === 'evaluated') as unknown as Record<
        string,
        unknown
      >[];
      expect(rows).toHaveLength(withMetrics.length);
      withMetrics.forEach((line, i) => {
        const [intervalLow, intervalHigh] = (line['interval'] as number[] | undefined) ?? [];
        const values: Record<string, unknown> = { ...line, intervalLow, intervalHigh };
        for (const column of metricsColumns.slice(1)) {
          const cell = rows[i]![column];
          expect(cell === '' ? undefined : Number(cell), column).toBe(values[column] ?? undefined);
        }
      });
    }),
  );
});

test('metricsCsv writes only the header for a run without metrics', async () => {
  expect(await csvOf([])).toBe(`${metricsColumns.join(',')}\r\n`);
});

const path = temporaryFolder();
const startedAt = new Date('2026-01-02T03:04:05.500Z');
const started = startedAt.getTime() / 1000;
const python = process.env['TENSORBOARD_PYTHON'];

interface Read {
  readonly tensorboard: string;
  readonly scalars: Readonly<Record<string, readonly (readonly [time: number, step: number, value: number])[]>>;
}

const recordFile = resolve('test/fixtures/exported/tensorboard.json');
const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Read & { readonly sha256: string };
let bytes: Uint8Array;
let sha256: string;
beforeAll(async () => {
  bytes = await eventsOf(lines);
  sha256 = createHash('sha256').update(bytes).digest('hex');
});

/** The expected scalars. */
const charts = {
  'train/lm_loss': [
    [started + 0.5, 1, 1.25],
    [started + 1, 2, 0.5],
  ],
  'train/q_halt_loss': [
    [started + 0.5, 1, 0.75],
    [started + 1, 2, 0.25],
  ],
  'train/accuracy': [[started + 1, 2, 0.875]],
  'train/exact_accuracy': [[started + 1, 2, 0.5]],
  'train/steps': [[started + 1, 2, 3.5]],
  'train/lr': [
    [started + 0.5, 1, Math.fround(0.0001)],
    [started + 1, 2, Math.fround(0.0002)],
  ],
  'held_out/accuracy': [[started + 1.5, 2, 0.75]],
  'held_out/exact_accuracy': [[started + 1.5, 2, 0.25]],
  'held_out/rule_accuracy': [[started + 1.5, 2, 0.375]],
};

test('the event file has the samples of steps where they were counted', async () => {
  const counted = await eventsOf(lines.map((line) => (line.type === 'step' ? { ...line, samples: 12 } : line)));
  const value = Buffer.alloc(4);
  value.writeFloatLE(12);
  // The tag, then the field number and wire type of the value.
  const scalar = Buffer.concat([Buffer.from('train/samples'), Buffer.of(0x15), value]);
  expect([counted, bytes].map((file) => Buffer.from(file).includes(scalar))).toEqual([true, false]);
});

describe('TensorBoard', () => {
  test('shows the full evaluation at the end in charts of its own: the quick ones use fewer puzzles', async () => {
    const evaluated = lines.filter((line) => line.type === 'evaluated');
    const tags = async (isFinal: boolean) =>
      Buffer.from(await eventsOf(evaluated.map((line) => ({ ...line, isFinal }))))
        .toString('latin1')
        .match(/held_out\w*\/\w+/gu);
    const names = ['accuracy', 'exact_accuracy', 'rule_accuracy'];
    expect(await tags(false)).toEqual(names.map((name) => expect.stringContaining(`held_out/${name}`) as string));
    expect(await tags(true)).toEqual(names.map((name) => expect.stringContaining(`held_out_full/${name}`) as string));
  });

  test.skipIf(!python)(
    `reads every scalar of a run${python ? '' : ' (TENSORBOARD_PYTHON is not set)'}`,
    async () => {
      const file = path(eventFileName({ startedAt }));
      await writeFile(file, bytes);
      const { status, stdout, stderr } = spawnSync(
        python ?? '',
        [resolve('test/models/checkpoint/export/read_events.py'), file],
        { encoding: 'utf8' },
      );
      expect(status, stderr).toBe(0);
      const read = JSON.parse(stdout) as Read;
      if (process.env['TENSORBOARD_RECORD']) writeFileSync(recordFile, `${JSON.stringify({ sha256, ...read })}\n`);
      expect(read.scalars).toEqual(charts);
    },
    60_000,
  );

  test('read every scalar of this file when it was recorded', () => {
    expect(sha256).toBe(recorded.sha256);
    expect(recorded.scalars).toEqual(charts);
  });

  test('finds event files by their names, sorted by start time', () => {
    expect(eventFileName({ startedAt })).toBe('events.out.tfevents.1767323045.trm');
  });
});

/** Lengths of the records; expects valid checksums. */
function recordLengths(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const unmasked = (at: number) => {
    const turned = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
    return ((turned >>> 17) | (turned << 15)) >>> 0;
  };
  const lengths: number[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(at + 8)).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(at + 12 + length)).toBe(crc32c(file.subarray(at + 12, at + 12 + length)));
    lengths.push(length);
    at += 16 + length;
  }
  return lengths;
}

test('an event file has a version record and a record for each step and evaluation', async () => {
  await fc.assert(
    fc.asyncProperty(anyLines, async (drawn) => {
      const withMetrics = drawn.filter(({ type }) => type === 'step' || type === 'evaluated');
      expect(recordLengths(await eventsOf(drawn))).toHaveLength(1 + withMetrics.length);
    }),
  );
});

test('crc32c matches the published check value, and is 0 for no bytes', () => {
  expect([crc32c(new TextEncoder().encode('123456789')), crc32c(new Uint8Array(0))]).toEqual([0xe3069283, 0]);
});
