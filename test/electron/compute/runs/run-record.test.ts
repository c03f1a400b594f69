/** Fuzz tests of records, metrics, queues and archives: valid or rejected with one line, no files left. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { readRunArchive } from '../../../../electron/compute/runs/export/read-archive';
import { writeRunArchive } from '../../../../electron/compute/runs/export/write-archive';
import { truncateAfter } from '../../../../electron/compute/runs/metrics/truncate-log';
import { readHistory } from '../../../../electron/compute/runs/metrics/read-history';
import { Queue } from '../../../../electron/compute/runs/queue';
import { parseRecord, RunFolderError, type RunRecord } from '../../../../electron/compute/runs/run-record';
import { RunStore } from '../../../../electron/compute/runs/run-store';
import { freshFolder } from '../opened-service';
import { fuzzRuns } from '../../../datasets/formats/fuzz';
import { exampleRecord } from './examples';
import { createArchivedRun } from './export/archived-run';
import { readAllLines } from './metrics/log-lines';

const RUNS = fuzzRuns(300);
let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const text = JSON.stringify(exampleRecord);

test('a record of an earlier version is read with the current names', () => {
  const { pauseReason, deviceMessage, ...run } = exampleRecord.run;
  expect({ pauseReason, deviceMessage }).toEqual({ pauseReason: null, deviceMessage: null });
  const alert = { kind: 'disk', step: 3 };
  const previous = {
    ...exampleRecord,
    run: {
      ...run,
      alert: 'diverged',
      notice: 'device lost',
      alerts: [{ ...alert, sentence: 'the disk is nearly full' }],
    },
  };
  expect(parseRecord(JSON.stringify(previous), 'run.json').run).toEqual({
    ...run,
    pauseReason: 'diverged',
    deviceMessage: 'device lost',
    alerts: [{ ...alert, text: 'the disk is nearly full' }],
  });
});

/** Changes, truncations and repetitions of some bytes. */
const anyDamage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('change', 'cut', 'double'),
  }),
  { minLength: 1, maxLength: 5 },
);

function damage(
  bytes: Uint8Array,
  changes: readonly { readonly at: number; readonly byte: number; readonly kind: string }[],
): Uint8Array {
  return changes.reduce<Uint8Array>((before, { at, byte, kind }) => {
    const index = Math.floor(at * Math.max(1, before.length - 1));
    if (kind === 'cut') return before.subarray(0, index);
    if (kind === 'double') return Buffer.concat([before.subarray(0, index), before.subarray(Math.max(0, index - 20))]);
    const after = before.slice();
    after[index] = byte;
    return after;
  }, bytes);
}

/** The example record with one value replaced by anything. */
const modifiedRecord = fc
  .tuple(fc.constantFrom(...pathsOf(exampleRecord)), fc.anything({ maxDepth: 2 }))
  .map(([path, value]) => withValue(exampleRecord, path, value));

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function withValue(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const record = value as Record<string, unknown>;
  return { ...record, [key]: withValue(record[key], rest, replacement) };
}

function expectFormatError(error: unknown): void {
  if (!(error instanceof RunFolderError) && !(error instanceof FormatError)) throw error;
  expect(error.message).not.toMatch(/[\r\n]/u);
}

describe('run.json', () => {
  const read = (content: string): RunRecord | null => {
    try {
      return parseRecord(content, 'run.json');
    } catch (error) {
      expectFormatError(error);
      return null;
    }
  };

  test('with damaged bytes is read or rejected', () => {
    fc.assert(
      fc.property(anyDamage, (changes) => void read(Buffer.from(damage(Buffer.from(text), changes)).toString('utf8'))),
      { numRuns: RUNS },
    );
  });

  test('with any value replaced is read or rejected', () => {
    fc.assert(
      fc.property(modifiedRecord, (record) => void read(JSON.stringify(record) ?? '')),
      { numRuns: RUNS },
    );
    expect(read(text)).toEqual(exampleRecord);
  });
});

test('metrics.jsonl with damaged bytes can be read and truncated', async () => {
  const file = join(folder, 'metrics.jsonl');
  const line =
    '{"type":"step","step":3,"seconds":1,"lmLoss":0.5,"qHaltLoss":0.1,"accuracy":null,"exactAccuracy":null,"steps":null,"learningRate":0.001}\n';
  await fc.assert(
    fc.asyncProperty(anyDamage, async (changes) => {
      await writeFile(file, damage(Buffer.from(line.repeat(20)), changes));
      const lines = await readAllLines(file);
      expect((await readHistory(file, { points: 10, evaluations: 2 })).steps.length).toBeLessThanOrEqual(10);
      await truncateAfter(file, { step: 3, isEvalPending: false });
      expect(await readAllLines(file)).toEqual(lines.filter(({ step }) => step <= 3));
    }),
    { numRuns: RUNS },
  );
});

test('queue.json with damaged bytes is read or counts as empty', async () => {
  const file = join(folder, 'queue.json');
  const queue = new Queue({ file, start: () => Promise.resolve(), isBusy: () => true, onChange: () => undefined });
  await queue.add({ dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 1 });
  const valid = await readFile(file);
  await fc.assert(
    fc.asyncProperty(anyDamage, async (changes) => {
      await writeFile(file, damage(valid, changes));
      expect((await queue.read()).waiting.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: RUNS },
  );
});

test('a run archive with damaged bytes is imported completely or not at all', async () => {
  const store = new RunStore(join(folder, 'runs'));
  const source = await createArchivedRun(store);
  const path = join(folder, 'valid.zip');
  await writeRunArchive(source, path);
  const valid = await readFile(path);
  const targetFolder = join(folder, 'target');
  await mkdir(targetFolder);
  await fc.assert(
    fc.asyncProperty(anyDamage, async (changes) => {
      const file = join(folder, 'damaged.zip');
      await writeFile(file, damage(valid, changes));
      const other = new RunStore(targetFolder);
      const before = await readdir(targetFolder);
      const run = await readRunArchive(file, other).catch(expectFormatError);
      const after = await readdir(targetFolder);
      expect(after.length).toBe(before.length + (run ? 1 : 0));
      if (run) await rm(join(targetFolder, run.runId), { recursive: true });
    }),
    { numRuns: RUNS },
  );
}, 900_000);
