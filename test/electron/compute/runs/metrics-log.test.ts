import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MetricsLine } from '../../../../electron/compute/runs/metrics-log';
import { appendLines, readHistory, readLines, truncateAfter } from '../../../../electron/compute/runs/metrics-log';
import type { StepMetrics } from '../../../../electron/contract/contract';
import { downsample } from '../../../../electron/contract/statistics';
import { stepMetricsSchema } from '../../../../models/train/metrics';
import { freshFolder } from '../opened-service';

describe('readLines and appendLines', () => {
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
  const sampleAt = (number: number): MetricsLine => ({
    type: 'sample',
    step: number,
    samples: [{ address: 'd/test/0', inputs: [1], labels: [2], answer: [2], confidence: [1] }],
  });
  const lines = [step(1), step(2), sampleAt(2), step(3)];

  test('lines are read as appended', async () => {
    const file = join(folder, 'appended.jsonl');
    await appendLines(file, lines.slice(0, 1));
    await appendLines(file, lines.slice(1));
    expect(await readLines(file)).toEqual(lines);
  });

  test('a log that does not exist yet is empty', async () => {
    expect(await readLines(join(folder, 'none.jsonl'))).toEqual([]);
  });

  test('a file truncated anywhere gives all complete lines', async () => {
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

  test('damaged lines are skipped, valid ones after them are read', async () => {
    const file = join(folder, 'damaged.jsonl');
    const damaged = ['null', '{"type":"step"}', '\0\0\0', '{"type":"other","step":1}', '[]'];
    await writeFile(file, [JSON.stringify(step(1)), ...damaged, JSON.stringify(step(2)), ''].join('\n'));
    expect(await readLines(file)).toEqual([step(1), step(2)]);
  });

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
  });
  const emptySample = (at: number): MetricsLine => ({ type: 'sample', step: at, samples: [] });

  describe('truncateAfter', () => {
    const history = [
      step(1),
      step(2),
      evaluatedAt(2),
      emptySample(2),
      step(3),
      step(4),
      evaluatedAt(4),
      emptySample(4),
    ];
    const truncate = async (content: readonly MetricsLine[], at: { step: number; isEvalPending: boolean }) => {
      const file = join(folder, `truncated-${Math.random()}.jsonl`);
      await appendLines(file, content);
      await truncateAfter(file, at);
      return readLines(file);
    };

    test('removes everything after the step', async () => {
      expect(await truncate(history, { step: 2, isEvalPending: false })).toEqual(history.slice(0, 4));
      expect(await truncate(history, { step: 3, isEvalPending: false })).toEqual(history.slice(0, 5));
    });

    test('removes an evaluation that is pending', async () => {
      expect(await truncate(history, { step: 4, isEvalPending: true })).toEqual(history.slice(0, 6));
      expect(await truncate(history, { step: 2, isEvalPending: true })).toEqual(history.slice(0, 2));
    });

    test('removes the final evaluation of a run that had ended', async () => {
      expect(
        await truncate([...history.slice(0, 5), evaluatedAt(3, true), emptySample(3)], {
          step: 3,
          isEvalPending: false,
        }),
      ).toEqual(history.slice(0, 5));
    });
  });
});

describe('downsample and readHistory', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await freshFolder();
    file = join(folder, 'metrics.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

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
    },
    { type: 'sample', step: number, samples: [] },
  ];

  describe('downsample', () => {
    test('keeps order, ends, minimum and maximum within the number of points', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 400 }),
          fc.integer({ min: 6, max: 60 }),
          (values, points) => {
            const items = values.map((value, index) => ({ value, index }));
            const kept = downsample(items, points, [({ value }) => value]);
            expect(kept.length).toBeLessThanOrEqual(Math.max(points, 1));
            expect(kept.map(({ index }) => index)).toEqual(
              [...new Set(kept.map(({ index }) => index))].sort((a, b) => a - b),
            );
            expect([kept[0], kept[kept.length - 1]]).toEqual([items[0], items[items.length - 1]]);
            const range = (of: typeof items) => [
              Math.min(...of.map(({ value }) => value)),
              Math.max(...of.map(({ value }) => value)),
            ];
            expect(range(kept)).toEqual(range(items));
          },
        ),
      );
    });
  });

  describe('readHistory', () => {
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
        evaluations: [evaluationAt(1)[0]],
        samples: [evaluationAt(1)[1]],
      });
      await writeFile(file, '');
      expect(await readHistory(file, { points: 50, evaluations: 5 })).toEqual({
        steps: [],
        means: [],
        evaluations: [],
        samples: [],
      });
      expect(await readHistory(join(folder, 'none'), { points: 50, evaluations: 5 })).toEqual({
        steps: [],
        means: [],
        evaluations: [],
        samples: [],
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

    test('returns null as gradient norm of logs of earlier versions', async () => {
      await writeFile(
        file,
        '{"type":"step","step":1,"seconds":1,"lmLoss":1,"qHaltLoss":0.1,"accuracy":null,"exactAccuracy":null,"steps":null,"learningRate":0.001}\n',
      );
      expect((await readHistory(file, { points: 50, evaluations: 5 })).steps).toMatchObject([
        { step: 1, gradientNorm: null },
      ]);
    });
  });
});
