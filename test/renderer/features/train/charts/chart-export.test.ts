import { describe, expect, test } from 'vitest';
import type { Evaluation, StepMetrics } from '../../../../../electron/contract/contract';
import { ChartExport } from '../../../../../renderer/features/train/charts/chart-export.svelte';
import { exactCurve, lossCurve, type Curve } from '../../../../../renderer/features/train/charts/curves';
import { cannedLab } from '../../../canned-lab';
import { evaluation, metrics, run } from '../../../examples';

describe('saveCsv', () => {
  /** @returns the lines that are saved, and the ranges that were read */
  const save = async (curve: Curve, steps: readonly StepMetrics[], evaluations: Evaluation[] = []) => {
    const lab = cannedLab({
      readMetrics: ({ from = 0, to = Infinity }) => {
        const first = Math.max(0, steps.findIndex(({ step }) => step >= from) - 1);
        const beyond = steps.findIndex(({ step }) => step > to);
        const inRange = steps.slice(first, beyond < 0 ? steps.length : beyond + 1);
        return {
          run: run(),
          steps: inRange,
          means: [],
          evaluations,
          samples: [],
          damage: { lines: 0, missingSteps: 0, areOthers: false },
        };
      },
    });
    let content = '';
    const mainApi = {
      saveFile: (file: { readonly content: string | Uint8Array }) => {
        content = String(file.content);
        return Promise.resolve('curve.csv');
      },
    };
    await new ChartExport(lab.compute, mainApi, { show: () => undefined }).saveCsv({ runId: 'run-1' }, curve);
    return { lines: content.split('\r\n'), ranges: lab.inputs('readMetrics').map(({ from, to }) => [from, to]) };
  };

  test('writes a row for every step and evaluation, in order', async () => {
    const steps = [metrics(1, { exactAccuracy: null }), metrics(2)];
    const counted = [steps[0]!, { ...steps[1]!, samples: 11 }];
    expect((await save(exactCurve, counted, [evaluation(1, 0.5)])).lines).toEqual([
      'step,seconds,samples,train,held_out',
      '1,0.1,,,50',
      '2,0.2,11,25,',
      '',
    ]);
    expect((await save(lossCurve, steps, [evaluation(1, 0.5)])).lines[0]).toBe('step,seconds,samples,train');
  });

  test('reads a long run range by range, over gaps, and writes each step and evaluation once', async () => {
    const numbers = [...Array.from({ length: 50_002 }, (_, index) => index + 1), 250_000, 250_001];
    const evaluations = [49_999, 50_000, 250_001].map((step) => evaluation(step, 0.5));
    const { lines, ranges } = await save(
      exactCurve,
      numbers.map((number) => metrics(number)),
      evaluations,
    );
    expect(ranges).toEqual([
      [0, 49_999],
      [50_000, 99_999],
      [250_000, 299_999],
    ]);
    const stepOf = (line: string) => Number(line.split(',')[0]);
    expect(lines.slice(1, -1).map(stepOf)).toEqual(
      [...numbers, ...evaluations.map(({ step }) => step)].sort((a, b) => a - b),
    );
  });
});
