import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricsLine } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { appendLines } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { truncateAfter } from '../../../../../electron/compute/runs/metrics/truncate-log';
import { readHistory } from '../../../../../electron/compute/runs/metrics/read-history';
import type { MeanMetrics, StepMetrics } from '../../../../../electron/contract/contract';
import { evaluationSchema, stepMetricsSchema } from '../../../../../models/train/metrics';
import { freshFolder } from '../../opened-service';
import { writeLog } from '../../../../long-runs';
import { downsampleAtOnce } from './downsample-at-once';

const step = (number: number, lmLoss = 1 / number): MetricsLine => ({
  type: 'step',
  step: number,
  seconds: number,
  lmLoss,
  qHaltLoss: 0.1,
  accuracy: null,
  exactAccuracy: null,
  steps: null,
  learningRate: 1e-3,
  gradientNorm: 2,
  halted: 0,
  samples: 3 * number,
});
/** The step as returned by `readHistory`. */
const stepMetrics = (number: number): StepMetrics => stepMetricsSchema.parse(step(number));
const evaluationAt = (number: number): MetricsLine[] => [
  {
    type: 'evaluated',
    step: number,
    seconds: number,
    exactAccuracy: 0.5,
    accuracy: 0.5,
    ruleAccuracy: 0.5,
    count: 2,
    interval: [0, 1],
    isFinal: false,
    samples: 3 * number,
  },
  { type: 'sample', step: number, samples: [] },
];

/** Sums of numbers parsed from bytes differ in the last digits. */
const withoutRounding = (mean: MeanMetrics): unknown =>
  Object.fromEntries(
    Object.entries(mean).map(([name, value]) => [name, value === null ? null : value.toPrecision(12)]),
  );

describe('readHistory', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await freshFolder();
    file = join(folder, 'metrics.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('returns all evaluations, the latest samples and downsampled steps with spikes', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => [
      step(i + 1, i === 1234 ? 99 : undefined),
      ...((i + 1) % 100 === 0 ? evaluationAt(i + 1) : []),
    ]).flat();
    await appendLines(file, lines);
    const { steps, evaluations, samples } = await readHistory(file, { points: 50, evaluations: 5 });
    expect(steps.length).toBeLessThanOrEqual(50);
    expect([steps[0]!.step, steps[steps.length - 1]!.step]).toEqual([1, 3000]);
    expect(steps.some(({ lmLoss }) => lmLoss === 99)).toBe(true);
    expect(evaluations).toHaveLength(30);
    expect(samples.map((sample) => sample.step)).toEqual([2600, 2700, 2800, 2900, 3000]);
  });

  test('ignores truncated and damaged lines', async () => {
    await appendLines(file, [step(1), ...evaluationAt(1)]);
    await appendFile(
      file,
      '{"type":"step","step":"two"}\nnonsense\n{"type":"evaluated"}\n{"type":"step","step":2,"secon',
    );
    expect(await readHistory(file, { points: 50, evaluations: 5 })).toEqual({
      steps: [stepMetrics(1)],
      means: [],
      evaluations: [evaluationSchema.parse(evaluationAt(1)[0])],
      samples: [{ step: 1, samples: [] }],
      damage: { lines: 3, missingSteps: 0, areOthers: false },
    });
    await writeFile(file, '');
    expect(await readHistory(file, { points: 50, evaluations: 5 })).toEqual({
      steps: [],
      means: [],
      evaluations: [],
      samples: [],
      damage: { lines: 0, missingSteps: 0, areOthers: false },
    });
    expect(await readHistory(join(folder, 'none'), { points: 50, evaluations: 5 })).toEqual({
      steps: [],
      means: [],
      evaluations: [],
      samples: [],
      damage: { lines: 0, missingSteps: 0, areOthers: false },
    });
  });

  test('keeps spikes of the gradient norm and returns means over all steps', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => ({
      ...step(i + 1, i % 2),
      ...(i === 2345 && { gradientNorm: 77 }),
    }));
    await appendLines(file, lines as MetricsLine[]);
    const { steps, means } = await readHistory(file, { points: 50, evaluations: 5 });
    expect(steps.some(({ gradientNorm }) => gradientNorm === 77)).toBe(true);
    expect(means).toHaveLength(25);
    expect(means.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
    for (const { lmLoss } of means) expect(lmLoss).toBe(0.5);
    expect(means.map((mean) => mean.step).slice(-1)).toEqual([3000]);
  });

  test('returns the steps of a range and one on either side', async () => {
    await appendLines(
      file,
      Array.from({ length: 3000 }, (_, i) => step(i + 1)),
    );
    const { steps, means } = await readHistory(file, { points: 50, evaluations: 5, from: 1000, to: 1010 });
    expect(steps.map((each) => each.step)).toEqual(Array.from({ length: 13 }, (_, i) => 999 + i));
    expect(means).toEqual([]);
    expect(
      (await readHistory(file, { points: 50, evaluations: 5, from: 4000 })).steps.map((each) => each.step),
    ).toEqual([3000]);
  });

  test('returns null as gradient norm, halted examples and samples of logs of earlier versions', async () => {
    await writeFile(
      file,
      '{"type":"step","step":1,"seconds":1,"lmLoss":1,"qHaltLoss":0.1,"accuracy":null,"exactAccuracy":null,"steps":null,"learningRate":0.001}\n',
    );
    expect((await readHistory(file, { points: 50, evaluations: 5 })).steps).toMatchObject([
      { step: 1, gradientNorm: null, halted: null, samples: null },
    ]);
  });

  test('returns the same points and means as downsampling all lines at once', async () => {
    const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    const metrics = fc.record({
      lmLoss: fc.double({ min: 0, max: 1e6, noNaN: true }),
      accuracy: share,
      exactAccuracy: share,
      gradientNorm: fc.option(fc.double({ min: 1e-9, max: 1e9, noNaN: true })),
      halted: fc.option(fc.nat(64)),
    });
    const others = fc.constantFrom(
      '',
      'nonsense',
      '{"type":"step","step":',
      '\0\0',
      JSON.stringify(evaluationAt(1)[0]),
    );
    const lines = fc.array(fc.tuple(metrics, fc.option(others, { freq: 9 })), { minLength: 1, maxLength: 300 });
    const range = fc.record({
      points: fc.integer({ min: 6, max: 80 }),
      from: fc.option(fc.nat(300)),
      to: fc.option(fc.nat(300)),
    });
    await fc.assert(
      fc.asyncProperty(lines, range, async (content, { points, from, to }) => {
        const text = content.flatMap(([values, other], index) => [
          ...(other === null ? [] : [other]),
          JSON.stringify({ ...step(index + 1), ...values }),
        ]);
        await rm(file, { force: true });
        await writeFile(file, text.join('\n'));
        const inRange = { from: from ?? 0, to: to ?? Infinity };
        const { steps, means } = await readHistory(file, { points, evaluations: 0, ...inRange });
        const expected = downsampleAtOnce(text, { points, ...inRange });
        expect(steps).toEqual(expected.steps);
        expect(means.map(withoutRounding)).toEqual(expected.means.map(withoutRounding));
      }),
      { numRuns: 60 },
    );
  });

  test('spreads the points of a long log, with its ends, all spikes and means of all steps', async () => {
    const count = 100_000;
    const spikes = [1, 33_333, 77_777, 99_999];
    await writeLog(file, count, (number) => (spikes.includes(number) ? 50 + number / count : Math.sin(number) ** 2));
    const { steps, means } = await readHistory(file, { points: 4000, evaluations: 5 });
    expect(steps.length).toBeLessThanOrEqual(4000);
    expect([steps[0]!.step, steps.at(-1)!.step]).toEqual([1, count]);
    expect(steps.filter(({ lmLoss }) => lmLoss > 1).map((each) => each.step)).toEqual(spikes);
    const gaps = steps.slice(1).map((each, index) => each.step - steps[index]!.step);
    expect(Math.max(...gaps)).toBeLessThan(400);
    expect(means.reduce((sum, mean) => sum + mean.count, 0)).toBe(count);
    expect(means.reduce((sum, mean) => sum + mean.count * mean.seconds, 0) / count).toBeCloseTo(count / 2, -3);
  });

  test('a zoomed range of a long log has every step', async () => {
    await writeLog(file, 60_000);
    const { steps, means } = await readHistory(file, { points: 4000, evaluations: 5, from: 31_000, to: 33_000 });
    expect(steps.map((each) => each.step)).toEqual(Array.from({ length: 2003 }, (_, i) => 30_999 + i));
    expect(means).toEqual([]);
    const end = await readHistory(file, { points: 4000, evaluations: 5, from: 59_990, to: 70_000 });
    expect(end.steps.map((each) => each.step)).toEqual(Array.from({ length: 12 }, (_, i) => 59_989 + i));
  });

  test('continues with what was appended since, also after a torn line', async () => {
    await appendLines(file, [step(1), step(2)]);
    const stepsNow = async () =>
      (await readHistory(file, { points: 50, evaluations: 5 })).steps.map((each) => each.step);
    expect(await stepsNow()).toEqual([1, 2]);
    await appendLines(file, [step(3), ...evaluationAt(3)]);
    expect(await stepsNow()).toEqual([1, 2, 3]);
    const line = `${JSON.stringify(step(4))}\n`;
    await appendFile(file, line.slice(0, 40));
    expect(await stepsNow()).toEqual([1, 2, 3]);
    await appendFile(file, line.slice(40, -1));
    expect(await stepsNow()).toEqual([1, 2, 3, 4]);
    await appendFile(file, '\n');
    await appendLines(file, [step(5)]);
    expect(await stepsNow()).toEqual([1, 2, 3, 4, 5]);
    expect((await readHistory(file, { points: 50, evaluations: 5 })).evaluations).toHaveLength(1);
  });

  test('reads a log again that was replaced by a shorter or longer one', async () => {
    const stepsNow = async () =>
      (await readHistory(file, { points: 50, evaluations: 5 })).steps.map((each) => each.step);
    await appendLines(file, [step(1), step(2), step(3)]);
    expect(await stepsNow()).toEqual([1, 2, 3]);
    await truncateAfter(file, { step: 1, isEvalPending: false });
    expect(await stepsNow()).toEqual([1]);
    await rm(file);
    await appendLines(
      file,
      [7, 8, 9, 10].map((number) => step(number)),
    );
    expect(await stepsNow()).toEqual([7, 8, 9, 10]);
  });

  test('a log that grows while it is read gives a gapless beginning', async () => {
    await writeLog(file, 20_000);
    const growing = (async () => {
      for (let number = 20_001; number <= 20_400; number++) await appendLines(file, [step(number)]);
    })();
    for (let round = 0; round < 5; round++) {
      const { steps } = await readHistory(file, { points: 50_000, evaluations: 5 });
      expect(steps.map((each) => each.step)).toEqual(steps.map((_, index) => index + 1));
      expect(steps.length).toBeGreaterThanOrEqual(20_000);
    }
    await growing;
    expect((await readHistory(file, { points: 50_000, evaluations: 5 })).steps).toHaveLength(20_400);
  });

  test('lines longer than a chunk are read', async () => {
    const cells = Array.from({ length: 400_000 }, (_, i) => i % 9);
    const sample = { address: 'd/test/0', inputs: cells, labels: cells, answer: cells, confidence: [1] };
    await appendLines(file, [step(1), { type: 'sample', step: 1, samples: [sample] }, step(2)]);
    const { steps, samples } = await readHistory(file, { points: 50, evaluations: 5 });
    expect(steps.map((each) => each.step)).toEqual([1, 2]);
    expect(samples).toEqual([{ step: 1, samples: [sample] }]);
  });

  test('ends with the reason of the signal; the next request continues', async () => {
    await writeLog(file, 40_000);
    const reason = new Error('closed');
    await expect(readHistory(file, { points: 50, evaluations: 5 }, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await readHistory(file, { points: 50, evaluations: 5 })).steps.at(-1)!.step).toBe(40_000);
  });

  test('memory does not depend on the length of the log', async () => {
    await writeLog(file, 300_000);
    globalThis.gc?.();
    const before = process.memoryUsage();
    await readHistory(file, { points: 4000, evaluations: 5 });
    const { arrayBuffers, external } = process.memoryUsage();
    // Two chunks of 2 MiB and 3.4 MB of buckets; the file has 60 MB.
    expect(Math.max(arrayBuffers - before.arrayBuffers, external - before.external)).toBeLessThan(16 * 2 ** 20);
  });
});
